package access_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tenantry/customers/access"
	"tenantry/customers/lifecycle"
	"tenantry/internal/fault"
	"tenantry/internal/testkit"
	"tenantry/tenancy"
)

// Whatever a caller tries on a sibling, its parent, another tenant, an id
// that does not exist or a text that is not an id, the answer is one and the same, and nothing
// changes: nobody learns which ids exist.
func TestOutOfReachIsAsUnknown(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	shop, on := h.MerchantWithParts()
	sibling := h.Create(h.Cove, testkit.One(``))
	grandchild := h.Create(h.Create(h.Rival, `{"name":"M","email":"m@example.com","planKey":"platform"}`), testkit.One(``))
	want, before := testkit.AnswerOf(t, fault.NotFoundError()), h.Record(shop.ID)
	texts := []string{
		testkit.UnknownID, "x", strings.ToUpper(shop.ID), shop.ID[:23], shop.ID + "0", " " + shop.ID, strings.Repeat("0", 24), "key_1", "../" + shop.ID,
		`{"$ne":null}`, strings.Repeat("a", 1<<16), "\x00",
	}
	for _, u := range testkit.UseCases {
		if u.Subject {
			continue
		}
		try := func(who string, caller tenancy.Caller, id string) {
			t.Helper()
			err := u.Run(t.Context(), h, caller, on.Under(id))
			if diff := cmp.Diff(want, testkit.AnswerOf(t, err)); diff != "" {
				t.Errorf("%s of %.30q by %s: %s", u.Method, id, who, diff)
			}
		}
		try("a sibling", h.As(sibling), shop.ID)
		try("another tenant", h.As(h.Rival), shop.ID)
		try("another tenant's merchant", h.As(grandchild), shop.ID)
		try("a child of its parent", h.As(shop), h.Cove.ID)
		try("a child of the root", h.As(h.Cove), h.Operator.ID)
		try("a platform acting as a child of its parent", h.As(h.Cove, sibling.ID), shop.ID)
		try("a platform acting as a child of itself", h.As(h.Cove, shop.ID), h.Cove.ID)
		try("the operator acting as a stranger", h.As(h.Operator, h.Rival.ID), shop.ID)
		for _, text := range texts {
			try("its platform", h.As(h.Cove), text)
		}
	}
	if !h.Stands(before) {
		t.Error("something was written")
	}
}

// A bank or card is reached through its owner alone: through another customer of
// the same platform it is as unknown as an id that does not exist.
func TestBanksAndCardsAreTheirOwners(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	_, on := h.MerchantWithParts()
	sibling, own := h.MerchantWithParts()
	want, before := testkit.AnswerOf(t, fault.NotFoundError()), h.Record(sibling.ID)
	parts := []string{"Bank", "Card", "UpdateBank", "SetDefaultBank", "StartDrops", "ConfirmDrops", "UpdateCard", "DeleteCard",
		"Owner", "UpdateOwner", "RemoveOwner", "OwnerDocuments", "AddOwnerDocument", "Document"}
	for _, u := range testkit.UseCases {
		if _, method, _ := strings.Cut(u.Method, "."); !slices.Contains(parts, method) {
			continue
		}
		for _, ids := range []testkit.Target{
			on.Under(own.ID), {ID: own.ID, Bank: testkit.UnknownID, Card: testkit.UnknownID, Owner: testkit.UnknownID, Document: testkit.UnknownID},
			{ID: own.ID, Bank: "x", Card: "x", Owner: "x", Document: "x"},
			{ID: own.ID, Bank: own.Card, Card: own.Bank, Owner: own.Document, Document: own.Owner},
		} {
			err := u.Run(t.Context(), h, h.As(sibling), ids)
			if diff := cmp.Diff(want, testkit.AnswerOf(t, err)); diff != "" {
				t.Errorf("%s of bank %s: %s", u.Method, ids.Bank, diff)
			}
		}
	}
	if !h.Stands(before) {
		t.Error("something was written")
	}
}

// Acting for a stranger, for one's parent, for nobody or for garbage is refused in
// the same words.
func TestActingForOthersIsRefusedInTheSameWords(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	shop, sibling := h.Create(h.Cove, testkit.One(``)), h.Create(h.Cove, testkit.One(``))
	foreign := h.Create(h.Rival, testkit.One(``))
	var want testkit.Answer
	for i, row := range []struct {
		by      testkit.Party
		subject string
	}{
		{h.Cove, testkit.UnknownID}, {h.Cove, h.Rival.ID}, {h.Cove, foreign.ID}, {h.Cove, h.Operator.ID}, {h.Cove, "x"}, {h.Cove, strings.ToUpper(shop.ID)},
		{shop, sibling.ID}, {shop, h.Cove.ID}, {shop, h.Operator.ID}, {h.Operator, testkit.UnknownID}, {h.Operator, "x"},
	} {
		t.Run(fmt.Sprint(i, " ", row.subject), func(t *testing.T) {
			h := h.In(t)
			_, err := h.Svc.Access.Authenticate(t.Context(), access.Presented{Bearer: row.by.Keys.Secret, SubjectID: row.subject})
			got := testkit.AnswerOf(t, err)
			if i == 0 {
				want = got
			}
			if diff := cmp.Diff(want, got); diff != "" || got.Kind != fault.Forbidden || got.Code != fault.CodeAccess {
				t.Errorf("row %d: %v %s", i, err, diff)
			}
		})
	}
}

// The operator reaches everything, a platform all that is below it however deep,
// in its own name and in theirs; everybody reaches itself. Who stands above is
// shown to those above alone.
func TestWhoReachesWhom(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	middle := h.Create(h.Cove, `{"name":"M","email":"m@example.com","planKey":"platform"}`)
	deep := h.Create(middle, testkit.One(``))
	foreign := h.Create(h.Rival, testkit.One(``))
	for _, row := range []struct {
		name  string
		by    testkit.Party
		reach []testkit.Party
	}{
		{"operator", h.Operator, []testkit.Party{h.Operator, h.Cove, h.Rival, middle, deep, foreign}},
		{"platform", h.Cove, []testkit.Party{h.Cove, middle, deep}},
		{"platform below it", middle, []testkit.Party{middle, deep}},
		{"payer", deep, []testkit.Party{deep}},
	} {
		t.Run(row.name, func(t *testing.T) {
			h := h.In(t)
			for _, c := range row.reach {
				view := h.View(row.by, c.ID)
				if shown := view["parentId"] != nil; shown != (row.by.ID != c.ID) {
					t.Errorf("the parent is shown: %t", shown)
				}
				if h.As(row.by, c.ID).Subject.Ref().ID.String() != c.ID {
					t.Error("it acts for somebody else")
				}
				_, err := h.Update(row.by, c.ID, `{"description":"seen"}`)
				testkit.Must(t, err)
			}
		})
	}
	listing, err := h.Svc.Lifecycle.List(t.Context(), h.As(h.Operator), lifecycle.ListInput{Deep: true})
	testkit.Must(t, err)
	own, err := h.Svc.Lifecycle.List(t.Context(), h.As(h.Cove), lifecycle.ListInput{Deep: true})
	testkit.Must(t, err)
	if len(listing.Customers) != 5 || len(own.Customers) != 2 {
		t.Errorf("the operator lists %d, the platform %d", len(listing.Customers), len(own.Customers))
	}
}

// What only somebody above may do is refused to the customer itself, whatever its
// credential may do, and says so.
func TestSomeUseCasesAreNeverOnesOwn(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	shop, on := h.MerchantWithParts()
	before := h.Record(shop.ID)
	for _, u := range testkit.UseCases {
		if !u.Above {
			continue
		}
		for _, id := range []string{on.ID, ""} {
			err := u.Run(t.Context(), h, h.As(shop), on.Under(id))
			if fault.KindOf(err) != fault.Forbidden || fault.CodeOf(err) != fault.CodeAccess {
				t.Errorf("%s of oneself answers %v", u.Method, err)
			}
		}
	}
	if !h.Stands(before) {
		t.Error("something was written")
	}
}
