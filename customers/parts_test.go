package customers_test

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"tenantry/customers"
	"tenantry/internal/fault"
)

// A part is found by its id alone within reach, and nowhere else, in the words for
// what does not exist.
func TestPartsAreFoundWithinReach(t *testing.T) {
	t.Parallel()
	h := open(t)
	shop, sibling := h.create(h.cove, awaiting), h.create(h.cove, one(``))
	foreign := h.create(h.rival, awaiting)
	doc, err := h.upload(shop, 1)
	must(t, err)
	owner, err := h.own(shop, partner)
	must(t, err)
	want := answerOf(t, fault.NotFoundError())
	for _, id := range []string{doc.ID, owner.ID} {
		for _, by := range []party{shop, h.cove, h.operator} {
			if holder, err := h.svc.HolderOf(t.Context(), h.as(by), id); err != nil || holder != shop.id {
				t.Errorf("%s is of %q: %v", id, holder, err)
			}
		}
		for _, by := range []party{sibling, h.rival, foreign} {
			_, err := h.svc.HolderOf(t.Context(), h.as(by), id)
			if got := answerOf(t, err); got != want {
				t.Errorf("a stranger is told %+v", got)
			}
		}
		_, err := h.svc.HolderOf(t.Context(), h.as(h.cove, sibling.id), id)
		if got := answerOf(t, err); got != want {
			t.Errorf("acting for a sibling it is told %+v", got)
		}
	}
	for _, id := range []string{unknownID, shop.id, "", "x", strings.ToUpper(doc.ID)} {
		if _, err := h.svc.HolderOf(t.Context(), h.as(h.cove), id); !fault.IsNotFound(err) {
			t.Errorf("%q gives %v", id, err)
		}
	}
	for name, run := range map[string]func(by party) error{
		"Document": func(by party) error {
			return second(h.svc.Document(t.Context(), h.as(by), customers.PartRef{ID: doc.ID}))
		},
		"Owner": func(by party) error {
			return second(h.svc.Owner(t.Context(), h.as(by), customers.PartRef{ID: owner.ID}))
		},
		"an owner as a document": func(by party) error {
			if by == foreign {
				return fault.NotFoundError()
			}
			if err := second(h.svc.Document(t.Context(), h.as(by), customers.PartRef{ID: owner.ID})); !fault.IsNotFound(err) {
				t.Errorf("an owner is a document: %v", err)
			}
			return nil
		},
	} {
		if err := run(h.cove); err != nil {
			t.Errorf("%s by its platform: %v", name, err)
		}
		if got := answerOf(t, run(foreign)); got != want {
			t.Errorf("%s by a stranger: %+v", name, got)
		}
	}
}

// A locked or disabled customer takes no documents, and no other change of parts.
func TestPartsOfAnInactiveCustomerStay(t *testing.T) {
	t.Parallel()
	h := open(t)
	shop := h.create(h.cove, awaiting)
	owner, err := h.own(shop, partner)
	must(t, err)
	h.setStatus(h.cove, shop.id, customers.StatusDisabled)
	before := h.record(shop.id)
	part := customers.PartRef{CustomerID: shop.id, ID: owner.ID}
	for name, err := range map[string]error{
		"AddDocument": second(h.svc.AddDocument(t.Context(), h.as(h.cove), shop.id, customers.DocumentInput{Kind: "other", Content: picture(t, 1)})),
		"AddOwner":    second(h.svc.AddOwner(t.Context(), h.as(h.cove), shop.id, input[customers.OwnerInput](t, partner))),
		"UpdateOwner": second(h.svc.UpdateOwner(t.Context(), h.as(h.cove), part, input[customers.OwnerInput](t, `{"title":"X"}`))),
		"RemoveOwner": second(h.svc.RemoveOwner(t.Context(), h.as(h.cove), part)),
		"Certify":     second(h.svc.CertifyOwnership(t.Context(), h.as(h.cove), shop.id, input[customers.OwnershipInput](t, `{"status":"certified"}`))),
	} {
		if fault.CodeOf(err) != fault.CodeCustomerDisabled {
			t.Errorf("%s answers %v", name, err)
		}
	}
	if h.record(shop.id) != before {
		t.Error("something was written")
	}
}

// Events of parts come in their order, name the part, and never show what is sealed.
func TestEventsOfParts(t *testing.T) {
	t.Parallel()
	h := open(t)
	shop := h.create(h.cove, awaiting)
	owner, err := h.own(shop, named("document"))
	must(t, err)
	doc, err := h.svc.AddOwnerDocument(t.Context(), h.as(shop), customers.PartRef{ID: owner.ID}, customers.DocumentInput{Kind: "passport", Content: photo(t, 1)})
	must(t, err)
	_, err = h.rule(h.cove, doc.ID, `{"decision":"accepted"}`)
	must(t, err)
	partial, err := h.own(shop, named("incomplete"))
	must(t, err)
	_, err = h.svc.UpdateOwner(t.Context(), h.as(shop), customers.PartRef{ID: partial.ID}, input[customers.OwnerInput](t, `{"contact":{"firstName":"Eve"}}`))
	must(t, err)
	_, err = h.svc.RemoveOwner(t.Context(), h.as(shop), customers.PartRef{ID: partial.ID})
	must(t, err)
	want := []string{
		"customer.created", "owner.created " + owner.ID, "owner.document_needed " + owner.ID, "owner.document_uploaded " + doc.ID,
		"owner.document_accepted " + doc.ID, "owner.verified " + owner.ID, "owner.created " + partial.ID, "owner.incomplete " + partial.ID,
		"owner.updated " + partial.ID, "owner.verified " + partial.ID, "owner.removed " + partial.ID,
	}
	var got []string
	for _, event := range h.record(shop.id).Outbox {
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
	ids := h.record(shop.id).Outbox
	if !slices.IsSortedFunc(ids[1:3], func(a, b customers.Event) int { return bytes.Compare(a.ID[:], b.ID[:]) }) {
		t.Error("events of one change are not in the order of their ids")
	}
	if !slices.Equal(got, want) {
		t.Errorf("the events are\n%s", strings.Join(got, "\n"))
	}
}
