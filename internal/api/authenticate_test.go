package api_test

import (
	"encoding/base64"
	"net/http"
	"regexp"
	"strings"
	"testing"
)

func basicAuth(user, secret string) string {
	return "Basic " + base64.StdEncoding.EncodeToString([]byte(user+":"+secret))
}

// Without a credential the answer is 401, names the scheme and carries a reference.
func TestNoCredentialIsRefused(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	p := e.platform()
	got := e.client("X-CUSTOMER-ID", p.id).get(p.path()).refused(http.StatusUnauthorized, "invalidCredentials", "")
	got.is("error.type", "authenticationError").is("error.name", "unauthorized")
	if !regexp.MustCompile(`^[0-9a-f]{32}$`).MatchString(got.Str("error.ref")) {
		t.Errorf("the reference is %q", got.Str("error.ref"))
	}
	if !strings.HasPrefix(got.Header.Get("WWW-Authenticate"), "Bearer ") {
		t.Errorf("the scheme is %q", got.Header.Get("WWW-Authenticate"))
	}
}

// Without X-CUSTOMER-ID the answer is 401 and names the header, whether the credential is
// good or bad.
func TestNoSubjectIsRefusedByName(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	p := e.platform()
	for _, credential := range []string{p.secret, "nonsense", garbled(p.secret)} {
		e.client("Authorization", "Bearer "+credential).get(p.path()).
			refused(http.StatusUnauthorized, "insufficientResourceAccess", "").explains("X-CUSTOMER-ID")
	}
}

// Header names and the scheme are case-insensitive.
func TestHeaderNamesHaveNoCase(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	p := e.platform()
	lower := e.client("x-customer-id", p.id, "authorization", "bearer "+p.secret).get(p.path()).ok(http.StatusOK)
	if upper := p.self().get(p.path()).ok(http.StatusOK); lower.Text != upper.Text {
		t.Errorf("answers differ:\n%s\n%s", lower.Text, upper.Text)
	}
}

// Garbage, another scheme, and a key that was altered are all answered 401.
func TestBadCredentialsAreRefused(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	p := e.platform()
	for _, authorization := range []string{
		"Bearer garbage", "Bearer a.b.c", "Bearer", "Bearer  ", p.secret, "Bearer " + p.publishable,
		"Bearer " + strings.ToUpper(p.secret), "Bearer " + p.secret + " ", basicAuth(p.secret, ""),
	} {
		got := e.client("Authorization", authorization, "X-CUSTOMER-ID", p.id).get(p.path())
		if authorization == "Bearer "+p.secret+" " {
			got.ok(http.StatusOK) // Blanks around a header's value mean nothing.
			continue
		}
		got.refused(http.StatusUnauthorized, "invalidCredentials", "")
	}
}

// A publishable key reads and writes no customer, and nothing is created with it. If two
// credentials are sent, a route looks at the one that it is for.
func TestAPublishableKeyTouchesNoCustomer(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	p := e.platform()
	p.browser().post("/v3/customers/accounts", minimal("merchant")).refused(http.StatusForbidden, "insufficientScope", "")
	p.browser().get(p.path()).refused(http.StatusForbidden, "insufficientScope", "")
	p.browser().get("/v3/whoami").ok(http.StatusForbidden)
	p.self().get("/v3/customers").ok(http.StatusOK).is("count", 0.0)
	p.self().with("X-PUBLISHABLE-KEY", p.publishable).get(p.path()).ok(http.StatusOK)
	e.client("X-PUBLISHABLE-KEY", "nonsense").get(p.path()).ok(http.StatusUnauthorized)
	e.client("X-PUBLISHABLE-KEY", p.secret).get(p.path()).ok(http.StatusUnauthorized)
}

// A subject outside the actor's tree is 403, in the same words as one that does not
// exist, is above, or is not an id.
func TestAForeignSubjectIsRefusedLikeAMissingOne(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	p, other := e.platform(), e.platform()
	child := p.merchant()
	want := withoutRef(p.behalf(missingID).get(p.path()).refused(http.StatusForbidden, "insufficientResourceAccess", ""))
	for name, got := range map[string]answer{
		"another platform":    p.behalf(other.id).get(p.path()),
		"a child of another":  p.behalf(other.merchant().id).get(p.path()),
		"the operator":        p.behalf(e.operator.id).get(p.path()),
		"no id":               p.behalf("x").get(p.path()),
		"its id in capitals":  p.behalf(strings.ToUpper(p.id)).get(p.path()),
		"the child's parent":  child.behalf(p.id).get(child.path()),
		"the child's sibling": child.behalf(p.merchant().id).get(child.path()),
	} {
		t.Run(name, func(t *testing.T) {
			if withoutRef(got) != want {
				t.Errorf("%s is answered otherwise:\n%s\n%s", name, withoutRef(got), want)
			}
		})
	}
}

// A platform acts as its child, and then sees what the child sees: no parent.
func TestAPlatformActsAsItsChild(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	p := e.platform()
	child := p.merchant()
	p.behalf(child.id).get("/v3/whoami").ok(http.StatusOK).is("actor.id", p.id).is("subject.id", child.id)
	p.behalf(child.id).get(child.path()).ok(http.StatusOK).is("id", child.id)
	p.behalf(child.id).get(p.path()).refused(http.StatusNotFound, "notFound", "")
}

// The credential of a disabled customer is refused everywhere, also for its own banks;
// its platform still reads the customer.
func TestADisabledCustomerIsRefused(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	p := e.platform()
	child, made := p.child(with(minimal("merchant"), object{"defaultBank": bank()}))
	p.self().put(child.path(), object{"status": "disabled"}).ok(http.StatusOK)
	child.self().get("/v3/banks/"+made.Str("defaultBank.id")).refused(http.StatusForbidden, "customerDisabled", "")
	p.self().get(child.path()).ok(http.StatusOK).is("status", "disabled").is("planStatus.status", "disabled")
}

// The credential of a customer below a disabled one is refused everywhere, in words that
// say that it is the account above and name nobody.
func TestACustomerBelowADisabledOneIsRefused(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	p := e.platform()
	child, _ := p.child(minimal("merchant"))
	e.local().put(p.path(), object{"status": "disabled"}).ok(http.StatusOK)
	child.self().get(child.path()).refused(http.StatusForbidden, "customerDisabled", "").explains("the account above")
	e.local().put(p.path(), object{"status": "locked"}).ok(http.StatusOK)
	child.self().get(child.path()).refused(http.StatusForbidden, "customerLocked", "").explains("the account above")
	e.local("X-CUSTOMER-ID", p.id).post("/v3/customers", minimal("merchant")).refused(http.StatusForbidden, "customerLocked", "")
	e.local().put(p.path(), object{"status": "active"}).ok(http.StatusOK)
	child.self().get(child.path()).ok(http.StatusOK)
}

// A header of credentials that is sent twice is refused before anything is looked up,
// even when both are the same.
func TestRepeatedCredentialHeadersAreRefused(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	p := e.platform()
	for _, name := range []string{"Authorization", "X-CUSTOMER-ID", "X-PUBLISHABLE-KEY"} {
		t.Run(name, func(t *testing.T) {
			p := p.in(t)
			request := p.self().Request(http.MethodGet, "/v3/whoami", nil)
			value := request.Header.Get(name)
			if value == "" {
				value = p.publishable
			}
			request.Header[http.CanonicalHeaderKey(name)] = []string{value, value}
			response, err := http.DefaultClient.Do(request)
			if err != nil {
				t.Fatal(err)
			}
			_ = response.Body.Close()
			if response.StatusCode != http.StatusBadRequest {
				t.Errorf("%s twice is answered %d", name, response.StatusCode)
			}
		})
	}
}

// The admin socket needs no credential: it acts as the operator, or for the customer that
// X-CUSTOMER-ID names. A credential that is sent along changes nothing.
func TestTheAdminSocketIsTheOperator(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	p := e.platform()
	e.local().get("/v3/whoami").ok(http.StatusOK).is("actor.id", e.operator.id).is("credential.kind", "local")
	e.local("X-CUSTOMER-ID", p.id).get("/v3/whoami").ok(http.StatusOK).is("actor.id", e.operator.id).is("subject.id", p.id)
	e.local("X-CUSTOMER-ID", missingID).get("/v3/whoami").refused(http.StatusForbidden, "insufficientResourceAccess", "")
	e.local("Authorization", "Bearer nonsense").get("/v3/customers").ok(http.StatusOK).is("count", 1.0)
	e.local("X-CUSTOMER-ID", p.id, "Idempotency-Key", "k").post("/v3/customers", minimal("merchant"), shows).ok(http.StatusCreated)
}

// The public listener never grants the operator's authority without a credential.
func TestThePublicListenerIsNotTheAdminSocket(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	e.client().get("/v3/whoami").ok(http.StatusUnauthorized)
	e.client("X-CUSTOMER-ID", e.operator.id).get("/v3/customers").ok(http.StatusUnauthorized)
}

// withoutRef returns status and body of a refusal without what differs each time.
func withoutRef(a answer) string {
	return strings.Replace(http.StatusText(a.Status)+" "+a.Text, a.Optional("error.ref"), "", 1)
}
