package console

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tenantry/customers/events"
)

// An event shows each member that differs by its path, as it was and as it is: what is the
// same inside an object is left out, and so is when the record changed.
func TestEventsShowWhatDiffers(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		previous, changes string
		want              []changedRow
	}{
		"a new customer": {
			``, `{"name":"Shop","address":{"city":"Portland"}}`,
			[]changedRow{{Path: "name", After: "Shop", Added: true}, {Path: "address.city", After: "Portland", Added: true}},
		},
		"inside an object": {
			`{"address":{"city":"Portland","state":"ME"},"lastUpdated":"1"}`, `{"address":{"city":"Bath","state":"ME"},"lastUpdated":"2"}`,
			[]changedRow{{Path: "address.city", Before: "Portland", After: "Bath"}},
		},
		"a member that went": {
			`{"description":"Two shops","address":{"city":"Portland"}}`, `{"description":null,"address":null}`,
			[]changedRow{{Path: "description", Before: "Two shops", Gone: true}, {Path: "address.city", Before: "Portland", Gone: true}},
		},
		"lists as they are": {
			`{"needed":["a"]}`, `{"needed":["a","b"]}`,
			[]changedRow{{Path: "needed", Before: "[\n  \"a\"\n]", After: "[\n  \"a\",\n  \"b\"\n]"}},
		},
		"nothing": {`{}`, `{}`, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := differences(events.EventDiff{Previous: json.RawMessage(row.previous), Changes: json.RawMessage(row.changes)})
			if diff := cmp.Diff(row.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// A form of settings sends what differs from what is stored, and null for what was
// cleared.
func TestSettingsSendWhatDiffers(t *testing.T) {
	t.Parallel()
	names := []string{"settings.events.enabled", "settings.customers.uniqueEmail", "settings.customers.maximumKeyLifetimeSeconds", "settings.customers.identityDecidedBy"}
	stored := map[string]string{"settings.events.enabled": "true", "settings.customers.uniqueEmail": "true"}
	typed := map[string][]string{
		"settings.events.enabled": {"true"}, "settings.customers.uniqueEmail": {""}, "settings.customers.maximumKeyLifetimeSeconds": {"7200"},
	}
	got, err := json.Marshal(settingsBody(typed, names, stored))
	if err != nil {
		t.Fatal(err)
	}
	if want := `{"settings":{"customers":{"maximumKeyLifetimeSeconds":7200,"uniqueEmail":null}}}`; string(got) != want {
		t.Errorf("the body is %s, want %s", got, want)
	}
}
