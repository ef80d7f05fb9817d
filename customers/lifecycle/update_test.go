package lifecycle_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tenantry/customers/lifecycle"
	"tenantry/internal/fault"
	"tenantry/internal/testkit"
)

// Absent members stay, null clears, root objects merge one level, nested ones are
// replaced whole, lists are replaced. Only what a row names may differ.
func TestUpdateMerges(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	rows := []struct {
		name, body string
		want       map[string]any // nil: gone
	}{
		{"one text", `{"name":"Quay Coffee Bar"}`, map[string]any{"name": "Quay Coffee Bar"}},
		{"null clears a text", `{"description":null,"externalId":null}`, map[string]any{"description": nil, "externalId": nil}},
		{"address merges", `{"address":{"city":"Bangor","street2":null}}`, map[string]any{"address.city": "Bangor", "address.street2": nil}},
		{"address is cleared", `{"address":null}`, map[string]any{"address": nil}},
		{"contact merges", `{"contact":{"phone":"+12075550199","dateOfBirth":null}}`, map[string]any{"contact.phone": "+12075550199", "contact.dateOfBirth": nil}},
		{"contact is cleared", `{"contact":null}`, map[string]any{"contact": nil}},
		{"date of birth alone", `{"contact":{"dateOfBirth":"12-24-1978"}}`, map[string]any{"contact.dateOfBirth": "1978-12-24"}},
		{"legal entity merges", `{"legalEntity":{"yearsInBusiness":4,"businessSalesVolume":null}}`,
			map[string]any{"legalEntity.yearsInBusiness": "4", "legalEntity.businessSalesVolume": nil}},
		{"legal entity is cleared", `{"legalEntity":null}`, map[string]any{"legalEntity": nil}},
		{"address in the entity is replaced", `{"legalEntity":{"businessAddress":{"street1":"9 Dock","city":"Lagos","country":"NG"}}}`, map[string]any{
			"legalEntity.businessAddress.street1": "9 Dock", "legalEntity.businessAddress.street2": nil, "legalEntity.businessAddress.city": "Lagos",
			"legalEntity.businessAddress.state": nil, "legalEntity.businessAddress.postalCode": nil, "legalEntity.businessAddress.country": "NGA",
		}},
		{"contact in the entity is replaced", `{"legalEntity":{"personalContact":{"firstName":"Ada"}}}`, map[string]any{
			"legalEntity.personalContact.lastName": nil, "legalEntity.personalContact.email": nil,
			"legalEntity.personalContact.phone": nil, "legalEntity.personalContact.dateOfBirth": nil,
		}},
		{"nested address is cleared", `{"legalEntity":{"businessAddress":null}}`, map[string]any{"legalEntity.businessAddress": nil}},
		{"merchant merges", `{"merchant":{"businessName":null,"supportEmail":"help@quay.example"}}`,
			map[string]any{"merchant.businessName": nil, "merchant.supportEmail": "help@quay.example"}},
		{"merchant is cleared", `{"merchant":null}`, map[string]any{"merchant": nil}},
		{"settings merge, their list is replaced", `{"settings":{"events":{"urls":{"always":["https://c.example"]}}}}`,
			map[string]any{"settings.events.urls.always.0": "https://c.example", "settings.events.urls.always.1": nil}},
		{"settings are cleared", `{"settings":null}`, map[string]any{"settings": nil}},
		{"meta is cleared", `{"meta":null}`, map[string]any{"meta": nil}},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			h := h.In(t)
			quayside := h.Create(h.Cove, testkit.Quay)
			before := h.View(quayside, quayside.ID)
			_, err := h.Update(quayside, quayside.ID, row.body)
			testkit.Must(t, err)
			after := h.View(quayside, quayside.ID)
			for path, want := range row.want {
				if diff := cmp.Diff(want, testkit.At(after, path)); diff != "" {
					t.Errorf("%s: %s: %s", row.name, path, diff)
				}
			}
			for _, path := range leaves(before, "") {
				if !follows(path, row.want) && testkit.At(before, path) != testkit.At(after, path) {
					t.Errorf("%s: %s became %v", row.name, path, testkit.At(after, path))
				}
			}
		})
	}
}

// A receiver that was taken under looser rules stays where it is when other settings
// change; another like it is refused.
func TestReceiversOfOldStay(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	quayside := h.Create(h.Cove, `{"name":"Quay","email":"q@quay.example","planKey":"merchant","settings":{"events":{"enabled":true,"urls":{"always":["http://10.0.0.1/in"]}}}}`)
	h.Svc = h.Service(h.Ring, testkit.Strict)
	for body, taken := range map[string]bool{
		`{"settings":{"events":{"enabled":false}}}`:                                                     true,
		`{"settings":{"events":{"urls":{"always":["http://10.0.0.1/in","https://hooks.example/in"]}}}}`: true,
		`{"settings":{"events":{"urls":{"always":["http://10.0.0.1/in","http://10.0.0.2/in"]}}}}`:       false,
	} {
		if _, err := h.Update(quayside, quayside.ID, body); (err == nil) != taken {
			t.Errorf("%s: %v", body, err)
		}
	}
}

// leaves lists the paths of all plain values that a client wrote.
func leaves(node any, path string) (list []string) {
	step := func(name string) string { return strings.TrimPrefix(path+"."+name, ".") }
	switch node := node.(type) {
	case map[string]any:
		for name, child := range node {
			// Stamps move and reviews run by rules of their own.
			if name != "lastUpdated" && name != "created" && name != "planStatus" && name != "identity" {
				list = append(list, leaves(child, step(name))...)
			}
		}
	case []any:
		for i, child := range node {
			list = append(list, leaves(child, fault.Index(path, i))...)
		}
	default:
		list = append(list, path)
	}
	return list
}

// follows reports whether a path is named by, or lies below, a path that may differ.
func follows(path string, named map[string]any) bool {
	for name := range named {
		if path == name || strings.HasPrefix(path, name+".") {
			return true
		}
	}
	return false
}

// Required members cannot be cleared, read-only ones cannot be sent, nested
// objects must be whole; each refusal names the field, and nothing is written.
func TestUpdateNamesTheFaultyField(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	quayside := h.Create(h.Cove, testkit.Quay)
	before := h.Record(quayside.ID)
	rows := []struct {
		body, field string
		detail      fault.Detail
	}{
		{`{"name":null}`, "name", fault.Missing},
		{`{"name":""}`, "name", fault.TooShort},
		{`{"email":null}`, "email", fault.Missing},
		{`{"planKey":null}`, "planKey", fault.Missing},
		{`{"planName":null}`, "planName", fault.Missing},
		{`{"planKey":"operator"}`, "planKey", fault.BadValue},
		{`{"status":null}`, "status", fault.Missing},
		{`{"status":"frozen"}`, "status", fault.BadValue},
		{`{"address":{"street1":null}}`, "address.street1", fault.Missing},
		{`{"address":{"country":null}}`, "address.country", fault.Missing},
		{`{"address":{"state":"Maine"}}`, "address.state", fault.BadValue},
		{`{"legalEntity":{"businessAddress":{"city":"Bangor"}}}`, "legalEntity.businessAddress.street1", fault.Missing},
		{`{"merchant":{"businessAddress":{"street1":"9 Dock"}}}`, "merchant.businessAddress.country", fault.Missing},
		{`{"legalEntity":{"additionalOwners":[{"contact":{}}]}}`, "legalEntity.additionalOwners.0.stakePercent", fault.Missing},
		{`{"legalEntity":{"additionalOwners":[{"id":"` + testkit.UnknownID + `","stakePercent":"1","contact":{}}]}}`, "legalEntity.additionalOwners.0.id", fault.BadValue},
		{`{"legalEntity":{"stakePercent":"60"}}`, "legalEntity.additionalOwners.1.stakePercent", fault.BadValue},
		{`{"legalEntity":{"entityType":"ISP"}}`, "legalEntity.additionalOwners", fault.BadValue},
		{`{"legalEntity":{"last4PersonalTaxId":"1234"}}`, "legalEntity.last4PersonalTaxId", fault.Immutable},
		{`{"meta":[]}`, "meta", fault.BadValue},
		{`{"merchantKey":"Payer"}`, "merchantKey", fault.BadValue},
		{`{"nickname":"Q"}`, "nickname", fault.Unknown},
		{`{"username":"ada"}`, "username", fault.Immutable},
		{`{"password":"long enough"}`, "password", fault.Immutable},
	}
	for _, name := range []string{"id", "object", "parentId", "keys", "user", "planStatus", "identity", "created", "lastUpdated", "address.id", "contact.created"} {
		body, nested, _ := strings.Cut(name, ".")
		if body = `{"` + body + `":"x"}`; nested != "" {
			body = `{"` + strings.Replace(name, ".", `":{"`, 1) + `":"x"}}`
		}
		rows = append(rows, struct {
			body, field string
			detail      fault.Detail
		}{body, name, fault.Immutable})
	}
	for _, row := range rows {
		t.Run(row.body, func(t *testing.T) {
			h := h.In(t)
			_, err := h.TryUpdate(h.As(h.Cove), quayside.ID, row.body)
			if got := testkit.Fields(testkit.Refused(t, err, fault.Invalid, fault.CodeValidation)); got[row.field] != row.detail {
				t.Errorf("%s: faults are %v, want %s at %s", row.body, got, row.detail, row.field)
			}
		})
	}
	if !h.Stands(before) {
		t.Error("a refused change was written")
	}
}

// A change that changes nothing writes nothing: version, stamps and events stay,
// also when values that are kept sealed are sent again, in whatever notation.
func TestUpdateThatChangesNothingWritesNothing(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	quayside := h.Create(h.Cove, testkit.Quay)
	owners := h.View(quayside, quayside.ID)["legalEntity"].(map[string]any)["additionalOwners"].([]any)
	first, second := testkit.At(owners, "0.id").(string), testkit.At(owners, "1.id").(string)
	before := h.Record(quayside.ID)
	h.Clock.Advance(time.Hour)
	for _, body := range []string{
		`{}`,
		`{"name":"Quay Coffee","email":"hello@quay.example","description":"A bar on the quay","merchantKey":null}`,
		`{"planKey":"merchant","planName":"Merchant","status":"active"}`,
		`{"address":{"city":"Portland","state":"me","country":"US"}}`,
		`{"contact":{"firstName":"Ada","dateOfBirth":"06-05-1979"}}`,
		`{"legalEntity":{"businessTaxId":"00-1112222","personalTaxId":"003 33 4444","stakePercent":50}}`,
		`{"legalEntity":{"personalContact":{"firstName":"Ada","lastName":"Quay","email":"ada@quay.example","phone":"2075550100","dateOfBirth":"1979-06-05"}}}`,
		`{"legalEntity":{"businessAddress":{"street1":"1 Quay Street","street2":"Unit 2","city":"Portland","state":"ME","postalCode":"04101","country":"USA"}}}`,
		`{"legalEntity":{"additionalOwners":[{"id":"` + first + `","stakePercent":30,"personalTaxId":"005-55-6666","contact":{"firstName":"Ben","dateOfBirth":"1981-01-02"}},{"id":"` + second + `"}]}}`,
		`{"merchant":{"businessName":"Quay"}}`,
		`{"defaultBank":{"accountHolderType":"company","accountType":"checking","routingNumber":"110000000","accountNumber":"000987654321"}}`,
		`{"merchant":{"bank":{"accountHolderType":"company","accountType":"checking","routingNumber":"110000000","accountNumber":"000987654321"}}}`,
		`{"settings":{"events":{"urls":{"always":["https://a.example","https://b.example","https://a.example"]}}}}`,
		`{"settings":{}, "defaultSettings":null, "meta":{}}`,
		`{"meta":{"rate":1.50,"never":null}}`,
	} {
		t.Run(body, func(t *testing.T) {
			h := h.In(t)
			_, err := h.Update(h.Cove, quayside.ID, body)
			testkit.Must(t, err)
			if !h.Stands(before) {
				after := h.Record(quayside.ID)
				t.Errorf("%s: version %d became %d, with %d events", body, before.Version, after.Version, len(after.Outbox))
				before = after
			}
		})
	}
}

// The moment of making never changes, that of the last change moves: in the
// customer, and in exactly the nested objects that changed.
func TestUpdateMovesStampsOfWhatChanged(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	quayside := h.Create(h.Cove, testkit.Quay)
	before := h.View(quayside, quayside.ID)
	h.Clock.Advance(time.Hour)
	_, err := h.Update(quayside, quayside.ID, `{"address":{"city":"Bangor"},"contact":{"firstName":"Ada"}}`)
	testkit.Must(t, err)
	after := h.View(quayside, quayside.ID)
	for _, path := range []string{"", "address.", "contact.", "legalEntity.businessAddress.", "defaultBank."} {
		t.Run(path, func(t *testing.T) {
			if testkit.At(before, path+"created") != testkit.At(after, path+"created") {
				t.Errorf("%screated moved", path)
			}
			want := "2026-03-04T10:15:30.000Z"
			if path == "" || path == "address." {
				want = "2026-03-04T11:15:30.000Z"
			}
			if testkit.At(after, path+"lastUpdated") != want {
				t.Errorf("%slastUpdated is %v, want %s", path, testkit.At(after, path+"lastUpdated"), want)
			}
		})
	}
	if testkit.At(before, "address.id") != testkit.At(after, "address.id") {
		t.Error("the address is another one now")
	}
}

// If-Match: a change of another version than the one that was read is refused and
// changes nothing, be it older or yet to come; the right one goes through, once,
// also as one of several. No version at all lets nothing through.
func TestUpdateDemandsTheVersionThatWasRead(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	quayside := h.Create(h.Cove, testkit.Quay)
	change := func(name string, versions ...int64) error {
		in := testkit.Input[lifecycle.UpdateInput](t, `{"name":"`+name+`"}`)
		in.CustomerID, in.IfVersions = quayside.ID, versions
		_, err := h.Svc.Lifecycle.Update(t.Context(), h.As(h.Cove), in)
		return err
	}
	testkit.Must(t, change("Second", 1))
	before := h.Record(quayside.ID)
	for _, versions := range [][]int64{{1}, {3}, {1 << 40}, {1, 3}, {}} {
		testkit.Refused(t, change("Third", versions...), fault.PreconditionFailed, fault.CodePrecondition)
	}
	testkit.Refused(t, change("Second", 1), fault.PreconditionFailed, fault.CodePrecondition)
	if !h.Stands(before) {
		t.Error("a stale change was written")
	}
	testkit.Must(t, change("Third", 9, 2))
}
