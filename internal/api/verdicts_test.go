package api_test

import (
	"bufio"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"strconv"
	"strings"
	"testing"
	"time"

	"tenantry/internal/kyc"
	"tenantry/internal/secret"
)

const verdictKey = "the key of an identity service"

// withCallback makes the installation take late results, as one with an http provider
// does.
func withCallback(t *testing.T) func(*setup) {
	return func(o *setup) {
		remote, err := kyc.NewRemote(kyc.RemoteOptions{
			URL: "http://127.0.0.1:1", Secret: secret.New("whsec_" + base64.StdEncoding.EncodeToString([]byte(verdictKey))),
			Timeout: time.Second, Failures: 1, Pause: time.Minute, Now: o.Now,
		})
		if err != nil {
			t.Fatal(err)
		}
		o.IdentityCallback = remote
	}
}

// signedAs returns a client whose next message is signed with a key at a given time.
func (e *env) signedAs(key string, at time.Time, message any) *client {
	content, err := json.Marshal(message)
	if err != nil {
		e.T.Fatal(err)
	}
	stamp := strconv.FormatInt(at.Unix(), 10)
	mac := hmac.New(sha256.New, []byte(key))
	mac.Write([]byte("msg_1." + stamp + "." + string(content)))
	return e.client("webhook-id", "msg_1", "webhook-timestamp", stamp, "webhook-signature", "v1,"+base64.StdEncoding.EncodeToString(mac.Sum(nil)))
}

// tell sends a late result with a good signature of now.
func (e *env) tell(message object, modes ...mode) answer {
	e.T.Helper()
	return e.signedAs(verdictKey, e.Clock.Now(), message).post("/v3/identity/verdicts", message, modes...)
}

// A late result ends the review that it names, once: repeated, or about a review that a
// newer one replaced, it is received and changes nothing.
func TestLateVerdicts(t *testing.T) {
	t.Parallel()
	e := newEnv(t, withCallback(t))
	p := e.platform()
	child := reviewed(p, "pending")
	verdict := func(review, status string) object {
		return object{"customer": p.id + "/" + child.id, "reviewId": review, "status": status, "reason": "passport seen"}
	}
	stale := p.self().get(child.path("/identity")).ok(http.StatusOK).is("status", "pending").Str("reviewId")
	latest := p.self().post(child.path("/identity/refresh"), nil).ok(http.StatusOK).is("status", "pending").Str("reviewId")

	e.tell(verdict(stale, "rejected")).ok(http.StatusOK).is("applied", false).is("object", "verdict")
	e.tell(verdict(missingID, "rejected")).ok(http.StatusOK).is("applied", false)
	p.self().get(child.path("/identity")).ok(http.StatusOK).is("status", "pending").is("reviewId", latest)

	e.tell(verdict(latest, "verified")).ok(http.StatusOK).is("applied", true)
	ended := p.self().get(child.path()).ok(http.StatusOK).is("identity.status", "verified").is("planStatus.verifications.standard", "verified")
	p.self().get(child.path("/identity")).ok(http.StatusOK).is("reason", "passport seen").is("reviewId", latest)
	e.tell(verdict(latest, "verified")).ok(http.StatusOK).is("applied", false)
	e.tell(verdict(latest, "rejected")).ok(http.StatusOK).is("applied", false)
	if again := p.self().get(child.path()).ok(http.StatusOK); again.Text != ended.Text {
		t.Errorf("a replay changed the customer:\n%s\n%s", ended.Text, again.Text)
	}
}

// A review that a person decided is not changed by a late result.
func TestALateVerdictBehindADecision(t *testing.T) {
	t.Parallel()
	e := newEnv(t, withCallback(t))
	p := e.platform()
	child := reviewed(p, "review")
	review := p.self().get(child.path("/identity")).ok(http.StatusOK).Str("reviewId")
	p.self().patch(child.path("/identity"), object{"status": "rejected", "reason": "forged"}).ok(http.StatusOK)
	e.tell(object{"customer": p.id + "/" + child.id, "reviewId": review, "status": "verified"}).ok(http.StatusOK).is("applied", false)
	p.self().get(child.path("/identity")).ok(http.StatusOK).is("status", "rejected").is("reason", "forged")
}

// A message that is not signed with the secret, just now, learns nothing of whether the
// customer exists, and does nothing.
func TestVerdictsAreSigned(t *testing.T) {
	t.Parallel()
	e := newEnv(t, withCallback(t))
	p := e.platform()
	child := reviewed(p, "pending")
	review := p.self().get(child.path("/identity")).ok(http.StatusOK).Str("reviewId")
	message := object{"customer": p.id + "/" + child.id, "reviewId": review, "status": "verified"}
	now := e.Clock.Now()
	for name, c := range map[string]*client{
		"no signature":        e.client(),
		"another key":         e.signedAs("some other key", now, message),
		"six minutes ago":     e.signedAs(verdictKey, now.Add(-6*time.Minute), message),
		"six minutes ahead":   e.signedAs(verdictKey, now.Add(6*time.Minute), message),
		"another message":     e.signedAs(verdictKey, now, with(message, object{"status": "rejected"})),
		"no time":             e.signedAs(verdictKey, now, message).with("webhook-timestamp", ""),
		"another time":        e.signedAs(verdictKey, now, message).with("webhook-timestamp", strconv.FormatInt(now.Unix()+1, 10)),
		"another id":          e.signedAs(verdictKey, now, message).with("webhook-id", "msg_2"),
		"the operator's key":  e.client("Authorization", "Bearer "+e.operator.secret, "X-CUSTOMER-ID", e.operator.id),
		"another's good form": e.signedAs(verdictKey, now, message).with("webhook-signature", "v1,AAAA v2,BBBB"),
	} {
		t.Run(name, func(t *testing.T) {
			c := c.in(t)
			refused := c.post("/v3/identity/verdicts", message).ok(http.StatusUnauthorized)
			if none := c.post("/v3/identity/verdicts", with(message, object{"customer": missingID + "/" + missingID})).ok(http.StatusUnauthorized); withoutRef(none) != withoutRef(refused) {
				t.Errorf("%s: a customer that does not exist is refused otherwise:\n%s\n%s", name, refused.Text, none.Text)
			}
		})
	}
	p.self().get(child.path("/identity")).ok(http.StatusOK).is("status", "pending")
}

// A signed result about an unknown customer, or about one under a tenant that is not its
// own, is not found; one with an unknown status is refused by name.
func TestVerdictsAboutUnknownCustomers(t *testing.T) {
	t.Parallel()
	e := newEnv(t, withCallback(t))
	p, other := e.platform(), e.platform()
	child := reviewed(p, "pending")
	review := p.self().get(child.path("/identity")).ok(http.StatusOK).Str("reviewId")
	good := object{"customer": p.id + "/" + child.id, "reviewId": review, "status": "verified"}
	for _, name := range []string{
		p.id + "/" + missingID, other.id + "/" + child.id, missingID + "/" + child.id, child.id, child.id + "/" + p.id, "", "/", p.id + "/" + child.id + "/x",
	} {
		e.tell(with(good, object{"customer": name}), wrong).refused(http.StatusNotFound, "notFound", "")
	}
	for _, status := range []string{"none", "fine", ""} {
		e.tell(with(good, object{"status": status}), wrong).ok(http.StatusBadRequest)
	}
	e.signedAs(verdictKey, e.Clock.Now(), "x").post("/v3/identity/verdicts", `"x"`, wrong).ok(http.StatusBadRequest)
	p.self().get(child.path("/identity")).ok(http.StatusOK).is("status", "pending")
	p.self().delete(child.path()).ok(http.StatusNoContent)
	e.tell(good).refused(http.StatusNotFound, "notFound", "")
}

// Without a provider that answers late the route does not exist.
func TestNoVerdictsWithoutAProviderOfThem(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	e.tell(object{"customer": missingID + "/" + missingID, "reviewId": missingID, "status": "verified"}).ok(http.StatusNotFound)
}

// Nothing of the body is read before the headers of the signature fit: a message that
// announces one and sends none is refused at once.
func TestVerdictsAreRefusedBeforeTheirBody(t *testing.T) {
	t.Parallel()
	e := newEnv(t, withCallback(t))
	now := e.Clock.Now()
	good := "v1," + base64.StdEncoding.EncodeToString(make([]byte, sha256.Size))
	header := func(id, stamp, signature string) string {
		return "webhook-id: " + id + "\r\nwebhook-timestamp: " + stamp + "\r\nwebhook-signature: " + signature + "\r\n"
	}
	stamp := strconv.FormatInt(now.Unix(), 10)
	for name, headers := range map[string]string{
		"none":                          "",
		"no id":                         header("", stamp, good),
		"no time":                       header("msg_1", "", good),
		"no signature":                  header("msg_1", stamp, ""),
		"a time that is no number":      header("msg_1", "now", good),
		"a time with a sign":            header("msg_1", "+"+stamp, good),
		"six minutes ago":               header("msg_1", strconv.FormatInt(now.Add(-6*time.Minute).Unix(), 10), good),
		"six minutes ahead":             header("msg_1", strconv.FormatInt(now.Add(6*time.Minute).Unix(), 10), good),
		"a time of another age":         header("msg_1", "9223372036854775807", good),
		"a signature of another kind":   header("msg_1", stamp, "v1a,"+good[3:]),
		"a signature that is too short": header("msg_1", stamp, "v1,AAAA"),
		"two ids":                       header("msg_1", stamp, good) + "webhook-id: msg_2\r\n",
		"two times":                     header("msg_1", stamp, good) + "webhook-timestamp: " + stamp + "\r\n",
		"an id without end":             header(strings.Repeat("x", 1000), stamp, good),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := e.in(t)
			status, closed := e.withoutBody("/v3/identity/verdicts", headers)
			if status != http.StatusUnauthorized || !closed {
				t.Errorf("%s: it is answered %d, and the connection ends: %t", name, status, closed)
			}
		})
	}
}

// withoutBody sends the head of a message whose body does not come. It returns the status
// of the answer and whether it ends the connection.
func (e *env) withoutBody(path, headers string) (status int, closed bool) {
	e.T.Helper()
	conn, err := net.Dial("tcp", strings.TrimPrefix(e.URL, "http://"))
	if err != nil {
		e.T.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	_ = conn.SetDeadline(time.Now().Add(5 * time.Second))
	_, _ = fmt.Fprintf(conn, "POST %s HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\nContent-Type: application/json\r\n%s\r\n", path, headers)
	answer, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		return 0, false
	}
	defer answer.Body.Close()
	return answer.StatusCode, answer.Close
}

// Messages whose signature does not hold are bounded for each address, before their body
// is read; those that hold are not, and other addresses are not disturbed.
func TestUnsignedVerdictsAreThrottled(t *testing.T) {
	t.Parallel()
	e := newEnv(t, withCallback(t), func(s *setup) { s.TrustedProxies = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")} })
	p := e.platform()
	child := reviewed(p, "pending")
	message := object{"customer": p.id + "/" + child.id, "reviewId": missingID, "status": "verified"}
	const path, from, near, far = "/v3/identity/verdicts", "2001:db8:1:1::1", "2001:db8:1:1::2", "2001:db8:1:2::1"
	signed := func(address string) answer {
		return e.signedAs(verdictKey, e.Clock.Now(), message).with("X-Forwarded-For", address).post(path, message)
	}
	for range 100 {
		signed(from).ok(http.StatusOK)
	}
	refused := 0
	for forged := e.signedAs("some other key", e.Clock.Now(), message).with("X-Forwarded-For", from); ; refused++ {
		if refused > 1000 {
			t.Fatal("there is no end")
		}
		if got := forged.post(path, message); got.Status != http.StatusUnauthorized {
			got.refused(http.StatusTooManyRequests, "rateLimited", "")
			if got.Header.Get("Retry-After") == "" {
				t.Error("the refusal does not say when to come back")
			}
			break
		}
	}
	if refused != 60 {
		t.Errorf("%d forged messages were looked at", refused)
	}
	if status, closed := e.withoutBody(path, "X-Forwarded-For: "+near+"\r\n"); status != http.StatusTooManyRequests || !closed {
		t.Errorf("a neighbor's message is answered %d before its body, and the connection ends: %t", status, closed)
	}
	signed(from).ok(http.StatusTooManyRequests)
	signed(far).ok(http.StatusOK)
	e.Clock.Advance(time.Minute)
	signed(from).ok(http.StatusOK)
}
