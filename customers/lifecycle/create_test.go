package lifecycle_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tenantry/internal/fault"
	"tenantry/internal/testkit"
)

// A merchant created with everything nested reads back whole, with defaults
// copied from the root, and shows no secret.
func TestCreateReadsBackWhole(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	merchant := h.Create(h.Cove, testkit.Harbor)
	view := h.View(h.Cove, merchant.ID)

	address := func(m any) any {
		a := m.(map[string]any)
		delete(a, "id")
		return a
	}
	entity, trade, bank := view["legalEntity"].(map[string]any), view["merchant"].(map[string]any), view["defaultBank"].(map[string]any)
	root := address(view["address"])
	for name, copied := range map[string]any{
		"legalEntity.businessAddress": entity["businessAddress"], "legalEntity.personalAddress": entity["personalAddress"],
		"merchant.businessAddress": trade["businessAddress"], "defaultBank.billingAddress": bank["billingAddress"],
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(root, address(copied)); diff != "" {
				t.Errorf("%s is not the root address: %s", name, diff)
			}
		})
	}
	if got := entity["personalContact"].(map[string]any)["dateOfBirth"]; got != "1984-02-17" {
		t.Errorf("the owner's date of birth is %v", got)
	}
	if trade["bank"].(map[string]any)["id"] != bank["id"] || bank["dropped"] != any(true) || bank["last4"] != "6789" || bank["isDefault"] != any(true) {
		t.Errorf("the merchant's bank is %v, the default bank %v", trade["bank"], bank)
	}
	if entity["last4BusinessTaxId"] != "5432" || entity["last4PersonalTaxId"] != "1234" || entity["yearsInBusiness"] != "6" {
		t.Errorf("the legal entity is %v", entity)
	}
	status := view["planStatus"].(map[string]any)
	want := map[string]any{"standard": "verified", "bank": "unverified"}
	if diff := cmp.Diff(want, status["verifications"]); diff != "" || status["needed"].([]any)[0] != "verifyBankDropAmounts" {
		t.Errorf("planStatus is %v: %s", status, diff)
	}
	record := h.Record(merchant.ID)
	if string(record.Meta) != `{"crmId":40417,"rate":1.0,"html":"<b>&</b>","trial":false}` {
		t.Errorf("meta is kept as %s", record.Meta)
	}
	text := fmt.Sprintf("%v %+v", view, record.Outbox)
	for _, shown := range []string{"000123456789", "000765432", "000001234", "000005678", "correct-horse", merchant.Keys.Secret.Reveal()} {
		t.Run(shown, func(t *testing.T) {
			if strings.Contains(text, shown) {
				t.Errorf("%q shows in the answer or the event", shown)
			}
		})
	}
	if strings.Contains(string(record.Outbox[0].Resource), "1984") {
		t.Error("a date of birth is in the event")
	}
}

// Each broken rule is refused with the path of its field, and nothing is written.
func TestCreateNamesTheFaultyField(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	minimal := func(more string) string {
		return `{"name":"N","email":"n@example.com","planKey":"merchant"` + more + `}`
	}
	entity := func(fields string) string { return minimal(`,"legalEntity":{` + fields + `}`) }
	bank := func(routing, account string) string {
		return minimal(`,"defaultBank":{"routingNumber":` + routing + `,"accountNumber":` + account + `}`)
	}
	rows := []struct {
		name, body, field string
		detail            fault.Detail
	}{
		{"no name", `{"email":"n@example.com","planKey":"merchant"}`, "name", fault.Missing},
		{"empty name", `{"name":"","email":"n@example.com","planKey":"merchant"}`, "name", fault.TooShort},
		{"long name", `{"name":"` + strings.Repeat("ä", 257) + `","email":"n@example.com","planKey":"merchant"}`, "name", fault.TooLong},
		{"bad email", `{"name":"N","email":"not-an-email","planKey":"merchant"}`, "email", fault.BadValue},
		{"long local part", `{"name":"N","email":"` + strings.Repeat("a", 65) + `@example.com","planKey":"merchant"}`, "email", fault.TooLong},
		{"long email", `{"name":"N","email":"a@` + strings.Repeat("b", 120) + `.example","planKey":"merchant"}`, "email", fault.TooLong},
		{"unknown plan", `{"name":"N","email":"n@example.com","planKey":"gold"}`, "planKey", fault.BadValue},
		{"a plan of the operator's", `{"name":"N","email":"n@example.com","planKey":"operator"}`, "planKey", fault.BadValue},
		{"contradicting planName", `{"name":"N","email":"n@example.com","planKey":"merchant","planName":"Payer"}`, "planName", fault.BadValue},
		{"long description", minimal(`,"description":"` + strings.Repeat("x", 513) + `"`), "description", fault.TooLong},
		{"misspelled field", minimal(`,"legalEntitty":{}`), "legalEntitty", fault.Unknown},
		{"id", minimal(`,"id":"x"`), "id", fault.Immutable},
		{"status", minimal(`,"status":"active"`), "status", fault.Immutable},
		{"username alone", minimal(`,"username":"u"`), "password", fault.Missing},
		{"password alone", minimal(`,"password":"long enough"`), "username", fault.Missing},
		{"long username", minimal(`,"username":"` + strings.Repeat("u", 129) + `","password":"long enough"`), "username", fault.TooLong},
		{"short password", minimal(`,"username":"u","password":"short"`), "password", fault.TooShort},
		{"reserved merchant key", minimal(`,"merchantKey":"owner"`), "merchantKey", fault.BadValue},
		{"sole proprietor with a part", entity(`"entityType":"ISP","stakePercent":"80"`), "legalEntity.stakePercent", fault.BadValue},
		{"sole proprietor with owners", entity(`"entityType":"ISP","additionalOwners":[{"stakePercent":"1","contact":{}}]`), "legalEntity.additionalOwners", fault.BadValue},
		{"stakes above 100", entity(`"entityType":"LLC","stakePercent":"60","additionalOwners":[{"stakePercent":"55","contact":{}}]`), "legalEntity.additionalOwners.0.stakePercent", fault.BadValue},
		{"owners without primary stake", entity(`"entityType":"LLC","additionalOwners":[{"stakePercent":"10","contact":{}}]`), "legalEntity.stakePercent", fault.Missing},
		{"owner without contact", entity(`"stakePercent":"60","additionalOwners":[{"stakePercent":"10"}]`), "legalEntity.additionalOwners.0.contact", fault.Missing},
		{"entity type", entity(`"entityType":"CLUB"`), "legalEntity.entityType", fault.BadValue},
		{"tax id", entity(`"businessTaxId":"12345"`), "legalEntity.businessTaxId", fault.BadValue},
		{"young owner", entity(`"personalContact":{"dateOfBirth":"2015-01-01"}`), "legalEntity.personalContact.dateOfBirth", fault.BadValue},
		{"impossible date", minimal(`,"contact":{"dateOfBirth":"1984-02-30"}`), "contact.dateOfBirth", fault.BadValue},
		{"descriptor length", minimal(`,"merchant":{"statementDescriptor":"` + strings.Repeat("A", 21) + `"}`), "merchant.statementDescriptor", fault.TooLong},
		{"descriptor characters", minimal(`,"merchant":{"statementDescriptor":"BIKES @ 5%"}`), "merchant.statementDescriptor", fault.BadValue},
		{"support phone", minimal(`,"merchant":{"supportPhone":"12345678901234567"}`), "merchant.supportPhone", fault.TooLong},
		{"meta list", minimal(`,"meta":[1]`), "meta", fault.BadValue},
		{"meta depth", minimal(`,"meta":{"a":{"b":{}}}`), "meta.a.b", fault.BadValue},
		{"routing checksum", bank(`"123456789"`, `"000123456789"`), "defaultBank.routingNumber", fault.BadValue},
		{"account as a number", bank(`"110000000"`, `123456789`), "defaultBank.accountNumber", fault.BadValue},
		{"US state", minimal(`,"address":{"street1":"a","city":"b","state":"Maine","country":"USA"}`), "address.state", fault.BadValue},
		{"country", minimal(`,"address":{"street1":"a","city":"b","country":"XX"}`), "address.country", fault.BadValue},
		{"webhook URL", minimal(`,"settings":{"events":{"urls":{"always":["ftp://x.example"]}}}`), "settings.events.urls.always.0", fault.BadValue},
	}
	before := len(h.Children(h.Cove))
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			h := h.In(t)
			_, err := h.TryCreate(h.Cove, row.body)
			if got := testkit.Fields(testkit.Refused(t, err, fault.Invalid, fault.CodeValidation)); got[row.field] != row.detail {
				t.Errorf("%s: faults are %v, want %s at %s", row.name, got, row.detail, row.field)
			}
		})
	}
	if after := len(h.Children(h.Cove)); after != before {
		t.Errorf("refused requests left %d customers behind", after-before)
	}
}

// What reading the request finds faulty and what its rules find are told
// together, each field once.
func TestAllFaultsAreToldAtOnce(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	_, err := h.TryCreate(h.Cove, `{"name":5,"email":"nope","planKey":"merchant","typo":1,
		"legalEntity":{"businessTaxId":123456789,"entityType":"CLUB"},"contact":{"phone":"x","firtName":"M"}}`)
	want := map[string]fault.Detail{
		"name": fault.BadValue, "email": fault.BadValue, "typo": fault.Unknown, "legalEntity.businessTaxId": fault.BadValue,
		"legalEntity.entityType": fault.BadValue, "contact.phone": fault.BadValue, "contact.firtName": fault.Unknown,
	}
	refusal := testkit.Refused(t, err, fault.Invalid, fault.CodeValidation)
	if diff := cmp.Diff(want, testkit.Fields(refusal)); diff != "" || len(refusal.More)+1 != len(want) {
		t.Errorf("%d faults: %s", len(refusal.More)+1, diff)
	}
}

// What is allowed at its very limit is accepted and kept as sent.
func TestCreateAcceptsTheLimits(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	name := strings.Repeat("木", 256)
	p := h.Create(h.Cove, `{"name":"`+name+`","email":"`+strings.Repeat("a", 64)+`@example.com","planName":"Merchant",
		"legalEntity":{"entityType":"LLC","stakePercent":60,"additionalOwners":[{"stakePercent":"40","contact":{}}]}}`)
	view := h.View(h.Cove, p.ID)
	entity := view["legalEntity"].(map[string]any)
	owner := entity["additionalOwners"].([]any)[0].(map[string]any)
	if view["name"] != name || view["planKey"] != "merchant" || view["planName"] != "Merchant" || entity["stakePercent"] != "60" || owner["stakePercent"] != "40" {
		t.Errorf("got %v", view)
	}
	if single := h.Create(h.Cove, `{"name":"N","email":"n@example.com","planKey":"payer","legalEntity":{"entityType":"LLC"}}`); h.View(h.Cove, single.ID)["legalEntity"].(map[string]any)["stakePercent"] != "100" {
		t.Error("a single owner does not count as owning all")
	}
}

// Only a plan with the feature may have children, and the tree does not grow past
// its bound.
func TestWhoMayHaveChildren(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	merchant := h.Create(h.Cove, `{"name":"M","email":"m@example.com","planKey":"merchant"}`)
	_, err := h.TryCreate(merchant, `{"name":"C","email":"c@example.com","planKey":"payer"}`)
	testkit.Refused(t, err, fault.Forbidden, fault.CodePlan)

	parent := h.Cove
	for range 3 { // levels 3, 4 and 5 of 5
		parent = h.Create(parent, `{"name":"P","email":"p@example.com","planKey":"platform"}`)
	}
	_, err = h.TryCreate(parent, `{"name":"P","email":"p@example.com","planKey":"platform"}`)
	testkit.Refused(t, err, fault.Forbidden, fault.CodePlan)
}

// A child without settings gets a snapshot of its parent's defaults; one with its
// own gets those alone; later changes of the defaults reach neither.
func TestSettingsAreInheritedAsASnapshot(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	_, err := h.Update(h.Cove, h.Cove.ID, `{"defaultSettings":{"events":{"enabled":true,"urls":{"always":["https://a.example"]}}}}`)
	testkit.Must(t, err)
	heir := h.Create(h.Cove, `{"name":"H","email":"h@example.com","planKey":"payer"}`)
	own := h.Create(h.Cove, `{"name":"O","email":"o@example.com","planKey":"payer","settings":{"events":{"enabled":false}}}`)
	bare := h.Create(h.Cove, `{"name":"B","email":"b@example.com","planKey":"payer","settings":{}}`)
	_, err = h.Update(h.Cove, h.Cove.ID, `{"defaultSettings":{"events":{"enabled":false,"urls":{"always":[]}}}}`)
	testkit.Must(t, err)
	inherited := map[string]any{"events": map[string]any{"enabled": true, "urls": map[string]any{"always": []any{"https://a.example"}}}}
	for _, row := range []struct {
		name string
		who  testkit.Party
		want any
	}{
		{"without settings", heir, inherited},
		{"with settings", own, map[string]any{"events": map[string]any{"enabled": false}}},
		{"with empty settings", bare, map[string]any{}},
	} {
		t.Run(row.name, func(t *testing.T) {
			h := h.In(t)
			if diff := cmp.Diff(row.want, h.View(h.Cove, row.who.ID)["settings"]); diff != "" {
				t.Error(diff)
			}
		})
	}
}
