//go:build !notraces

package otlp_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"time"

	"tenantry/internal/app"
	"tenantry/internal/kyc"
	"tenantry/internal/secret"
	"tenantry/internal/store/observed"
	"tenantry/internal/testkit"
	"tenantry/internal/testkit/apitest"
	"tenantry/internal/trace"
	"tenantry/internal/trace/otlp"
	"tenantry/internal/webhook"
)

// traced is an installation with a remote identity provider and a receiver of events, whose
// requests and deliveries are traced.
type traced struct {
	*apitest.Installation
	*collector
	platform testkit.Party
	receiver *httptest.Server
	// asked and received are the headers that the identity service and the receiver got.
	asked, received http.Header
	sender          *webhook.Sender
}

func install(t *testing.T) *traced {
	t.Helper()
	e := &traced{collector: collect(t)}
	service := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		e.asked = r.Header.Clone()
		_, _ = w.Write([]byte(`{"status":"verified","reason":"all in order for Mira Planted"}`))
	}))
	t.Cleanup(service.Close)
	e.receiver = httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { e.received = r.Header.Clone() }))
	t.Cleanup(e.receiver.Close)
	kept := observed.New("sqlite").Store(testkit.Store(t))
	e.Installation = apitest.Install(t, func(s *apitest.Setup) {
		s.Store, s.Tracer = kept, e.tracer
		s.Tunings = append(s.Tunings, func(o *app.Options) {
			remote, err := kyc.NewRemote(kyc.RemoteOptions{
				URL: service.URL, Secret: secret.New("whsec_MDEyMzQ1Njc4OWFiY2RlZg=="), Timeout: time.Second, Failures: 3, Pause: time.Minute, Now: o.Now,
			})
			testkit.Must(t, err)
			o.Provider = remote
		})
	})
	e.platform = e.Platform("Planted Platform")
	e.sender = webhook.New(webhook.Options{
		Source: e.Svc.Relay, Store: e.Store, Now: e.Clock.Now, BaseURL: "https://api.example", AllowPrivate: true, AllowInsecure: true, AllowAnyPort: true,
	})
	return e
}

func (e *traced) client() *testkit.Client {
	return e.Client(testkit.Behalf(e.platform.Secret(), e.platform.ID)...)
}

// deliver relays what happened and sends it.
func (e *traced) deliver() {
	e.T.Helper()
	ctx := e.tracer.With(e.T.Context())
	_, err := e.Svc.Relay.RelayEvents(ctx)
	testkit.Must(e.T, err)
	testkit.Must(e.T, e.sender.Drain(ctx))
}

const parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"

// A request is one trace: it goes on with the one that it names, its span has the route for
// a name, and within it are those of the authentication, the handler, the change and the
// operations of the store. What is asked of the identity service is part of it, and the
// service is told so.
func TestARequestIsOneTrace(t *testing.T) {
	t.Parallel()
	e := install(t)
	made := e.client().With("Traceparent", parent, "Content-Type", "application/json").Do(http.MethodPost, "/v3/customers", merchant())
	made.Demand(http.StatusCreated)
	e.flush()
	request := e.one("POST /v3/customers")
	if id(request.GetTraceId()) != "0af7651916cd43dd8448eb211c80319c" || id(request.GetParentSpanId()) != "b7ad6b7169203331" {
		t.Errorf("the request is in the trace %s below %s", id(request.GetTraceId()), id(request.GetParentSpanId()))
	}
	for key, want := range map[trace.Key]any{
		trace.Method: "POST", trace.Route: "/v3/customers", trace.Status: http.StatusCreated, trace.Ref: made.Header.Get("X-Request-Id"),
		trace.Tenant: e.platform.ID, trace.Actor: e.platform.ID, trace.Subject: e.platform.ID,
	} {
		if got := attribute(request.GetAttributes(), key); got != want {
			t.Errorf("%s is %v, want %v", key, got, want)
		}
	}
	change, question := e.one("registry.Insert"), e.one("identity question")
	for _, name := range []string{"authenticate", "createCustomer", "registry.Insert", "identity question", "Insert", "Replace"} {
		for _, span := range e.named(name) {
			if !e.below(span, request) {
				t.Errorf("%s is not within the request", name)
			}
		}
		if len(e.named(name)) == 0 {
			t.Errorf("there is no span %s among %q", name, e.names())
		}
	}
	if insert := e.one("Insert"); !e.below(insert, change) || attribute(insert.GetAttributes(), trace.System) != "sqlite" {
		t.Errorf("the write is %v", insert)
	}
	if attribute(change.GetAttributes(), trace.Customer) != made.Str("id") || attribute(question.GetAttributes(), trace.Customer) != made.Str("id") {
		t.Error("the customer is not named")
	}
	if got := e.asked.Get("Traceparent"); !strings.HasPrefix(got, "00-0af7651916cd43dd8448eb211c80319c-"+id(question.GetSpanId())) {
		t.Errorf("the identity service is told %q", got)
	}
	if attribute(e.resource, "service.name") != "tenantry" || attribute(e.resource, "service.version") != "1.2.3" {
		t.Errorf("the service says of itself %v", e.resource)
	}
}

// An attempt to deliver an event is a trace of its own, which its receiver learns nothing of.
func TestAnAttemptIsATraceOfItsOwn(t *testing.T) {
	t.Parallel()
	e := install(t)
	e.client().Do(http.MethodPatch, "/v3/customers/"+e.platform.ID, webhooksTo(e.receiver.URL)).Demand(http.StatusOK)
	e.client().Do(http.MethodPost, "/v3/customers", merchant()).Demand(http.StatusCreated)
	e.deliver()
	e.flush()
	attempts := e.named("webhook attempt")
	if len(attempts) == 0 || e.received == nil {
		t.Fatalf("nothing was sent: %q", e.names())
	}
	for _, span := range attempts {
		if len(span.GetParentSpanId()) != 0 || attribute(span.GetAttributes(), trace.Status) != http.StatusOK ||
			attribute(span.GetAttributes(), trace.Tenant) != e.platform.ID || attribute(span.GetAttributes(), trace.Delivery) == nil {
			t.Errorf("an attempt is %v", span)
		}
	}
	if got := e.received.Get("Traceparent"); got != "" {
		t.Errorf("the receiver is told %q", got)
	}
}

// planted are what no attribute of any span may hold: names, addresses and numbers of
// people and businesses, and secrets.
var planted = []string{
	"planted", "Mira", "mira@", "2075550142", "Congress Avenue", "123456789", "000123456789", "crm-secret", "pass phrase of hers",
}

func merchant() string {
	return `{"name":"Planted Bicycles","email":"mira@planted.example","planKey":"merchant","externalId":"crm-secret","description":"planted words",
"username":"mira.planted@planted.example","password":"pass phrase of hers",
"address":{"street1":"1 Congress Avenue","city":"Plantedville","state":"TX","postalCode":"78701","country":"USA"},
"contact":{"firstName":"Mira","lastName":"Planted","email":"mira@planted.example","phone":"2075550142","dateOfBirth":"1984-02-17"},
"legalEntity":{"entityType":"LLC","businessName":"Planted Bicycles","businessTaxId":"123456789","personalTaxId":"123456780","stakePercent":"100",
"businessSalesVolume":"480000","businessAcceptedCards":true,"yearsInBusiness":"6"},
"merchant":{"businessName":"Planted","businessUrl":"https://planted.example","businessLogo":"https://planted.example/logo.png","supportEmail":"help@planted.example",
"supportPhone":"2075550100","supportUrl":"https://planted.example/help","productDescription":"planted repair","statementDescriptor":"PLANTED",
"defaultCurrency":"USD","merchantCategoryCode":"5940"}}`
}

func webhooksTo(url string) string {
	return fmt.Sprintf(`{"settings":{"events":{"enabled":true,"urls":{"always":[%q]}}}}`, url+"/planted")
}

// Whatever happens, the attributes of spans are ids, numbers and words of the program:
// nothing that a customer or a client chose is among them.
func TestSpansHoldNoPersonalData(t *testing.T) {
	t.Parallel()
	e := install(t)
	c := e.client().With("User-Agent", "planted", "X-Request-Id", "planted", "Tracestate", "vendor=ok", "Baggage", "name=planted")
	c.Do(http.MethodPatch, "/v3/customers/"+e.platform.ID, webhooksTo(e.receiver.URL)).Demand(http.StatusOK)
	made := c.Do(http.MethodPost, "/v3/customers", merchant())
	made.Demand(http.StatusCreated)
	one := "/v3/customers/" + made.Str("id")
	statuses := map[string]int{}
	for _, ask := range []struct{ method, path, body string }{
		{"GET", "/v3/customers?email=mira@planted.example&q=Planted", ""}, {"GET", one, ""}, {"GET", "/v3/planted/mira@planted.example", ""},
		{"PATCH", one, `{"name":"Planted Again"}`}, {"PATCH", one, `{"email":"planted"}`}, {"POST", "/v3/customers", merchant()},
		{"POST", one + "/banks", `{"accountNumber":"000123456789","routingNumber":"021000021","nameOnAccount":"Mira Planted","accountType":"checking","country":"USA","currency":"USD"}`},
		{"POST", one + "/users", `{"username":"planted.user","password":"pass phrase of hers","role":"admin"}`},
		{"POST", one + "/keys/rotate", ""}, {"GET", one + "/events", ""}, {"GET", one + "/unmasked?reason=planted", ""}, {"DELETE", one, ""},
		{"POST", "/v3/oauth/token", `{"grant_type":"password","username":"mira.planted@planted.example","password":"pass phrase of hers"}`},
		{"GET", "/straddle/v1/customers/planted", ""}, {"GET", "/v1/customers/planted", ""}, {"GET", "/customers/planted", ""},
	} {
		statuses[ask.method+" "+ask.path] = c.Revealing().Do(ask.method, ask.path, ask.body).Status
	}
	e.deliver()
	e.flush()
	if len(e.spans) < 100 || len(e.named("webhook attempt")) == 0 || len(e.named("identity question")) == 0 {
		t.Fatalf("the scenario is too small: %d spans %q, answers %v", len(e.spans), e.names(), statuses)
	}
	form := regexp.MustCompile(`^[A-Za-z0-9_.:/ *-]*$`)
	for _, span := range e.spans {
		texts := []string{span.GetName(), span.GetStatus().GetMessage()}
		for _, one := range span.GetAttributes() {
			texts = append(texts, one.GetKey(), one.GetValue().GetStringValue())
		}
		for _, event := range span.GetEvents() {
			texts = append(texts, event.GetName())
		}
		for _, text := range texts {
			for _, word := range planted {
				if strings.Contains(strings.ToLower(text), strings.ToLower(word)) || !form.MatchString(text) {
					t.Errorf("the span %s holds %q", span.GetName(), text)
				}
			}
		}
	}
}

// A collector that is gone, or that never answers, neither slows nor fails a request, and
// holds the end of the service no longer than it is allowed to.
func TestADeadCollectorIsNoHindrance(t *testing.T) {
	t.Parallel()
	held := make(chan struct{})
	silent := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-held }))
	t.Cleanup(func() {
		close(held)
		silent.Close()
	})
	gone := httptest.NewServer(nil)
	gone.Close()
	for name, url := range map[string]string{"silent": silent.URL, "gone": gone.URL} {
		t.Run(name, func(t *testing.T) {
			tracer, shutdown, err := otlp.Open(t.Context(), otlp.Options{Endpoint: url, Failed: func(error) {}})
			testkit.Must(t, err)
			started := time.Now()
			// More than the queue holds.
			for range 10_000 {
				ctx, span := tracer.Request(t.Context(), http.Header{}, "GET /")
				_, within := trace.Start(ctx, "within")
				within.End()
				span.End()
			}
			if took := time.Since(started); took > 5*time.Second {
				t.Errorf("the requests took %s", took)
			}
			ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
			defer cancel()
			started = time.Now()
			// Whether it says so or not, what was not sent is lost by then.
			_ = shutdown(ctx)
			if took := time.Since(started); took > 5*time.Second {
				t.Errorf("the end took %s", took)
			}
		})
	}
}
