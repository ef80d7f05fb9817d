package customers_test

import (
	"bytes"
	"crypto/rand"
	"strings"
	"testing"
	"time"

	"tenantry/customers"
	"tenantry/internal/fault"
	"tenantry/internal/seal"
	"tenantry/tenancy"
)

// The bytes are sealed at rest, for this document alone, and nothing of the record
// or its events tells what they are.
func TestDocumentBytesAreSealed(t *testing.T) {
	t.Parallel()
	h := open(t)
	shop := h.create(h.cove, awaiting)
	added, err := h.svc.AddDocument(t.Context(), h.as(shop), "", customers.DocumentInput{
		Kind: "passport", FileName: "Ada Quay passport.PNG", Media: "image/png", Content: picture(t, 3),
	})
	must(t, err)
	box := h.file(shop, added.ID)
	if len(box) == 0 || bytes.Contains(box, picture(t, 3)[:16]) || bytes.Contains(box, []byte("IHDR")) {
		t.Error("the file is not sealed")
	}
	for _, event := range h.record(shop.id).Outbox {
		if bytes.Contains(event.Resource, []byte("Ada Quay passport")) {
			t.Error("an event names the file as its sender called it")
		}
	}
	other, err := h.upload(shop, 4)
	must(t, err)
	must(t, h.store.ResealDocument(t.Context(), h.record(shop.id).Ref(), parsed(t, other.ID), box))
	if _, err := h.readFile(h.operator, other.ID); err == nil {
		t.Error("the bytes of one document open as another")
	}
}

// readFile reads the bytes of a document, found by its id alone.
func (h *house) readFile(by party, id string) (customers.DocumentFile, error) {
	h.t.Helper()
	return h.svc.DocumentFile(h.t.Context(), h.as(by), customers.DocumentFileInput{Document: customers.PartRef{ID: id}, Reason: "a test"})
}

// What is taken is what the content is, whatever it is called.
func TestFilesAreWhatTheyAre(t *testing.T) {
	t.Parallel()
	h := open(t)
	shop := h.create(h.cove, awaiting)
	pdf := []byte("%PDF-1.7\n%%EOF\n")
	for name, row := range map[string]struct {
		in   customers.DocumentInput
		want string
	}{
		"PNG":                   {customers.DocumentInput{Content: picture(t, 1)}, "image/png"},
		"PNG by its name":       {customers.DocumentInput{Content: picture(t, 2), FileName: "a.b.PNG"}, "image/png"},
		"JPEG":                  {customers.DocumentInput{Content: photo(t, 1), FileName: "a.jpeg", Media: "image/jpg"}, "image/jpeg"},
		"PDF of a business":     {customers.DocumentInput{Content: pdf, FileName: "a", Media: "application/pdf; x=y"}, "application/pdf"},
		"PNG called JPEG":       {customers.DocumentInput{Content: picture(t, 5), FileName: "a.jpg"}, ""},
		"PNG said to be JPEG":   {customers.DocumentInput{Content: picture(t, 5), Media: "image/jpeg"}, ""},
		"JPEG called PDF":       {customers.DocumentInput{Content: photo(t, 5), FileName: "a.pdf"}, ""},
		"GIF":                   {customers.DocumentInput{Content: []byte("GIF89a\x01\x00\x01\x00\x00\x00\x00;"), FileName: "a.png"}, ""},
		"a header alone":        {customers.DocumentInput{Content: []byte("\x89PNG\r\n\x1a\n")}, ""},
		"an image of no size":   {customers.DocumentInput{Content: bytes.Replace(picture(t, 5), []byte("\x00\x00\x00\x04"), []byte("\x00\x00\x00\x00"), 1)}, ""},
		"a page":                {customers.DocumentInput{Content: []byte("<svg onload=alert(1)>"), Media: "image/png"}, ""},
		"a media type of a lie": {customers.DocumentInput{Content: picture(t, 5), Media: ";;"}, ""},
	} {
		row.in.Kind = "other"
		added, err := h.svc.AddDocument(t.Context(), h.as(shop), "", row.in)
		if (row.want == "" && fault.CodeOf(err) != fault.CodeFileType) || (row.want != "" && (err != nil || added.MediaType != row.want)) {
			t.Errorf("%s is taken as %q: %v", name, added.MediaType, err)
		}
	}
	person := h.create(h.cove, strings.NewReplacer(`"businessName": "Quay Coffee LLC", `, ``, `"firstName": "Ada"`, `"firstName": "document"`).Replace(quay))
	if _, err := h.svc.AddDocument(t.Context(), h.as(person), "", customers.DocumentInput{Kind: "other", Content: pdf}); err == nil {
		t.Error("a PDF of a person is taken")
	}
}

// A file that is there already is refused with the id of the earlier one, be it
// decided; and a customer has no more than its most, however they were decided.
func TestDuplicatesAndTheMostDocuments(t *testing.T) {
	t.Parallel()
	h := open(t)
	shop, other := h.create(h.cove, awaiting), h.create(h.cove, awaiting)
	first, err := h.upload(shop, 0)
	must(t, err)
	_, err = h.rule(h.cove, first.ID, `{"decision":"rejected","reasons":["ScanNotReadable"]}`)
	must(t, err)
	_, err = h.upload(shop, 0)
	if refusal := refused(t, err, fault.Conflict, fault.CodeDuplicateResource); refusal.Value != first.ID {
		t.Errorf("the refusal names %q", refusal.Value)
	}
	_, err = h.upload(other, 0)
	must(t, err) // of another customer it is another document
	for shade := uint8(1); shade < customers.MaxDocuments; shade++ {
		added, err := h.upload(shop, shade)
		must(t, err)
		_, err = h.rule(h.cove, added.ID, `{"decision":"rejected","reasons":["ScanNotReadable"]}`)
		must(t, err)
	}
	_, err = h.upload(shop, 99)
	refused(t, err, fault.Conflict, fault.CodeTooManyResources)
	if got := len(h.record(shop.id).Documents); got != customers.MaxDocuments {
		t.Errorf("there are %d documents", got)
	}
}

// Bytes whose record is refused are removed again; those of a record that may have
// been written stay, and a repeated attempt under its id finishes.
func TestBytesFollowTheRecord(t *testing.T) {
	t.Parallel()
	watch, watched := spied()
	h := open(t, watched)
	shop := h.create(h.cove, awaiting)
	ref := h.record(shop.id).Ref()
	id, err := tenancy.NewID(h.clock.Now(), bytes.NewReader(make([]byte, 16)))
	must(t, err)
	in := customers.DocumentInput{Kind: "other", Content: picture(t, 1), ID: id}

	watch.trap("Replace", func(call func() error) error { // decided meanwhile
		_, err := h.svc.DecideIdentity(t.Context(), h.as(h.cove), shop.id, input[customers.DecisionInput](t, `{"status":"rejected"}`))
		must(t, err)
		return call()
	})
	_, err = h.svc.AddDocument(t.Context(), h.as(shop), "", in)
	refused(t, err, fault.Conflict, fault.CodeResourceState)
	if _, err := h.store.Document(t.Context(), ref, id); err == nil {
		t.Error("the bytes of a refused document are there")
	}

	shop = h.create(h.cove, awaiting)
	ref = h.record(shop.id).Ref()
	watch.trap("Replace", lost)
	if _, err = h.svc.AddDocument(t.Context(), h.as(shop), "", in); fault.KindOf(err) != fault.Unavailable {
		t.Fatalf("a lost answer gives %v", err)
	}
	if _, err := h.store.Document(t.Context(), ref, id); err != nil {
		t.Errorf("the bytes of a document that was written: %v", err)
	}
	again, err := h.svc.AddDocument(t.Context(), h.as(shop), "", in)
	if err != nil || again.ID != id.String() || len(h.record(shop.id).Documents) != 1 {
		t.Errorf("the repeated attempt gives %+v, %v", again, err)
	}
}

// In review a document is taken too, and settles it; in any other state none is.
func TestDocumentsAreTakenWhileTheReviewIsOpen(t *testing.T) {
	t.Parallel()
	for word, taken := range map[string]bool{"document": true, "review": true, "retry": false, "verified": false, "rejected": false} {
		h := open(t)
		shop := h.create(h.cove, strings.Replace(quay, `"firstName": "Ada"`, `"firstName": "`+word+`"`, 1))
		added, err := h.upload(shop, 1)
		if !taken {
			refused(t, err, fault.Conflict, fault.CodeResourceState)
			continue
		}
		must(t, err)
		_, err = h.rule(h.cove, added.ID, `{"decision":"accepted"}`)
		must(t, err)
		identity := h.record(shop.id).Identity
		last := identity.Decisions[len(identity.Decisions)-1]
		if identity.Status != customers.IdentityVerified || last.Status != customers.IdentityVerified || last.Actor.String() != h.cove.id {
			t.Errorf("from %s it became %s by %+v", word, identity.Status, last)
		}
	}
}

// With a customer go the bytes of its documents, and nobody else's; nothing finds
// its parts any more.
func TestErasingACustomerErasesItsDocuments(t *testing.T) {
	t.Parallel()
	h := open(t)
	shop, other := h.create(h.cove, awaiting), h.create(h.cove, awaiting)
	added, err := h.upload(shop, 1)
	must(t, err)
	stays, err := h.upload(other, 1)
	must(t, err)
	ref := h.record(shop.id).Ref()
	h.clock.Advance(time.Second)
	must(t, h.remove(h.cove, shop.id))
	_, err = h.svc.RelayEvents(t.Context())
	must(t, err)
	if _, err := h.store.Document(t.Context(), ref, parsed(t, added.ID)); err == nil {
		t.Error("the bytes outlive their customer")
	}
	if h.file(other, stays.ID) == nil {
		t.Error("the bytes of another customer are gone")
	}
	if _, err := h.svc.HolderOf(t.Context(), h.as(h.cove), added.ID); !fault.IsNotFound(err) {
		t.Errorf("its document is found: %v", err)
	}
}

// After a reseal the bytes open with the newest key alone.
func TestResealRenewsDocuments(t *testing.T) {
	t.Parallel()
	s, swapping := swapped()
	h := open(t, swapping)
	shop := h.create(h.cove, awaiting)
	added, err := h.upload(shop, 1)
	must(t, err)
	owner, err := h.own(shop, strings.Replace(partner, `"personalTaxId":"007-77-8888"`, `"passport":{"number":"P7654321","country":"NO"}`, 1))
	must(t, err)
	older := s.now().(*seal.Ring)
	newer, err := older.AddVersion(rand.Reader)
	must(t, err)
	s.use(newer)
	h.reseal()
	s.use(newer.DropOld())
	file, err := h.readFile(h.operator, added.ID)
	if err != nil || !bytes.Equal(file.Content, picture(t, 1)) {
		t.Errorf("the file is %d bytes, %v", len(file.Content), err)
	}
	view := h.fullView(shop.id)
	if got := at(view, "legalEntity.additionalOwners.2.passport.number"); got != "P7654321" || owner.Passport.Number != "" {
		t.Errorf("the passport is %v", got)
	}
}
