package webhook_test

import (
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"sync/atomic"
	"testing"

	"tenantry/internal/webhook"
)

// childOf names the proxy of the process that sends; it marks that process, too.
const childOf = "TENANTRY_TEST_PROXY"

// Proxies that the environment names see nothing of deliveries: behind one, the check of
// the receiver's address would check the proxy's. Go reads the variables once, so another
// process sends.
func TestDeliveriesGoThroughNoProxy(t *testing.T) {
	const nowhere = "http://receiver.invalid/"
	if os.Getenv(childOf) != "" {
		response, err := http.Get(nowhere) //nolint:noctx // the client that obeys the variables, to see that they are in force
		if err != nil {
			t.Fatalf("the proxy is not in force: %v", err)
		}
		response.Body.Close()
		if response, err := webhook.New(webhook.Options{AllowPrivate: true}).Client.Get(nowhere); err == nil {
			response.Body.Close()
			t.Error("a proxy answered the delivery")
		}
		return
	}
	t.Parallel()
	var asked atomic.Int32
	proxy := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { asked.Add(1) }))
	defer proxy.Close()
	child := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestDeliveriesGoThroughNoProxy$")
	child.Env = append(os.Environ(), childOf+"="+proxy.URL)
	for _, name := range []string{"HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY"} {
		child.Env = append(child.Env, name+"="+proxy.URL)
	}
	if out, err := child.CombinedOutput(); err != nil {
		t.Errorf("the sending process failed: %v\n%s", err, out)
	}
	if n := asked.Load(); n != 1 {
		t.Errorf("the proxy was asked %d times, and only the default client should ask it", n)
	}
}
