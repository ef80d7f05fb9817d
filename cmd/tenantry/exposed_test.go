package main

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// A sandbox that other machines may reach gives strangers no test key, and sends no events
// to machines of its own network; with settings that say otherwise it does.
func TestASandboxThatOthersReach(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		environ []string
		open    bool
	}{
		"on loopback":            {nil, true},
		"on every address":       {[]string{"TENANTRY_LISTEN=:8080"}, false},
		"behind a proxy":         {[]string{"TENANTRY_LIMITS_TRUSTED_PROXIES=10.0.0.0/8"}, false},
		"on every address, told": {[]string{"TENANTRY_LISTEN=:8080", "TENANTRY_WEBHOOKS_ALLOW_PRIVATE=true", "TENANTRY_DIALECTS_BALANCED_SIGN_UP=true"}, true},
		"on loopback, told so":   {[]string{"TENANTRY_WEBHOOKS_ALLOW_PRIVATE=false", "TENANTRY_DIALECTS_BALANCED_SIGN_UP=false"}, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, i := newInstallation(t, row.environ...)
			public := httptest.NewRecorder()
			i.public().ServeHTTP(public, httptest.NewRequest(http.MethodPost, "/v1/api_keys", http.NoBody))
			if made := public.Code == http.StatusCreated; made != row.open {
				t.Errorf("a sign-up is answered %d: %s", public.Code, public.Body)
			}
			local := httptest.NewRecorder()
			hook := httptest.NewRequest(http.MethodPost, "/v3/customers", strings.NewReader(
				`{"name":"Cove","email":"ops@cove.example","planKey":"platform","settings":{"events":{"urls":{"always":["https://10.0.0.7/hook"]}}}}`))
			hook.Header.Set("Content-Type", "application/json")
			i.admin().ServeHTTP(local, hook)
			if taken := local.Code == http.StatusCreated; taken != row.open {
				t.Errorf("a webhook to a private address is answered %d: %s", local.Code, local.Body)
			}
		})
	}
}
