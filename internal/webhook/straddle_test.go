package webhook_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tenantry/internal/testkit"
)

// In Straddle's form creation is sent twice, first as a creation and then as a state;
// every later state once; the data is the whole masked customer.
func TestStraddleMessages(t *testing.T) {
	t.Parallel()
	e, to := newEnv(t), receive(t, nil)
	platform, err := e.Svc.Lifecycle.Get(t.Context(), e.platform, "")
	testkit.Must(t, err)
	e.quiet()
	e.update(platform, `{"settings":`+filtered(`{"url":"`+to.URL+`","format":"straddle"}`)+`}`)
	e.quiet()
	to.forget()
	c := e.create(e.platform, "Ron Swanson", "merchant", `,"externalId":"crm-7","contact":{"phone":"2075550142","dateOfBirth":"1984-02-17"},
		"legalEntity":{"entityType":"ISP","personalTaxId":"000001234"},"meta":{"tier":"gold"},
		"address":{"street1":"1 Mill Road","city":"Bangor","state":"ME","postalCode":"04401","country":"USA"}`)
	e.quiet()
	e.update(c, `{"name":"Ron U. Swanson"}`)
	e.quiet()
	var told []string
	for _, g := range to.all() {
		var envelope struct {
			EventType string `json:"event_type"`
			EventID   string `json:"event_id"`
			AccountID string `json:"account_id"`
			Data      struct {
				ID, Name, Type, Email, Phone, Status string
				ExternalID                           string            `json:"external_id"`
				CreatedAt                            string            `json:"created_at"`
				UpdatedAt                            string            `json:"updated_at"`
				Profile                              map[string]string `json:"compliance_profile"`
				Address                              map[string]string
				Device                               map[string]string
				Metadata                             map[string]string
			}
		}
		testkit.Must(t, json.Unmarshal(g.body, &envelope))
		d := envelope.Data
		told = append(told, envelope.EventType+" "+d.Name)
		if envelope.AccountID != uuidForm(platform.ID.String()) || d.ID != uuidForm(c.ID.String()) || len(envelope.EventID) != 36 ||
			d.Type != "individual" || d.Phone != "+12075550142" || d.ExternalID != "crm-7" || d.Profile["ssn"] != "***-**-****" ||
			d.Address["zip"] != "04401" || d.Metadata["tier"] != "gold" || d.Device["ip_address"] != "**.**.**.**" ||
			d.CreatedAt == "" || d.UpdatedAt == "" || d.Status == "" {
			t.Errorf("got %s", g.body)
		}
		for _, private := range []string{"1234", "1984"} {
			if strings.Contains(string(g.body), private) {
				t.Errorf("%s shows in %s", private, g.body)
			}
		}
	}
	want := []string{"customer.created.v1 Ron Swanson", "customer.event.v1 Ron Swanson", "customer.event.v1 Ron U. Swanson"}
	if diff := cmp.Diff(want, told); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
