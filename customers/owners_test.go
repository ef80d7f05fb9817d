package customers_test

import (
	"strings"
	"testing"
	"time"

	"tenantry/customers"
	"tenantry/internal/fault"
	"tenantry/internal/kyc"
)

// The list of the legal entity keeps id, verification, tax number and passport of
// owners that are sent back, a stake that was never said included, and those who are
// left out go with their documents.
func TestOwnersSentBackStayWhoTheyAre(t *testing.T) {
	t.Parallel()
	h := open(t)
	shop := h.create(h.cove, awaiting)
	kept, err := h.own(shop, named("document"))
	must(t, err)
	gone, err := h.own(shop, strings.Replace(named("document"), `"personalTaxId":"007-77-8888"`, `"passport":{"number":"P1","country":"NO"}`, 1))
	must(t, err)
	mine, err := h.svc.AddOwnerDocument(t.Context(), h.as(shop), customers.PartRef{ID: kept.ID}, customers.DocumentInput{Kind: "other", Content: picture(t, 1)})
	must(t, err)
	theirs, err := h.svc.AddOwnerDocument(t.Context(), h.as(shop), customers.PartRef{ID: gone.ID}, customers.DocumentInput{Kind: "other", Content: picture(t, 2)})
	must(t, err)
	before := h.record(shop.id).LegalEntity.AdditionalOwners[2]
	h.clock.Advance(time.Minute)
	_, err = h.update(shop, shop.id, `{"legalEntity":{"additionalOwners":[{"id":"`+kept.ID+`"}]}}`)
	must(t, err)
	owners := h.record(shop.id).LegalEntity.AdditionalOwners
	after := owners[0]
	if len(owners) != 1 || after.ID != before.ID || after.Verification != customers.OwnerDocument || after.StakePercent != "" ||
		after.PersonalTaxID.Fingerprint != before.PersonalTaxID.Fingerprint || !after.LastUpdated.Equal(before.LastUpdated) {
		t.Errorf("the owner was %+v and is %+v", before, after)
	}
	if h.file(shop, mine.ID) == nil || h.file(shop, theirs.ID) != nil {
		t.Error("the files do not follow their owners")
	}
	if docs := h.record(shop.id).Documents; len(docs) != 1 || docs[0].ID.String() != mine.ID {
		t.Errorf("the documents are %+v", docs)
	}
}

// An owner that is asked for a document is not rid of that by another name; one that
// was verified is judged anew when who it is changes, and not otherwise.
func TestOwnersAreJudgedWhenWhoTheyAreChanges(t *testing.T) {
	t.Parallel()
	h := open(t)
	shop := h.create(h.cove, quay)
	asked, err := h.own(shop, named("document"))
	must(t, err)
	verified, err := h.own(shop, partner)
	must(t, err)
	list := func(first, second string) {
		t.Helper()
		_, err := h.update(shop, shop.id, `{"legalEntity":{"additionalOwners":[
			{"id":"`+asked.ID+`","contact":{"firstName":"`+first+`","lastName":"Reef","dateOfBirth":"1980-03-04"}},
			{"id":"`+verified.ID+`","title":"T","contact":{"firstName":"`+second+`","lastName":"Reef","dateOfBirth":"1980-03-04"}}]}}`)
		must(t, err)
	}
	expect := func(first, second customers.OwnerVerification) {
		t.Helper()
		owners := h.record(shop.id).LegalEntity.AdditionalOwners
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
	_, err = h.update(shop, shop.id, `{"legalEntity":{"additionalOwners":[{"id":"`+verified.ID+`","contact":{"firstName":"Eve"}}]}}`)
	must(t, err)
	if got := h.record(shop.id).LegalEntity.AdditionalOwners[0].Verification; got != customers.OwnerIncomplete {
		t.Errorf("without a date of birth it is %s", got)
	}
}

// Where nobody judges owners, one whose data are whole is asked for a document.
func TestOwnersThatNobodyJudgesAreAskedForADocument(t *testing.T) {
	t.Parallel()
	h := open(t, func(o *customers.Options) { o.Provider = kyc.Manual{} })
	shop := h.create(h.cove, quay)
	added, err := h.own(shop, partner)
	if err != nil || added.VerificationStatus != customers.OwnerDocument {
		t.Errorf("it is %s: %v", added.VerificationStatus, err)
	}
}

// An owner is unknown to its siblings, a repeated attempt adds it once, and there
// are no more than ten.
func TestOwnersAreAddedOnceAndBounded(t *testing.T) {
	t.Parallel()
	h := open(t)
	shop := h.create(h.cove, quay)
	in := input[customers.OwnerInput](t, partner)
	in.Attempt = parsed(t, unknownID)
	for range 2 {
		added, err := h.svc.AddOwner(t.Context(), h.as(shop), "", in)
		if err != nil || added.ID != unknownID || len(h.record(shop.id).LegalEntity.AdditionalOwners) != 3 {
			t.Fatalf("the attempt gives %s, %v", added.ID, err)
		}
	}
	for len(h.record(shop.id).LegalEntity.AdditionalOwners) < 10 {
		_, err := h.own(shop, partner)
		must(t, err)
	}
	_, err := h.own(shop, partner)
	refused(t, err, fault.Conflict, fault.CodeTooManyResources)
}

// A certification ends with any change of the owners, and with no other.
func TestCertificationEndsWithAChangeOfOwners(t *testing.T) {
	t.Parallel()
	h := open(t)
	shop := h.create(h.cove, quay)
	certify := func() {
		t.Helper()
		_, err := h.svc.CertifyOwnership(t.Context(), h.as(h.cove), shop.id, input[customers.OwnershipInput](t, `{"status":"certified"}`))
		must(t, err)
	}
	status := func() customers.OwnershipStatus { return h.record(shop.id).OwnershipStatus() }
	if status() != customers.OwnershipUncertified {
		t.Errorf("at first it is %s", status())
	}
	added, err := h.own(shop, named("document"))
	must(t, err)
	part := customers.PartRef{ID: added.ID}
	doc, err := h.svc.AddOwnerDocument(t.Context(), h.as(shop), part, customers.DocumentInput{Kind: "other", Content: picture(t, 1)})
	must(t, err)
	for name, row := range map[string]struct {
		do   func() error
		want customers.OwnershipStatus
	}{
		"another name of the customer": {func() error {
			return h.attempt(h.as(shop), shop.id, `{"name":"Other","legalEntity":{"yearsInBusiness":"9"}}`)
		}, "certified"},
		"a document that is accepted": {func() error { return second(h.rule(h.cove, doc.ID, `{"decision":"accepted"}`)) }, "certified"},
		"sealing anew":                {func() error { h.reseal(); return nil }, "certified"},
		"a title of an owner": {func() error {
			return second(h.svc.UpdateOwner(t.Context(), h.as(shop), part, input[customers.OwnerInput](t, `{"title":"T`+string(rune('a'+len(h.types(shop))))+`"}`)))
		}, "recertify"},
		"another owner": {func() error { return second(h.own(shop, partner)) }, "recertify"},
	} {
		certify()
		must(t, row.do())
		if got := status(); got != row.want {
			t.Errorf("after %s it is %s", name, got)
		}
	}
	certify()
	_, err = h.svc.RemoveOwner(t.Context(), h.as(shop), part)
	must(t, err)
	if status() != customers.OwnershipRecertify {
		t.Errorf("after a removal it is %s", status())
	}
}
