package api_test

import (
	"net/http"
	"strings"
	"testing"
)

// A child reads itself; its platform reads it too, and sees its parent.
func TestWhoReadsACustomer(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	p := e.platform()
	child := p.merchant()
	child.self().get(child.path()).ok(http.StatusOK).is("id", child.id).lacks("parentId")
	p.self().get(child.path()).ok(http.StatusOK).is("parentId", p.id)
	e.operator.self().get(child.path()).ok(http.StatusOK).is("parentId", p.id)
}

// Siblings, parents, customers of others, missing ids and texts that are not ids all get
// the same 404.
func TestWhatIsOutOfReachLooksMissing(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	p, other := e.platform(), e.platform()
	child, sibling, stranger := p.merchant(), p.merchant(), other.merchant()
	want := withoutRef(child.self().get("/v3/customers/"+missingID).refused(http.StatusNotFound, "notFound", "").is("error.name", "notFound"))
	for name, got := range map[string]answer{
		"sibling":          child.self().get(sibling.path()),
		"parent":           child.self().get(p.path()),
		"the operator":     child.self().get(e.operator.path()),
		"a stranger":       p.self().get(stranger.path()),
		"another platform": p.self().get(other.path()),
		"no id":            p.self().get("/v3/customers/x"),
		"capitals":         p.self().get("/v3/customers/" + strings.ToUpper(child.id)),
		"an escaped id":    p.self().get("/v3/customers/%36" + child.id[1:]),
		"one digit more":   p.self().get(child.path() + "0"),
		"zeros":            p.self().get("/v3/customers/" + strings.Repeat("0", 24)),
	} {
		t.Run(name, func(t *testing.T) {
			if withoutRef(got) != want {
				t.Errorf("%s is answered otherwise:\n%s\n%s", name, withoutRef(got), want)
			}
		})
	}
}

// A path with an empty id names no customer, above all not the caller itself.
func TestAnEmptyIDIsNotFound(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	p := e.platform()
	for _, path := range []string{"/v3/customers/", "/v3/customers//keys", "/v3/customers//banks", "/v3/customers//plan-status", "/v3/customers//unmasked?reason=because"} {
		p.self().get(path, wrong).refused(http.StatusNotFound, "notFound", "")
	}
	p.self().post("/v3/customers//keys/rotate", nil, wrong).ok(http.StatusNotFound)
	p.self().get(p.path("/keys")).ok(http.StatusOK).is("count", 1.0)
}

// HEAD answers as GET does, without the body.
func TestHeadAnswersWithoutABody(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	p := e.platform()
	got := p.self().do(http.MethodHead, p.path(), nil).ok(http.StatusOK)
	if got.Text != "" || got.Header.Get("ETag") != `"1"` || got.Header.Get("Content-Length") == "0" {
		t.Errorf("ETag %q, %q", got.Header.Get("ETag"), got.Text)
	}
	p.self().do(http.MethodHead, "/v3/customers/"+missingID, nil).ok(http.StatusNotFound)
}

// The zone is an IANA name, and its path is not taken for an id.
func TestTheTimezone(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	e.platform().merchant().self().get("/v3/customers/timezone").ok(http.StatusOK).is("timezone", "UTC")
	e.client().get("/v3/customers/timezone").ok(http.StatusUnauthorized)
}

// planStatus can be read alone, and is the same as in the customer.
func TestPlanStatusStandsAlone(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	p := e.platform()
	child := p.merchant()
	whole := p.self().get(child.path()).ok(http.StatusOK)
	alone := p.self().get(child.path("/plan-status")).ok(http.StatusOK).is("status", "unverified").is("planKey", "merchant")
	if len(alone.List("needed")) != len(whole.List("planStatus.needed")) {
		t.Error("the two differ")
	}
	payer, _ := p.child(minimal("payer"))
	p.self().get(payer.path("/plan-status")).ok(http.StatusOK).is("verifications", object{}).is("status", "verified").is("needed", []any{})
}

// The plans listed are those that the caller may hand out.
func TestThePlansOneMayHandOut(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	p := e.platform()
	got := p.self().get("/v3/plans").ok(http.StatusOK).is("count", 4.0)
	got.is("results.0.key", "platform").is("results.0.object", "plan")
	p.merchant().self().get("/v3/plans").ok(http.StatusOK).is("results", []any{})
	e.client().get("/v3/plans").ok(http.StatusUnauthorized)
}
