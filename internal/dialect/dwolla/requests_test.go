package dwolla_test

import (
	"net/http"
	"net/netip"
	"strings"
	"sync/atomic"
	"testing"

	"tenantry/internal/dialect/dwolla"
	"tenantry/internal/testkit"
	"tenantry/internal/testkit/apitest"
)

// A strict dialect demands the vendor's media type, with or without parameters or in a
// list; a lenient one accepts what general HTTP clients send.
func TestAccept(t *testing.T) {
	t.Parallel()
	strict := install(t)
	lenient := install(t, func(s *apitest.Setup) { s.Dwolla.Lenient = true })
	for accept, kind := range map[string]string{
		media: "both", media + `; profile="https://github.com/dwolla/hal-forms"`: "both", "text/html, " + media + ";q=0.5": "both",
		"": "lenient", "*/*": "lenient", "application/json": "lenient",
		"text/html": "none", media + ";q=0": "none", "application/vnd.dwolla.v2.hal+json": "none",
	} {
		t.Run(accept, func(t *testing.T) {
			lenient, strict := lenient.in(t), strict.in(t)
			for name, w := range map[string]*installation{"strict": strict, "lenient": lenient} {
				t.Run(name, func(t *testing.T) {
					w := w.in(t)
					a := w.as(w.account, "Accept", accept).do(http.MethodGet, "/customers", nil)
					if kind == "both" || kind == name {
						a.ok(200)
					} else {
						a.refused(406, "InvalidVersion").is("message", "Missing or invalid API version.")
					}
				})
			}
		})
	}
}

// The root is a page for people and links for the vendor's clients.
func TestRoot(t *testing.T) {
	t.Parallel()
	w := install(t)
	if a := w.bare("Accept", "text/html").do(http.MethodGet, "/", nil); a.Status != 200 || a.Text != "<!doctype html>" {
		t.Errorf("a browser gets %d %s", a.Status, a.Text)
	}
	root := w.as(w.account).get("/").is("_links.customers.href", w.URL+"/customers")
	w.as(w.account).get(root.Str("_links.account.href")).is("name", "Cove")
	w.as(w.other).do(http.MethodGet, root.Str("_links.account.href"), nil).refused(404, "NotFound")
	w.bare("Accept", media).do(http.MethodGet, "/", nil).refused(401, "InvalidCredentials")
}

// Links begin with the configured public URL, or else with the host of the request;
// forwarding headers count only from a trusted proxy.
func TestLinksLeadToTheServer(t *testing.T) {
	t.Parallel()
	local := netip.MustParsePrefix("127.0.0.0/8")
	forwarded := []string{"X-Forwarded-Proto", "https", "X-Forwarded-Host", "evil.example, api.example"}
	for name, row := range map[string]struct {
		options dwolla.Options
		headers []string
		want    string
	}{
		"host":            {headers: []string{"Host", "here.example:99"}, want: "http://here.example:99"},
		"untrusted proxy": {headers: append([]string{"Host", "here.example"}, forwarded...), want: "http://here.example"},
		"trusted proxy":   {options: dwolla.Options{TrustedProxies: []netip.Prefix{local}}, headers: forwarded, want: "https://api.example"},
		"public url": {
			options: dwolla.Options{PublicURL: "https://pay.example/", TrustedProxies: []netip.Prefix{local}},
			headers: append([]string{"Host", "here.example"}, forwarded...), want: "https://pay.example",
		},
		"strange host": {headers: []string{"Host", `a"b`}, want: ""},
	} {
		t.Run(name, func(t *testing.T) {
			w := install(t, func(s *apitest.Setup) {
				s.Dwolla.PublicURL, s.Dwolla.TrustedProxies = row.options.PublicURL, row.options.TrustedProxies
			})
			a, err := w.as(w.account, row.headers...).try(http.MethodGet, "/customers", nil)
			if row.want == "" && (err != nil || a.Status == 400) {
				return // refused before it came here
			}
			testkit.Must(t, err)
			a.is("_links.first.href", row.want+"/customers?limit=25&offset=0")
			location := w.as(w.account, row.headers...).post("/customers", w.unverified()).Header.Get("Location")
			if !strings.HasPrefix(location, row.want+"/customers/") {
				t.Errorf("%s: Location is %q", name, location)
			}
			if again := w.as(w.account).get("/customers"); strings.Contains(again.Text, "example\"") || strings.Contains(again.Text, "evil.example") {
				t.Errorf("%s: another answer has the host\n%s", name, again.Text)
			}
		})
	}
}

// Unknown routes and resources of other accounts are refused in the vendor's shape; a
// foreign id is answered like one that does not exist.
func TestNothingElseIsFound(t *testing.T) {
	t.Parallel()
	w := install(t)
	c := w.as(w.account)
	one := c.make("/customers", w.business())
	path := strings.TrimPrefix(one, w.URL)
	unknown := "/customers/65be9a3f-1c2d-8000-8000-4e5f60718293"
	for _, suffix := range []string{"", "/documents", "/beneficial-owners", "/beneficial-ownership", "/funding-sources", "/transfers", "/mass-payments"} {
		t.Run(suffix, func(t *testing.T) {
			c := c.in(t)
			w := w.in(t)
			foreign := w.as(w.other).do(http.MethodGet, path+suffix, nil).refused(404, "NotFound")
			if missing := c.do(http.MethodGet, unknown+suffix, nil).refused(404, "NotFound"); missing.Text != foreign.Text {
				t.Errorf("%s: %s differs from %s", suffix, foreign.Text, missing.Text)
			}
		})
	}
	for _, suffix := range []string{"", "/kba", "/beneficial-owners", "/beneficial-ownership"} {
		w.as(w.other).post(path+suffix, w.unverified()).refused(404, "NotFound")
	}
	owner := c.make(path+"/beneficial-owners", ownerBody())
	for _, method := range []string{http.MethodGet, http.MethodPost, http.MethodDelete} {
		w.as(w.other).do(method, owner, object{}).refused(404, "NotFound")
	}
	w.relay()
	event := c.get("/events").Str("_embedded.events.0.id")
	w.as(w.other).do(http.MethodGet, "/events/"+event, nil).refused(404, "NotFound")
	if other := w.as(w.other).get("/events"); strings.Contains(other.Text, path) {
		t.Errorf("the other account has events of the customer: %s", other.Text)
	}
	w.as(w.other).get("/customers").is("total", 0)
	for _, bad := range []string{"/customers/1", "/customers/%00", "/kba/x", "/documents/x", "/events/x", "/webhook-subscriptions/x", "/webhooks/x", "/business-classifications/x"} {
		c.do(http.MethodGet, bad, nil).refused(404, "NotFound")
	}
	c.do(http.MethodGet, "/customers/a/b/c", nil).refused(404, "NotFound")
	c.do(http.MethodDelete, path, nil).refused(405, "MethodNotAllowed")
	c.do(http.MethodPut, path, object{}).refused(405, "MethodNotAllowed")
	c.get("/customers/"+strings.ToUpper(path[len("/customers/"):])).is("id", path[len("/customers/"):])
}

// The dialect serves no path of the native API or of another dialect.
func TestOwnsItsPathsOnly(t *testing.T) {
	t.Parallel()
	face := dwolla.New(dwolla.Options{})
	for path, want := range map[string]bool{
		"/token": true, "/customers": true, "/customers/x/kba": true, "/kba/x": true, "/webhooks/1/retries": true, "/events": true,
		"/": false, "": false, "/v3/customers": false, "/v1/customers": false, "/straddle/v1/customers": false, "/healthz": false,
		"/labels/1": true, "/exchange-partners": true, "/readyz": false, "/openapi.yaml": false, "customers": false, "/customersx": false,
	} {
		t.Run(path, func(t *testing.T) {
			if face.Owns(path) != want {
				t.Errorf("%q: %t", path, !want)
			}
		})
	}
}

// What the vendor offers and this service does not is refused in the vendor's shape and
// says so, whatever the method and whether or not the request names the media type.
func TestWhatIsNotOfferedIsRefusedInTheVendorsShape(t *testing.T) {
	t.Parallel()
	w := install(t)
	customer := w.as(w.account).make("/customers", w.unverified())[len(w.URL):]
	for _, path := range []string{
		"/client-tokens", "/exchanges", "/exchanges/1", "/exchange-partners", "/exchange-sessions/1", "/labels/1", "/labels/1/ledger-entries",
		"/ledger-entries/1", "/label-reallocations", "/sessions", "/sandbox-simulations", "/mass-payment-items/1", "/on-demand-authorizations",
		"/oauth", "/transfers", "/transfers/1/fees", "/mass-payments", "/funding-sources",
		customer + "/labels", customer + "/iav-token", customer + "/exchange-sessions",
	} {
		t.Run(path, func(t *testing.T) {
			w := w.in(t)
			for _, c := range []*client{w.as(w.account), w.bare()} {
				for _, method := range []string{http.MethodGet, http.MethodPost} {
					a := c.do(method, path, nil)
					a.T = t
					a.refused(404, "NotFound").is("message", "The requested resource is not offered by this service.")
				}
			}
		})
	}
	w.as(w.account).do(http.MethodGet, "/accounts/1/funding-sources", nil).refused(404, "NotFound").
		is("message", "The requested resource is not offered by this service.")
	w.as(w.account).do(http.MethodGet, "/customers/"+strings.Repeat("0", 36), nil).refused(404, "NotFound").
		is("message", "The requested resource was not found.")
}

// A request in the vendor's media type is refused in the vendor's shape, also where
// another API would serve the path, and others are refused in the shape of that API.
func TestTheMediaTypeIsAnsweredInItsShape(t *testing.T) {
	t.Parallel()
	w := install(t)
	for _, path := range []string{"/nowhere", "/v3/nowhere", "/v3/customers/x/nothing"} {
		w.bare("Accept", "text/html, "+media+";q=0.5").do(http.MethodGet, path, nil).refused(404, "NotFound")
		w.bare("Accept", "*/*", "Content-Type", media+"; charset=utf-8").post(path, "{}").refused(404, "NotFound")
		w.bare("Accept", media+";q=0").do(http.MethodGet, path, nil).Is("error.status", "404")
	}
	w.bare("Accept", media).do(http.MethodGet, "/v3/customers", nil).refused(401, "InvalidAccessToken")
	w.bare("Accept", media).do(http.MethodPut, "/v3/customers", nil).refused(405, "MethodNotAllowed")
	w.bare("Accept", "application/json").do(http.MethodGet, "/v3/customers", nil).Is("error.status", "401")
}

// The refusal of the rate limit is in the vendor's words.
func TestTooManyRequests(t *testing.T) {
	t.Parallel()
	w := install(t, func(s *apitest.Setup) { s.RatePerMinute = 2 })
	c := w.as(w.account)
	c.get("/customers")
	c.get("/customers")
	if c.do(http.MethodGet, "/customers", nil).refused(429, "TooManyRequests").Header.Get("Retry-After") == "" {
		t.Error("nobody says when to come back")
	}
}

// The write that ends an idempotent request keeps its answer, and a repeat is answered the
// same and changes nothing.
func TestEveryChangeKeepsItsAnswer(t *testing.T) {
	t.Parallel()
	count := &atomic.Int64{}
	w := install(t, func(s *apitest.Setup) {
		s.Store = apitest.Apart{Store: testkit.Store(t), Count: count}
	})
	c := w.as(w.account)
	customer := c.make("/customers", w.unverified())
	source := c.make(customer+"/funding-sources", bank())
	subscription := c.make("/webhook-subscriptions", object{"url": "https://hooks.example/in", "secret": "sshhhhhh"})
	for _, step := range []struct {
		name, path string
		body       any
		status     int
	}{
		{"customer that changes", customer, object{"firstName": "Ida"}, 200},
		{"bank that comes", customer + "/funding-sources", bank(object{"accountNumber": "1234"}), 201},
		{"bank with another name", source, object{"name": "Other"}, 200},
		{"deposits that are started", source + "/micro-deposits", nil, 201},
		{"deposits that are confirmed", source + "/micro-deposits", amounts("0.03", "0.09"), 200},
		{"bank that goes", source, object{"removed": true}, 200},
		{"subscription that is paused", subscription, object{"paused": true}, 200},
	} {
		t.Run(step.name, func(t *testing.T) {
			w := w.in(t)
			before := count.Load()
			keyed := w.as(w.account, "Idempotency-Key", step.name)
			first, err := keyed.try(http.MethodPost, step.path, step.body)
			if err != nil || first.Status != step.status {
				t.Fatalf("%s: %d, %v: %s", step.name, first.Status, err, first.Text)
			}
			if count.Load() != before {
				t.Errorf("%s: the answer is kept apart", step.name)
			}
			if again, err := keyed.try(http.MethodPost, step.path, step.body); err != nil || again.Status != step.status || again.Text != first.Text {
				t.Errorf("%s: the repeat is answered otherwise: %v\n%s\n%s", step.name, err, first.Text, again.Text)
			}
		})
	}
}
