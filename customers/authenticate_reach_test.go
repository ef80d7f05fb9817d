package customers_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tenantry/customers"
	"tenantry/internal/fault"
	"tenantry/tenancy"
)

// Whatever a caller tries on a sibling, its parent, another tenant, an id that
// nobody has or a text that is none, the answer is one and the same, and nothing
// changes: nobody learns which ids exist.
func TestOutOfReachIsAsUnknown(t *testing.T) {
	t.Parallel()
	h := open(t)
	shop, on := h.stall()
	sibling := h.create(h.cove, one(``))
	grandchild := h.create(h.create(h.rival, `{"name":"M","email":"m@example.com","planKey":"platform"}`), one(``))
	want, before := answerOf(t, fault.NotFoundError()), h.record(shop.id)
	texts := []string{
		unknownID, "x", strings.ToUpper(shop.id), shop.id[:23], shop.id + "0", " " + shop.id, strings.Repeat("0", 24), "key_1", "../" + shop.id,
		`{"$ne":null}`, strings.Repeat("a", 1<<16), "\x00",
	}
	for _, u := range useCases {
		if u.subject {
			continue
		}
		try := func(who string, caller tenancy.Caller, id string) {
			t.Helper()
			err := u.run(t.Context(), h, caller, on.under(id))
			if diff := cmp.Diff(want, answerOf(t, err)); diff != "" {
				t.Errorf("%s of %.30q by %s: %s", u.method, id, who, diff)
			}
		}
		try("a sibling", h.as(sibling), shop.id)
		try("another tenant", h.as(h.rival), shop.id)
		try("another tenant's merchant", h.as(grandchild), shop.id)
		try("a child of its parent", h.as(shop), h.cove.id)
		try("a child of the root", h.as(h.cove), h.operator.id)
		try("a platform acting as a child of its parent", h.as(h.cove, sibling.id), shop.id)
		try("a platform acting as a child of itself", h.as(h.cove, shop.id), h.cove.id)
		try("the operator acting as a stranger", h.as(h.operator, h.rival.id), shop.id)
		for _, text := range texts {
			try("its platform", h.as(h.cove), text)
		}
	}
	if h.record(shop.id) != before {
		t.Error("something was written")
	}
}

// A bank or card is reached through its owner alone: through another customer of
// the same platform it is as unknown as an id that nobody has.
func TestBanksAndCardsAreTheirOwners(t *testing.T) {
	t.Parallel()
	h := open(t)
	_, on := h.stall()
	sibling, own := h.stall()
	want, before := answerOf(t, fault.NotFoundError()), h.record(sibling.id)
	parts := []string{"Bank", "Card", "UpdateBank", "SetDefaultBank", "StartDrops", "ConfirmDrops", "UpdateCard", "DeleteCard",
		"Owner", "UpdateOwner", "RemoveOwner", "OwnerDocuments", "AddOwnerDocument", "Document"}
	for _, u := range useCases {
		if !slices.Contains(parts, u.method) {
			continue
		}
		for _, ids := range []target{
			on.under(own.id), {id: own.id, bank: unknownID, card: unknownID, owner: unknownID, document: unknownID},
			{id: own.id, bank: "x", card: "x", owner: "x", document: "x"},
			{id: own.id, bank: own.card, card: own.bank, owner: own.document, document: own.owner},
		} {
			err := u.run(t.Context(), h, h.as(sibling), ids)
			if diff := cmp.Diff(want, answerOf(t, err)); diff != "" {
				t.Errorf("%s of bank %s: %s", u.method, ids.bank, diff)
			}
		}
	}
	if h.record(sibling.id) != before {
		t.Error("something was written")
	}
}

// Acting for a stranger, for one's parent, for nobody or for garbage is refused in
// the same words.
func TestActingForOthersIsRefusedInTheSameWords(t *testing.T) {
	t.Parallel()
	h := open(t)
	shop, sibling := h.create(h.cove, one(``)), h.create(h.cove, one(``))
	foreign := h.create(h.rival, one(``))
	var want answer
	for i, row := range []struct {
		by      party
		subject string
	}{
		{h.cove, unknownID}, {h.cove, h.rival.id}, {h.cove, foreign.id}, {h.cove, h.operator.id}, {h.cove, "x"}, {h.cove, strings.ToUpper(shop.id)},
		{shop, sibling.id}, {shop, h.cove.id}, {shop, h.operator.id}, {h.operator, unknownID}, {h.operator, "x"},
	} {
		_, err := h.svc.Authenticate(t.Context(), customers.Presented{Bearer: row.by.keys.Secret, SubjectID: row.subject})
		got := answerOf(t, err)
		if i == 0 {
			want = got
		}
		if diff := cmp.Diff(want, got); diff != "" || got.Kind != fault.Forbidden || got.Code != fault.CodeAccess {
			t.Errorf("row %d: %v %s", i, err, diff)
		}
	}
}

// The operator reaches everything, a platform all that is below it however deep,
// in its own name and in theirs; everybody reaches itself. Who stands above is
// shown to those above alone.
func TestWhoReachesWhom(t *testing.T) {
	t.Parallel()
	h := open(t)
	middle := h.create(h.cove, `{"name":"M","email":"m@example.com","planKey":"platform"}`)
	deep := h.create(middle, one(``))
	foreign := h.create(h.rival, one(``))
	for _, row := range []struct {
		by    party
		reach []party
	}{
		{h.operator, []party{h.operator, h.cove, h.rival, middle, deep, foreign}},
		{h.cove, []party{h.cove, middle, deep}},
		{middle, []party{middle, deep}},
		{deep, []party{deep}},
	} {
		for _, c := range row.reach {
			view := h.view(row.by, c.id)
			if shown := view["parentId"] != nil; shown != (row.by.id != c.id) {
				t.Errorf("the parent is shown: %t", shown)
			}
			if h.as(row.by, c.id).Subject.Ref().ID.String() != c.id {
				t.Error("it acts for somebody else")
			}
			_, err := h.update(row.by, c.id, `{"description":"seen"}`)
			must(t, err)
		}
	}
	listing, err := h.svc.List(t.Context(), h.as(h.operator), customers.ListInput{Deep: true})
	must(t, err)
	own, err := h.svc.List(t.Context(), h.as(h.cove), customers.ListInput{Deep: true})
	must(t, err)
	if len(listing.Customers) != 5 || len(own.Customers) != 2 {
		t.Errorf("the operator lists %d, the platform %d", len(listing.Customers), len(own.Customers))
	}
}

// What only somebody above may do is refused to the customer itself, whatever its
// credential may do, and says so.
func TestSomeUseCasesAreNeverOnesOwn(t *testing.T) {
	t.Parallel()
	h := open(t)
	shop, on := h.stall()
	before := h.record(shop.id)
	for _, u := range useCases {
		if !u.above {
			continue
		}
		for _, id := range []string{on.id, ""} {
			err := u.run(t.Context(), h, h.as(shop), on.under(id))
			if fault.KindOf(err) != fault.Forbidden || fault.CodeOf(err) != fault.CodeAccess {
				t.Errorf("%s of oneself answers %v", u.method, err)
			}
		}
	}
	if h.record(shop.id) != before {
		t.Error("something was written")
	}
}
