package webhook

import (
	"net/http"
	"net/netip"
	"testing"
	"time"

	"tenantry/client/webhook"
	"tenantry/internal/secret"
)

// What is signed during the grace of a secret is accepted by receivers that know either,
// and by nobody else.
func TestReceiversAcceptWhatIsSigned(t *testing.T) {
	t.Parallel()
	const present, previous, other = "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=", "whsec_cHJldmlvdXMgc2VjcmV0IG9mIGEgd2ViaG9vaw==", "whsec_YW5vdGhlciBzZWNyZXQgb2YgYSB3ZWJob29r"
	header, body := http.Header{}, []byte(`{"type":"customer.created"}`)
	if err := sign(header, "msg_1", time.Now(), body, []secret.Text{secret.New(present), secret.New(previous)}); err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]bool{present: true, previous: true, other: false} {
		receiver, err := webhook.New(text)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := receiver.Verify(header, body); (err == nil) != want {
			t.Errorf("a receiver ended with %v, want it accepted: %t", err, want)
		}
	}
}

// A known message signed with a known secret has the known signature.
func TestSignatureVector(t *testing.T) {
	t.Parallel()
	const body = `{"event_type":"customer.created.v1","event_id":"018c0000-0000-7000-8000-000000000001","account_id":"018c0000-0000-7000-8000-0000000000aa","data":{"id":"018c0000-0000-7000-8000-0000000000c1","status":"verified"}}`
	header := http.Header{}
	err := sign(header, "msg_2test0001", time.Unix(1_700_000_000, 0), []byte(body),
		[]secret.Text{secret.New("whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=")})
	if err != nil || header.Get("webhook-signature") != "v1,LIZOYC7o37nfTVxyZFAHgWtBe96Anxaqk5lNN7+TfkE=" ||
		header.Get("webhook-timestamp") != "1700000000" || header.Get("webhook-id") != "msg_2test0001" {
		t.Errorf("got %v, %v", header, err)
	}
}

// Addresses of an installation's own network are distinguished from those of the
// internet, in every form that leads there.
func TestPublicAddresses(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{
		"93.184.216.34": true, "8.8.8.8": true, "2606:4700::1111": true, "172.32.0.1": true,
		"127.0.0.1": false, "127.8.8.8": false, "10.0.0.1": false, "172.16.0.1": false, "192.168.1.1": false, "169.254.169.254": false,
		"0.0.0.0": false, "0.1.2.3": false, "100.64.0.1": false, "192.0.0.8": false, "198.18.0.1": false, "224.0.0.1": false, "255.255.255.255": false,
		"240.0.0.1": false, "::": false, "::1": false, "fe80::1": false, "fe80::1%eth0": false, "fc00::1": false, "fd12::1": false, "ff02::1": false,
		"::ffff:127.0.0.1": false, "::ffff:10.0.0.1": false, "::127.0.0.1": false, "64:ff9b::a00:1": false, "2002:7f00:1::": false, "fec0::1": false,
		"::ffff:0:127.0.0.1": false, "64:ff9b:1::a00:1": false, "2001:0:1::1": false, "2001:10::1": false, "2001:db8::1": false, "100::1": false,
		"192.0.2.1": false, "198.51.100.1": false, "203.0.113.1": false, "192.88.99.1": false, "3fff::1": false, "5f00::1": false,
		"2001:4860:4860::8888": true,
	} {
		t.Run(text, func(t *testing.T) {
			if got := isPublic(netip.MustParseAddr(text)); got != want {
				t.Errorf("%s: public %t", text, got)
			}
		})
	}
}
