package kyc_test

import (
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"sync/atomic"
	"testing"
	"time"

	"tenantry/internal/kyc"
	"tenantry/internal/secret"
)

// childOf names the proxy of the process that asks; it marks that process, too.
const childOf = "TENANTRY_TEST_PROXY"

// Proxies that the environment names see nothing of the questions, which hold the
// particulars of people. Go reads the variables once, so another process asks.
func TestQuestionsGoThroughNoProxy(t *testing.T) {
	if proxy := os.Getenv(childOf); proxy != "" {
		askThrough(t, proxy)
		return
	}
	t.Parallel()
	var asked atomic.Int32
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		asked.Add(1)
		_, _ = w.Write([]byte(`{"status":"verified"}`))
	}))
	defer proxy.Close()
	child := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestQuestionsGoThroughNoProxy$")
	child.Env = append(os.Environ(), childOf+"="+proxy.URL)
	for _, name := range []string{"HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY"} {
		child.Env = append(child.Env, name+"="+proxy.URL)
	}
	if out, err := child.CombinedOutput(); err != nil {
		t.Errorf("the asking process failed: %v\n%s", err, out)
	}
	if n := asked.Load(); n != 1 {
		t.Errorf("the proxy was asked %d times, and only the default client should ask it", n)
	}
}

// askThrough asks a name that leads nowhere: only a proxy could answer.
func askThrough(t *testing.T, proxy string) {
	const nowhere = "http://identity.invalid/check"
	response, err := http.Get(nowhere) //nolint:noctx // the client that obeys the variables, to see that they are in force
	if err != nil {
		t.Fatalf("the proxy %s is not in force: %v", proxy, err)
	}
	response.Body.Close()
	asks, err := kyc.NewRemote(kyc.RemoteOptions{
		URL: nowhere, Secret: secret.New(signingSecret), Timeout: 10 * time.Second, Failures: failures, Pause: pause,
	})
	if err != nil {
		t.Fatal(err)
	}
	if verdict, err := asks.Verify(t.Context(), subject); err == nil {
		t.Errorf("a proxy answered the question: %+v", verdict)
	}
}
