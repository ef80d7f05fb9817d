package app_test

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"strconv"
	"strings"
	"testing"

	"tenantry/customers/activities"
	"tenantry/customers/events"
	"tenantry/customers/lifecycle"
	"tenantry/internal/app"
	"tenantry/internal/fault"
	"tenantry/internal/seal"
	"tenantry/internal/testkit"
)

// A cursor that was handed out opens in every later version: what each list seals, and
// under which label, stays as it is to the byte.
func TestTheFormOfCursors(t *testing.T) {
	t.Parallel()
	ring, err := seal.Generate(rand.Reader)
	testkit.Must(t, err)
	h := testkit.Open(t, func(o *app.Options) { o.Sealer = ring })
	caller := h.As(h.Cove)
	shop, cove := h.Create(h.Cove, testkit.Quay), h.Record(h.Cove.ID)
	h.Create(h.Cove, testkit.Quay)
	ref := h.Record(shop.ID).Ref().String()
	for i := range 2 {
		_, _, err := h.Happened(caller, shop.ID, fmt.Sprintf(`{"type":"debit","amount":1,"reference":"r%d"}`, i))
		testkit.Must(t, err)
	}
	_, err = h.Update(h.Cove, h.Cove.ID, `{"settings":{"events":{"enabled":true,"urls":{"always":["https://hooks.example/"]}}}}`)
	testkit.Must(t, err)
	testkit.Must(t, testkit.Second(h.Update(h.Cove, h.Cove.ID, `{"name":"Cove 2"}`)))
	testkit.Must(t, testkit.Second(h.Svc.Relay.RelayEvents(t.Context())))
	endpoint := h.Record(h.Cove.ID).Webhooks[0].ID.String()

	children := h.List(h.Cove, lifecycle.ListInput{Limit: 1})
	happened, err := h.Svc.Activities.Activities(t.Context(), caller, activities.ListActivitiesInput{CustomerID: shop.ID, Limit: 1})
	testkit.Must(t, err)
	logged, err := h.Svc.Events.Events(t.Context(), caller, events.Query{Type: "customer.*", Limit: 1})
	testkit.Must(t, err)
	sent, err := h.Svc.Webhooks.WebhookDeliveries(t.Context(), h.As(h.Cove), "", endpoint, "", 1)
	testkit.Must(t, err)

	const never = `"0001-01-01T00:00:00Z"`
	query := sha256.Sum256([]byte(`{"Tenant":"` + cove.Tenant.String() + `","Under":"` + h.Cove.ID + `","Deep":false,` +
		`"Filter":{"Status":"","PlanKey":"","MerchantKey":"","ExternalID":"","Email":"","Name":"","CreatedFrom":` + never + `,"CreatedTo":` + never +
		`,"UpdatedFrom":` + never + `,"Standings":0,"Kinds":0,"Stages":0,"Search":""},` +
		`"Order":{"By":"created","Ascending":false},"Limit":0,"Offset":0,"After":null,"Count":false}`))
	row := func(id string) string {
		return `{"After":{"Time":"2026-03-04T10:15:30Z","Name":"","ID":"` + id + `"},"Total":2}`
	}
	const none = "000000000000000000000000"
	for name, want := range map[string]struct{ cursor, label, plain string }{
		"customers":  {children.NextCursor, "cursor:" + base64.RawURLEncoding.EncodeToString(query[:]), row(children.Customers[0].ID.String())},
		"activities": {happened.NextCursor, "activities:" + ref + "::false", row(happened.Activities[0].ID.String())},
		"events": {logged.NextCursor, `events:{"Customer":{"Tenant":"` + none + `","ID":"` + none + `"},"Tenant":"` + cove.Tenant.String() + `","Under":"` + h.Cove.ID +
			`","ID":"` + none + `","Type":"customer.*","From":` + never + `,"To":` + never + `,"Before":"` + none + `","Limit":0}`, logged.Events[0].ID},
		"deliveries": {sent.NextCursor, "deliveries:" + cove.Ref().String() + "/" + endpoint, sent.Deliveries[0].ID},
	} {
		t.Run(name, func(t *testing.T) {
			box, err := base64.RawURLEncoding.DecodeString(want.cursor)
			testkit.Must(t, err)
			plain, err := ring.OpenBox(nil, want.label, box)
			if err != nil {
				t.Errorf("%s: %v", name, err)
				return
			}
			got := string(plain)
			if !strings.HasPrefix(want.plain, "{") {
				got = fmt.Sprintf("%x", plain)
			}
			if got != want.plain {
				t.Errorf("%s: the cursor holds %s, want %s", name, got, want.plain)
			}
		})
	}
}

// All lists with cursors refuse the same limits, and what is no cursor of theirs, in
// the same words.
func TestListsRefuseAlike(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	_, err := h.Update(h.Cove, h.Cove.ID, `{"settings":{"events":{"enabled":true,"urls":{"always":["https://hooks.example/"]}}}}`)
	testkit.Must(t, err)
	caller, endpoint := h.As(h.Cove), h.Record(h.Cove.ID).Webhooks[0].ID.String()
	lists := map[string]func(limit int, cursor string) error{
		"customers": func(limit int, cursor string) error {
			return testkit.Second(h.Svc.Lifecycle.List(t.Context(), caller, lifecycle.ListInput{Limit: limit, Cursor: cursor}))
		},
		"activities": func(limit int, cursor string) error {
			return testkit.Second(h.Svc.Activities.Activities(t.Context(), caller, activities.ListActivitiesInput{Limit: limit, Cursor: cursor}))
		},
		"events": func(limit int, cursor string) error {
			return testkit.Second(h.Svc.Events.Events(t.Context(), caller, events.Query{Limit: limit, Cursor: cursor}))
		},
		"deliveries": func(limit int, cursor string) error {
			return testkit.Second(h.Svc.Webhooks.WebhookDeliveries(t.Context(), caller, "", endpoint, cursor, limit))
		},
	}
	for name, list := range lists {
		t.Run(name, func(t *testing.T) {
			for _, limit := range []int{0, 1, 100} {
				if err := list(limit, ""); err != nil {
					t.Errorf("%s: limit %d is refused: %v", name, limit, err)
				}
			}
			for _, limit := range []int{-1, 101} {
				refusal := testkit.Refused(t, list(limit, ""), fault.Invalid, fault.CodeValidation)
				if refusal.Field != "limit" || refusal.Value != strconv.Itoa(limit) || refusal.Text != "must be 1 to 100" || len(refusal.More) != 0 {
					t.Errorf("%s: limit %d is refused with %+v", name, limit, refusal)
				}
			}
			refusal := testkit.Refused(t, list(1, "x"), fault.Invalid, fault.CodeValidation)
			if refusal.Field != "cursor" || refusal.Text != "is not a cursor of this list with these filters and this order; begin again without it" || len(refusal.More) != 0 {
				t.Errorf("%s: a cursor is refused with %+v", name, refusal)
			}
		})
	}
}
