package evidence_test

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"tenantry/customers"
	"tenantry/customers/evidence"
	"tenantry/customers/fields"
	"tenantry/internal/fault"
	"tenantry/internal/testkit"
)

// A part is found by its id alone within reach, and nowhere else, in the words for
// what does not exist.
func TestPartsAreFoundWithinReach(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	shop, sibling := h.Create(h.Cove, testkit.Awaiting), h.Create(h.Cove, testkit.One(``))
	foreign := h.Create(h.Rival, testkit.Awaiting)
	doc, err := h.Upload(shop, 1)
	testkit.Must(t, err)
	owner, err := h.Own(shop, testkit.Partner)
	testkit.Must(t, err)
	want := testkit.AnswerOf(t, fault.NotFoundError())
	for _, id := range []string{doc.ID, owner.ID} {
		t.Run(id, func(t *testing.T) {
			h := h.In(t)
			for _, by := range []testkit.Party{shop, h.Cove, h.Operator} {
				if holder, err := h.Svc.Evidence.CustomerWithPart(t.Context(), h.As(by), id); err != nil || holder != shop.ID {
					t.Errorf("%s is of %q: %v", id, holder, err)
				}
			}
			for _, by := range []testkit.Party{sibling, h.Rival, foreign} {
				_, err := h.Svc.Evidence.CustomerWithPart(t.Context(), h.As(by), id)
				if got := testkit.AnswerOf(t, err); got != want {
					t.Errorf("a stranger gets %+v", got)
				}
			}
			_, err := h.Svc.Evidence.CustomerWithPart(t.Context(), h.As(h.Cove, sibling.ID), id)
			if got := testkit.AnswerOf(t, err); got != want {
				t.Errorf("acting for a sibling it gets %+v", got)
			}
		})
	}
	for _, id := range []string{testkit.UnknownID, shop.ID, "", "x", strings.ToUpper(doc.ID)} {
		t.Run(id, func(t *testing.T) {
			h := h.In(t)
			if _, err := h.Svc.Evidence.CustomerWithPart(t.Context(), h.As(h.Cove), id); !fault.IsNotFound(err) {
				t.Errorf("%q gives %v", id, err)
			}
		})
	}
	for name, run := range map[string]func(by testkit.Party) error{
		"Document": func(by testkit.Party) error {
			return testkit.Second(h.Svc.Evidence.Document(t.Context(), h.As(by), evidence.SubresourceRef{ID: doc.ID}))
		},
		"Owner": func(by testkit.Party) error {
			return testkit.Second(h.Svc.Evidence.Owner(t.Context(), h.As(by), evidence.SubresourceRef{ID: owner.ID}))
		},
		"an owner as a document": func(by testkit.Party) error {
			if by == foreign {
				return fault.NotFoundError()
			}
			if err := testkit.Second(h.Svc.Evidence.Document(t.Context(), h.As(by), evidence.SubresourceRef{ID: owner.ID})); !fault.IsNotFound(err) {
				t.Errorf("an owner is a document: %v", err)
			}
			return nil
		},
	} {
		t.Run(name, func(t *testing.T) {
			h := h.In(t)
			if err := run(h.Cove); err != nil {
				t.Errorf("%s by its platform: %v", name, err)
			}
			if got := testkit.AnswerOf(t, run(foreign)); got != want {
				t.Errorf("%s by a stranger: %+v", name, got)
			}
		})
	}
}

// A locked or disabled customer takes no documents, and no other change of parts.
func TestPartsOfAnInactiveCustomerStay(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	shop := h.Create(h.Cove, testkit.Awaiting)
	owner, err := h.Own(shop, testkit.Partner)
	testkit.Must(t, err)
	h.SetStatus(h.Cove, shop.ID, customers.StatusDisabled)
	before := h.Record(shop.ID)
	part := evidence.SubresourceRef{CustomerID: shop.ID, ID: owner.ID}
	for name, err := range map[string]error{
		"AddDocument": testkit.Second(h.Svc.Evidence.AddDocument(t.Context(), h.As(h.Cove), shop.ID, evidence.DocumentInput{Kind: "other", Content: testkit.Picture(t, 1)})),
		"AddOwner":    testkit.Second(h.Svc.Evidence.AddOwner(t.Context(), h.As(h.Cove), shop.ID, testkit.Input[fields.OwnerInput](t, testkit.Partner))),
		"UpdateOwner": testkit.Second(h.Svc.Evidence.UpdateOwner(t.Context(), h.As(h.Cove), part, testkit.Input[fields.OwnerInput](t, `{"title":"X"}`))),
		"RemoveOwner": testkit.Second(h.Svc.Evidence.RemoveOwner(t.Context(), h.As(h.Cove), part)),
		"Certify":     testkit.Second(h.Svc.Evidence.CertifyOwnership(t.Context(), h.As(h.Cove), shop.ID, testkit.Input[evidence.OwnershipInput](t, `{"status":"certified"}`))),
	} {
		t.Run(name, func(t *testing.T) {
			if fault.CodeOf(err) != fault.CodeCustomerDisabled {
				t.Errorf("%s answers %v", name, err)
			}
		})
	}
	if !h.Stands(before) {
		t.Error("something was written")
	}
}

// Events of parts come in their order, name the part, and never show what is sealed.
func TestEventsOfParts(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	shop := h.Create(h.Cove, testkit.Awaiting)
	owner, err := h.Own(shop, testkit.Named("document"))
	testkit.Must(t, err)
	doc, err := h.Svc.Evidence.AddOwnerDocument(t.Context(), h.As(shop), evidence.SubresourceRef{ID: owner.ID}, evidence.DocumentInput{Kind: "passport", Content: testkit.Photo(t, 1)})
	testkit.Must(t, err)
	_, err = rule(h, h.Cove, doc.ID, `{"decision":"accepted"}`)
	testkit.Must(t, err)
	partial, err := h.Own(shop, testkit.Named("incomplete"))
	testkit.Must(t, err)
	_, err = h.Svc.Evidence.UpdateOwner(t.Context(), h.As(shop), evidence.SubresourceRef{ID: partial.ID}, testkit.Input[fields.OwnerInput](t, `{"contact":{"firstName":"Eve"}}`))
	testkit.Must(t, err)
	_, err = h.Svc.Evidence.RemoveOwner(t.Context(), h.As(shop), evidence.SubresourceRef{ID: partial.ID})
	testkit.Must(t, err)
	want := []string{
		"customer.created", "bank.drops_started " + h.Record(shop.ID).Banks[0].ID.String(), "owner.created " + owner.ID, "owner.document_needed " + owner.ID, "owner.document_uploaded " + doc.ID,
		"owner.document_accepted " + doc.ID, "owner.verified " + owner.ID, "owner.created " + partial.ID, "owner.incomplete " + partial.ID,
		"owner.updated " + partial.ID, "owner.verified " + partial.ID, "owner.removed " + partial.ID,
	}
	var got []string
	for _, event := range h.Record(shop.ID).Outbox {
		text := event.Type
		if !event.Part.IsZero() {
			text += " " + event.Part.String()
		}
		got = append(got, text)
		for _, secret := range []string{"007778888", "007-77-8888", "1980-03-04"} {
			if bytes.Contains(event.Resource, []byte(secret)) || bytes.Contains(event.Changes, []byte(secret)) {
				t.Errorf("%s shows %s", event.Type, secret)
			}
		}
	}
	ids := h.Record(shop.ID).Outbox
	if !slices.IsSortedFunc(ids[2:4], func(a, b customers.Event) int { return bytes.Compare(a.ID[:], b.ID[:]) }) {
		t.Error("events of one change are not in the order of their ids")
	}
	if !slices.Equal(got, want) {
		t.Errorf("the events are\n%s", strings.Join(got, "\n"))
	}
}
