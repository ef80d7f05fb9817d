package straddle_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"tenantry/customers/lifecycle"
	"tenantry/customers/webhooks"
	"tenantry/internal/dialect"
	"tenantry/internal/patch"
	"tenantry/internal/testkit"
	"tenantry/internal/webhook"
)

// post is a message that arrived.
type post struct {
	header http.Header
	text   string
	body   object
}

func (p post) str(path string) string {
	return testkit.Answered{Body: p.body}.Optional(path)
}

// inbox is a real receiver of a platform, with the sender that serves it.
type inbox struct {
	w      *installation
	sender *webhook.Sender
	secret string

	mu     sync.Mutex
	status int
	posts  []post
}

// receive makes a platform receive webhooks in Straddle's shape.
func (w *installation) receive(of testkit.Party) *inbox {
	w.T.Helper()
	in := &inbox{w: w, status: http.StatusNoContent}
	server := httptest.NewServer(in)
	w.T.Cleanup(server.Close)
	change := lifecycle.UpdateInput{CustomerID: of.ID}
	testkit.Must(w.T, patch.Decode([]byte(`{"settings":{"events":{"enabled":true,"urls":{"filtered":[{"url":"`+server.URL+`","format":"straddle"}]}}}}`), &change.Input))
	changed, err := w.Svc.Lifecycle.Update(w.T.Context(), w.caller(""), change)
	testkit.Must(w.T, err)
	made, err := w.Svc.Webhooks.RenewWebhookSecret(w.T.Context(), w.caller(of.ID), "", changed.Webhooks[0].ID.String(), webhooks.WebhookSecretInput{})
	testkit.Must(w.T, err)
	in.secret = made.Secret.Reveal()
	in.sender = webhook.New(webhook.Options{
		Source: w.Svc.Relay, Store: w.Store, Now: w.Clock.Now, AllowPrivate: true, AllowInsecure: true,
	})
	in.deliver()
	in.take()
	return in
}

func (in *inbox) ServeHTTP(writer http.ResponseWriter, request *http.Request) {
	text, _ := io.ReadAll(request.Body)
	p := post{header: request.Header, text: string(text)}
	_ = json.Unmarshal(text, &p.body)
	in.mu.Lock()
	defer in.mu.Unlock()
	in.posts = append(in.posts, p)
	writer.WriteHeader(in.status)
}

// deliver relays and sends what happened so far.
func (in *inbox) deliver() {
	in.w.T.Helper()
	_, err := in.w.Svc.Relay.RelayEvents(in.w.T.Context())
	testkit.Must(in.w.T, err)
	testkit.Must(in.w.T, in.sender.Drain(in.w.T.Context()))
}

// take returns what arrived since the last time, each accepted by a verifier that is
// not ours.
func (in *inbox) take() []post {
	in.w.T.Helper()
	in.mu.Lock()
	defer in.mu.Unlock()
	verifier, err := standardwebhooks.NewWebhook(in.secret)
	testkit.Must(in.w.T, err)
	for _, p := range in.posts {
		if err := verifier.VerifyIgnoringTimestamp([]byte(p.text), p.header); err != nil {
			in.w.T.Errorf("%s is refused: %v", p.text, err)
		}
	}
	list := in.posts
	in.posts = nil
	return list
}

func (in *inbox) answer(status int) {
	in.mu.Lock()
	defer in.mu.Unlock()
	in.status = status
}

// told returns type and status of messages.
func told(posts []post) string {
	var list []string
	for _, p := range posts {
		list = append(list, p.str("event_type")+" "+p.str("data.status"))
	}
	return strings.Join(list, ", ")
}

// A creation is sent as created and then as its status, with the whole customer masked as
// in answers, ids in the same form, and nothing about its review.
func TestCreationIsTold(t *testing.T) {
	t.Parallel()
	w := install(t)
	in := w.receive(w.platform)
	made := w.as(w.platform, "Straddle-Account-Id", uuidOf(w.account)).create(person(1, object{
		"external_id": "crm-7", "metadata": object{"tier": "gold"}, "config": object{"processing_method": "inline"},
		"address":            object{"address1": "1 Mill Road", "city": "Bangor", "state": "ME", "zip": "04401"},
		"compliance_profile": object{"dob": birthDate, "ssn": ssn},
	}))
	in.deliver()
	posts := in.take()
	if got := told(posts); got != "customer.created.v1 verified, customer.event.v1 verified" {
		t.Fatalf("told: %s", got)
	}
	if posts[0].str("event_id") == posts[1].str("event_id") {
		t.Error("both messages have one id")
	}
	for _, p := range posts {
		for path, want := range map[string]string{
			"account_id": uuidOf(w.account), "data.id": made.Str("data.id"), "data.name": "Ada Byron", "data.type": "individual",
			"data.email": "ada1@example.com", "data.phone": "+12128675309", "data.external_id": "crm-7", "data.metadata.tier": "gold",
			"data.address.zip": "04401", "data.device.ip_address": "**.**.**.**", "data.compliance_profile.ssn": "***-**-****",
			"data.compliance_profile.dob": "****-**-**", "data.created_at": made.Str("data.created_at"), "data.updated_at": made.Str("data.updated_at"),
		} {
			t.Run(path, func(t *testing.T) {
				if got := p.str(path); got != want {
					t.Errorf("%s is %q, want %q\n%s", path, got, want, p.text)
				}
			})
		}
		for _, word := range []string{ssn, "6789", birthDate, ipAddress, `"config"`} {
			if strings.Contains(p.text, word) {
				t.Errorf("%s shows in %s", word, p.text)
			}
		}
	}
}

// A business is sent with one flat profile, without its representatives.
func TestABusinessIsToldWithoutItsPeople(t *testing.T) {
	t.Parallel()
	w := install(t)
	in := w.receive(w.platform)
	w.as(w.platform).create(person(1, object{"type": "business", "compliance_profile": object{
		"ein": ein, "legal_business_name": "Byron LLC", "website": "https://byron.example",
		"representatives": []any{object{"name": "Rep Resentative"}},
	}}))
	in.deliver()
	for _, p := range in.take() {
		if p.str("data.type") != "business" || p.str("data.compliance_profile.ein") != "**-*******" ||
			p.str("data.compliance_profile.legal_business_name") != "Byron LLC" ||
			p.str("data.compliance_profile.website") != "https://byron.example" || strings.Contains(p.text, "Resentative") {
			t.Errorf("got %s", p.text)
		}
	}
}

// Every change of a review is sent with the status that it led to, whether by background
// work, a refresh or a person; the creation comes first, even when all are sent together.
func TestReviewsAreTold(t *testing.T) {
	t.Parallel()
	for range 20 { // what is sent side by side may arrive in any order
		w := install(t)
		in := w.receive(w.platform)
		client := w.as(w.platform)
		id := client.create(person(1, object{"config": object{"processing_method": "background", "sandbox_outcome": "review"}})).Str("data.id")
		w.runReviews()
		in.deliver()
		posts := in.take()
		if told(posts[:1]) != "customer.created.v1 pending" {
			t.Fatalf("told: %s", told(posts))
		}
		if got := told(posts[1:]); got != "customer.event.v1 pending, customer.event.v1 review" && got != "customer.event.v1 review, customer.event.v1 pending" {
			t.Fatalf("told: %s", got)
		}
		for _, step := range []struct {
			what string
			do   func()
			want string
		}{
			{"decided", func() {
				client.do(http.MethodPatch, "/customers/"+id+"/review", object{"status": "verified"}).ok(http.StatusOK)
			}, "customer.event.v1 verified"},
			{"refreshed", func() { client.do(http.MethodPut, "/customers/"+id+"/refresh_review", nil).ok(http.StatusAccepted) }, "customer.event.v1 pending"},
			{"judged", w.runReviews, "customer.event.v1 review"},
		} {
			t.Run(step.what, func(t *testing.T) {
				step.do()
				in.deliver()
				if got := told(in.take()); got != step.want {
					t.Fatalf("%s: told %q", step.what, got)
				}
			})
		}
	}
}

// A receiver that answers 500 is asked again after five seconds with the same message
// under the same id, and then as the schedule says: eight times in all.
func TestStraddlesScheduleRepeatsOneMessage(t *testing.T) {
	t.Parallel()
	w := install(t)
	in := w.receive(w.platform)
	in.answer(http.StatusInternalServerError)
	w.as(w.platform).create(person(1))
	in.deliver()
	first := in.take()
	if len(first) != 2 {
		t.Fatalf("told: %s", told(first))
	}
	ids := map[string]string{}
	for _, p := range first {
		ids[p.header.Get("webhook-id")] = p.text
	}
	for i, wait := range []time.Duration{
		5 * time.Second, 5 * time.Minute, 30 * time.Minute, 2 * time.Hour, 5 * time.Hour, 10 * time.Hour, 10 * time.Hour,
	} {
		w.Clock.Advance(wait - time.Millisecond)
		in.deliver()
		if early := in.take(); len(early) != 0 {
			t.Fatalf("attempt %d comes before %s", i+2, wait)
		}
		w.Clock.Advance(time.Millisecond)
		in.deliver()
		again := in.take()
		if len(again) != 2 {
			t.Fatalf("%d messages after %s", len(again), wait)
		}
		for _, p := range again {
			if text, known := ids[p.header.Get("webhook-id")]; !known || text != p.text {
				t.Errorf("attempt %d is another message: %s", i+2, p.text)
			}
		}
	}
	w.Clock.Advance(48 * time.Hour)
	in.deliver()
	if late := in.take(); len(late) != 0 {
		t.Errorf("%d messages after the last attempt", len(late))
	}
}

// Messages about an erased customer are not sent any more, waiting ones included: they
// would have nothing true to say.
func TestTheErasedAreNotTold(t *testing.T) {
	t.Parallel()
	w := install(t)
	in := w.receive(w.platform)
	in.answer(http.StatusInternalServerError)
	id := w.as(w.platform).create(person(1)).Str("data.id")
	in.deliver()
	in.take()
	gone, _ := dialect.ParseUUID(id)
	testkit.Must(t, w.Svc.Lifecycle.Delete(t.Context(), w.caller(w.platform.ID), lifecycle.DeleteInput{CustomerID: gone.String()}))
	in.answer(http.StatusNoContent)
	w.Clock.Advance(time.Minute)
	in.deliver()
	if posts := in.take(); len(posts) != 0 {
		t.Errorf("told: %s", posts[0].text)
	}
}
