package evidence_test

import (
	"strings"
	"testing"
	"time"

	"tenantry/customers"
	"tenantry/customers/evidence"
	"tenantry/customers/fields"
	"tenantry/internal/app"
	"tenantry/internal/fault"
	"tenantry/internal/kyc"
	"tenantry/internal/testkit"
)

// The list of the legal entity keeps id, verification, tax number and passport of
// owners that are sent back, a stake that was never said included, and those who are
// left out go with their documents.
func TestOwnersSentBackStayWhoTheyAre(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	shop := h.Create(h.Cove, testkit.Awaiting)
	kept, err := h.Own(shop, testkit.Named("document"))
	testkit.Must(t, err)
	gone, err := h.Own(shop, strings.Replace(testkit.Named("document"), `"personalTaxId":"007-77-8888"`, `"passport":{"number":"P1","country":"NO"}`, 1))
	testkit.Must(t, err)
	mine, err := h.Svc.Evidence.AddOwnerDocument(t.Context(), h.As(shop), evidence.SubresourceRef{ID: kept.ID}, evidence.DocumentInput{Kind: "other", Content: testkit.Picture(t, 1)})
	testkit.Must(t, err)
	theirs, err := h.Svc.Evidence.AddOwnerDocument(t.Context(), h.As(shop), evidence.SubresourceRef{ID: gone.ID}, evidence.DocumentInput{Kind: "other", Content: testkit.Picture(t, 2)})
	testkit.Must(t, err)
	gonePlace := place(h, shop, theirs.ID)
	before := h.Record(shop.ID).LegalEntity.AdditionalOwners[2]
	h.Clock.Advance(time.Minute)
	_, err = h.Update(shop, shop.ID, `{"legalEntity":{"additionalOwners":[{"id":"`+kept.ID+`"}]}}`)
	testkit.Must(t, err)
	owners := h.Record(shop.ID).LegalEntity.AdditionalOwners
	after := owners[0]
	if len(owners) != 1 || after.ID != before.ID || after.Verification != customers.OwnerDocument || after.StakePercent != "" ||
		after.PersonalTaxID.Fingerprint != before.PersonalTaxID.Fingerprint || !after.LastUpdated.Equal(before.LastUpdated) {
		t.Errorf("the owner was %+v and is %+v", before, after)
	}
	if file(h, shop, mine.ID) == nil || bytesAt(h, h.Record(shop.ID).Ref(), gonePlace) != nil {
		t.Error("the files do not follow their owners")
	}
	if docs := h.Record(shop.ID).Documents; len(docs) != 1 || docs[0].ID.String() != mine.ID {
		t.Errorf("the documents are %+v", docs)
	}
}

// An owner that is asked for a document is not rid of that by another name; one that
// was verified is verified anew when who it is changes, and not otherwise.
func TestOwnersAreJudgedWhenWhoTheyAreChanges(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	shop := h.Create(h.Cove, testkit.Quay)
	asked, err := h.Own(shop, testkit.Named("document"))
	testkit.Must(t, err)
	verified, err := h.Own(shop, testkit.Partner)
	testkit.Must(t, err)
	list := func(first, second string) {
		t.Helper()
		_, err := h.Update(shop, shop.ID, `{"legalEntity":{"additionalOwners":[
			{"id":"`+asked.ID+`","contact":{"firstName":"`+first+`","lastName":"Reef","dateOfBirth":"1980-03-04"}},
			{"id":"`+verified.ID+`","title":"T","contact":{"firstName":"`+second+`","lastName":"Reef","dateOfBirth":"1980-03-04"}}]}}`)
		testkit.Must(t, err)
	}
	expect := func(first, second customers.OwnerVerification) {
		t.Helper()
		owners := h.Record(shop.ID).LegalEntity.AdditionalOwners
		if owners[0].Verification != first || owners[1].Verification != second {
			t.Errorf("they are %s and %s", owners[0].Verification, owners[1].Verification)
		}
	}
	list("document", "Dana")
	expect(customers.OwnerDocument, customers.OwnerVerified)
	list("Dana", "incomplete")
	expect(customers.OwnerDocument, customers.OwnerIncomplete)
	list("Dana", "Eve")
	expect(customers.OwnerDocument, customers.OwnerVerified)
	_, err = h.Update(shop, shop.ID, `{"legalEntity":{"additionalOwners":[{"id":"`+verified.ID+`","contact":{"firstName":"Eve"}}]}}`)
	testkit.Must(t, err)
	if got := h.Record(shop.ID).LegalEntity.AdditionalOwners[0].Verification; got != customers.OwnerIncomplete {
		t.Errorf("without a date of birth it is %s", got)
	}
}

// Where the provider verifies no owners, one whose data are whole is asked for a document.
func TestOwnersThatNobodyJudgesAreAskedForADocument(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t, func(o *app.Options) { o.Provider = kyc.Manual{} })
	shop := h.Create(h.Cove, testkit.Quay)
	added, err := h.Own(shop, testkit.Partner)
	if err != nil || added.VerificationStatus != customers.OwnerDocument {
		t.Errorf("it is %s: %v", added.VerificationStatus, err)
	}
}

// An owner is unknown to its siblings, a repeated attempt adds it once, and there
// are no more than ten.
func TestOwnersAreAddedOnceAndBounded(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	shop := h.Create(h.Cove, testkit.Quay)
	in := testkit.Input[fields.OwnerInput](t, testkit.Partner)
	in.Attempt = parsed(t, testkit.UnknownID)
	for range 2 {
		added, err := h.Svc.Evidence.AddOwner(t.Context(), h.As(shop), "", in)
		if err != nil || added.ID != testkit.UnknownID || len(h.Record(shop.ID).LegalEntity.AdditionalOwners) != 3 {
			t.Fatalf("the attempt gives %s, %v", added.ID, err)
		}
	}
	for len(h.Record(shop.ID).LegalEntity.AdditionalOwners) < 10 {
		_, err := h.Own(shop, testkit.Partner)
		testkit.Must(t, err)
	}
	_, err := h.Own(shop, testkit.Partner)
	testkit.Refused(t, err, fault.Conflict, fault.CodeTooManyResources)
}

// A certification ends with any change of the owners, and with no other.
func TestCertificationEndsWithAChangeOfOwners(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	shop := h.Create(h.Cove, testkit.Quay)
	certify := func() {
		t.Helper()
		_, err := h.Svc.Evidence.CertifyOwnership(t.Context(), h.As(h.Cove), shop.ID, testkit.Input[evidence.OwnershipInput](t, `{"status":"certified"}`))
		testkit.Must(t, err)
	}
	status := func() customers.OwnershipStatus { return h.Record(shop.ID).OwnershipStatus() }
	if status() != customers.OwnershipUncertified {
		t.Errorf("at first it is %s", status())
	}
	added, err := h.Own(shop, testkit.Named("document"))
	testkit.Must(t, err)
	part := evidence.SubresourceRef{ID: added.ID}
	doc, err := h.Svc.Evidence.AddOwnerDocument(t.Context(), h.As(shop), part, evidence.DocumentInput{Kind: "other", Content: testkit.Picture(t, 1)})
	testkit.Must(t, err)
	for name, row := range map[string]struct {
		do   func() error
		want customers.OwnershipStatus
	}{
		"another name of the customer": {func() error {
			return h.Attempt(h.As(shop), shop.ID, `{"name":"Other","legalEntity":{"yearsInBusiness":"9"}}`)
		}, "certified"},
		"a document that is accepted": {func() error { return testkit.Second(rule(h, h.Cove, doc.ID, `{"decision":"accepted"}`)) }, "certified"},
		"sealing anew":                {func() error { h.Reseal(); return nil }, "certified"},
		"a title of an owner": {func() error {
			return testkit.Second(h.Svc.Evidence.UpdateOwner(t.Context(), h.As(shop), part, testkit.Input[fields.OwnerInput](t, `{"title":"T`+string(rune('a'+len(types(h, shop))))+`"}`)))
		}, "recertify"},
		"another owner": {func() error { return testkit.Second(h.Own(shop, testkit.Partner)) }, "recertify"},
	} {
		t.Run(name, func(t *testing.T) {
			certify()
			testkit.Must(t, row.do())
			if got := status(); got != row.want {
				t.Errorf("after %s it is %s", name, got)
			}
		})
	}
	certify()
	_, err = h.Svc.Evidence.RemoveOwner(t.Context(), h.As(shop), part)
	testkit.Must(t, err)
	if status() != customers.OwnershipRecertify {
		t.Errorf("after a removal it is %s", status())
	}
}
