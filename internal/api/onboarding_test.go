package api_test

import (
	"net/http"
	"strings"
	"testing"
	"time"
)

// A link is minted by its platform, answered with where it leads once, listed without it, and
// ended; a repeat by the same credential is answered with the same link.
func TestOnboardingLinks(t *testing.T) {
	t.Parallel()
	e := newEnv(t, func(s *setup) { s.PublicURL = "https://pay.example.com/tenantry" })
	p := e.platform()
	shop := p.merchant()
	body := object{"returnUrl": "https://app.example.com/back", "expiresInSeconds": 3600, "collect": "eventually", "locale": "es"}
	made := p.self().with("Idempotency-Key", "one").post(shop.path("/onboarding-links"), body, shows).ok(http.StatusCreated).
		is("object", "onboardingLink").is("status", "open").is("customerId", shop.id).is("collect", "eventually").is("locale", "es").
		is("expires", "2026-03-04T11:15:30.000Z").is("createdBy", p.keyID(1)).is("returnUrl", "https://app.example.com/back")
	if url := made.Str("url"); !strings.HasPrefix(url, "https://pay.example.com/tenantry/onboarding/") || len(url) < 120 {
		t.Errorf("it leads to %s", url)
	}
	p.self().with("Idempotency-Key", "one").post(shop.path("/onboarding-links"), body, shows).ok(http.StatusCreated).is("url", made.Str("url"))
	p.self().get(shop.path("/onboarding-links")).ok(http.StatusOK).is("count", 1.0).is("results.0.id", made.Str("id")).lacks("results.0.url")
	for range 2 { // ending it again changes nothing
		p.self().delete(shop.path("/onboarding-links/"+made.Str("id"))).ok(http.StatusOK).is("status", "ended").is("ended", "2026-03-04T10:15:30.000Z")
	}
	e.Clock.Advance(time.Hour)
	shop.self().post("/v3/onboarding-links", nil, shows).ok(http.StatusCreated).is("collect", "due").is("expires", "2026-03-05T11:15:30.000Z")
}

// A refused link names its fault, and a stranger learns nothing of one.
func TestOnboardingLinksNameTheirFault(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	p, rival := e.platform(), e.platform()
	shop := p.merchant()
	for parameter, body := range map[string]object{
		"returnUrl":        {"returnUrl": "ftp://app.example.com"},
		"refreshUrl":       {"refreshUrl": "app.example.com"},
		"expiresInSeconds": {"expiresInSeconds": 59},
		"collect":          {"collect": "all"},
		"locale":           {"locale": "de"},
		"lifetime":         {"lifetime": 1},
	} {
		t.Run(parameter, func(t *testing.T) {
			p, shop := p.in(t), shop.in(t)
			p.self().post(shop.path("/onboarding-links"), body, wrong).refused(http.StatusUnprocessableEntity, "validationError", parameter)
		})
	}
	link := p.self().post(shop.path("/onboarding-links"), nil, shows).ok(http.StatusCreated).Str("id")
	rival.self().post(shop.path("/onboarding-links"), nil).refused(http.StatusNotFound, "notFound", "")
	rival.self().get(shop.path("/onboarding-links")).refused(http.StatusNotFound, "notFound", "")
	rival.self().delete(shop.path("/onboarding-links/"+link)).refused(http.StatusNotFound, "notFound", "")
	p.self().delete(shop.path("/onboarding-links/"+missingID)).refused(http.StatusNotFound, "notFound", "")
	p.self().delete(p.path("/onboarding-links/"+link)).refused(http.StatusNotFound, "notFound", "")
	p.restricted("read", "customers:write").post(shop.path("/onboarding-links"), nil).refused(http.StatusForbidden, "insufficientScope", "")
	e.client("X-CUSTOMER-ID", shop.id).post("/v3/onboarding-links", nil).refused(http.StatusUnauthorized, "invalidCredentials", "")
	for range 19 {
		p.self().post(shop.path("/onboarding-links"), nil, shows).ok(http.StatusCreated)
	}
	p.self().post(shop.path("/onboarding-links"), nil).refused(http.StatusConflict, "maximumNumberOfResources", "")
}
