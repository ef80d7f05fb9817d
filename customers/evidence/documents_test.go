package evidence_test

import (
	"bytes"
	"crypto/rand"
	"strings"
	"testing"
	"time"

	"tenantry/customers/evidence"
	"tenantry/customers/identity"
	"tenantry/customers/reviews"
	"tenantry/internal/fault"
	"tenantry/internal/seal"
	"tenantry/internal/testkit"
	"tenantry/tenancy"
)

// The bytes are sealed at rest, for this document alone, and nothing of the record
// or its events tells what they are.
func TestDocumentBytesAreSealed(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	shop := h.Create(h.Cove, testkit.Awaiting)
	added, err := h.Svc.Evidence.AddDocument(t.Context(), h.As(shop), "", evidence.DocumentInput{
		Kind: "passport", FileName: "Ada Quay passport.PNG", Media: "image/png", Content: testkit.Picture(t, 3),
	})
	testkit.Must(t, err)
	box := file(h, shop, added.ID)
	if len(box) == 0 || bytes.Contains(box, testkit.Picture(t, 3)[:16]) || bytes.Contains(box, []byte("IHDR")) {
		t.Error("the file is not sealed")
	}
	for _, event := range h.Record(shop.ID).Outbox {
		if bytes.Contains(event.Resource, []byte("Ada Quay passport")) {
			t.Error("an event names the file as its sender called it")
		}
	}
	other, err := h.Upload(shop, 4)
	testkit.Must(t, err)
	testkit.Must(t, h.Store.ResealDocument(t.Context(), h.Record(shop.ID).Ref(), place(h, shop, other.ID), box))
	if _, err := readFile(h, h.Operator, other.ID); err == nil {
		t.Error("the bytes of one document open as another")
	}
}

// What is taken is what the content is, whatever it is called.
func TestFilesAreWhatTheyAre(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	shop := h.Create(h.Cove, testkit.Awaiting)
	pdf := []byte("%PDF-1.7\n%%EOF\n")
	for name, row := range map[string]struct {
		in   evidence.DocumentInput
		want string
	}{
		"PNG":                   {evidence.DocumentInput{Content: testkit.Picture(t, 1)}, "image/png"},
		"PNG by its name":       {evidence.DocumentInput{Content: testkit.Picture(t, 2), FileName: "a.b.PNG"}, "image/png"},
		"JPEG":                  {evidence.DocumentInput{Content: testkit.Photo(t, 1), FileName: "a.jpeg", Media: "image/jpg"}, "image/jpeg"},
		"PDF of a business":     {evidence.DocumentInput{Content: pdf, FileName: "a", Media: "application/pdf; x=y"}, "application/pdf"},
		"PNG called JPEG":       {evidence.DocumentInput{Content: testkit.Picture(t, 5), FileName: "a.jpg"}, ""},
		"PNG said to be JPEG":   {evidence.DocumentInput{Content: testkit.Picture(t, 5), Media: "image/jpeg"}, ""},
		"JPEG called PDF":       {evidence.DocumentInput{Content: testkit.Photo(t, 5), FileName: "a.pdf"}, ""},
		"GIF":                   {evidence.DocumentInput{Content: []byte("GIF89a\x01\x00\x01\x00\x00\x00\x00;"), FileName: "a.png"}, ""},
		"a header alone":        {evidence.DocumentInput{Content: []byte("\x89PNG\r\n\x1a\n")}, ""},
		"an image of no size":   {evidence.DocumentInput{Content: bytes.Replace(testkit.Picture(t, 5), []byte("\x00\x00\x00\x04"), []byte("\x00\x00\x00\x00"), 1)}, ""},
		"a page":                {evidence.DocumentInput{Content: []byte("<svg onload=alert(1)>"), Media: "image/png"}, ""},
		"a media type of a lie": {evidence.DocumentInput{Content: testkit.Picture(t, 5), Media: ";;"}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			h := h.In(t)
			row.in.Kind = "other"
			added, err := h.Svc.Evidence.AddDocument(t.Context(), h.As(shop), "", row.in)
			if (row.want == "" && fault.CodeOf(err) != fault.CodeFileType) || (row.want != "" && (err != nil || added.MediaType != row.want)) {
				t.Errorf("%s is taken as %q: %v", name, added.MediaType, err)
			}
		})
	}
	person := h.Create(h.Cove, strings.NewReplacer(`"businessName": "Quay Coffee LLC", `, ``, `"firstName": "Ada"`, `"firstName": "document"`).Replace(testkit.Quay))
	if _, err := h.Svc.Evidence.AddDocument(t.Context(), h.As(person), "", evidence.DocumentInput{Kind: "other", Content: pdf}); err == nil {
		t.Error("a PDF of a person is taken")
	}
}

// A file that is there already is refused with the id of the earlier one, be it
// decided; and a customer has no more than its most, however they were decided.
func TestDuplicatesAndTheMostDocuments(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	shop, other := h.Create(h.Cove, testkit.Awaiting), h.Create(h.Cove, testkit.Awaiting)
	first, err := h.Upload(shop, 0)
	testkit.Must(t, err)
	_, err = rule(h, h.Cove, first.ID, `{"decision":"rejected","reasons":["ScanNotReadable"]}`)
	testkit.Must(t, err)
	_, err = h.Upload(shop, 0)
	if refusal := testkit.Refused(t, err, fault.Conflict, fault.CodeDuplicateResource); refusal.Value != first.ID {
		t.Errorf("the refusal names %q", refusal.Value)
	}
	_, err = h.Upload(other, 0)
	testkit.Must(t, err) // of another customer it is another document
	for shade := uint8(1); shade < evidence.MaxDocuments; shade++ {
		added, err := h.Upload(shop, shade)
		testkit.Must(t, err)
		_, err = rule(h, h.Cove, added.ID, `{"decision":"rejected","reasons":["ScanNotReadable"]}`)
		testkit.Must(t, err)
	}
	_, err = h.Upload(shop, 99)
	testkit.Refused(t, err, fault.Conflict, fault.CodeTooManyResources)
	if got := len(h.Record(shop.ID).Documents); got != evidence.MaxDocuments {
		t.Errorf("there are %d documents", got)
	}
}

// Bytes whose record is refused are removed again; those of a record that may have
// been written stay, and a repeated attempt under its id finishes.
func TestBytesFollowTheRecord(t *testing.T) {
	t.Parallel()
	watch, watched := testkit.Spied()
	h := testkit.Open(t, watched)
	shop := h.Create(h.Cove, testkit.Awaiting)
	ref := h.Record(shop.ID).Ref()
	id, err := tenancy.NewID(h.Clock.Now(), bytes.NewReader(make([]byte, 16)))
	testkit.Must(t, err)
	in := evidence.DocumentInput{Kind: "other", Content: testkit.Picture(t, 1), ID: id}

	watch.Trap("Replace", func(call func() error) error { // decided meanwhile
		_, err := h.Svc.Identity.DecideIdentity(t.Context(), h.As(h.Cove), shop.ID, testkit.Input[identity.DecisionInput](t, `{"status":"rejected"}`))
		testkit.Must(t, err)
		return call()
	})
	_, err = h.Svc.Evidence.AddDocument(t.Context(), h.As(shop), "", in)
	testkit.Refused(t, err, fault.Conflict, fault.CodeResourceState)
	if _, err := h.Store.Document(t.Context(), ref, id); err == nil {
		t.Error("the bytes of a refused document are there")
	}

	shop = h.Create(h.Cove, testkit.Awaiting)
	ref = h.Record(shop.ID).Ref()
	watch.Trap("Replace", testkit.Lost)
	if _, err = h.Svc.Evidence.AddDocument(t.Context(), h.As(shop), "", in); fault.KindOf(err) != fault.Unavailable {
		t.Fatalf("a lost answer gives %v", err)
	}
	written := place(h, shop, id.String())
	if bytesAt(h, ref, written) == nil {
		t.Error("the bytes of a document that was written are gone")
	}
	again, err := h.Svc.Evidence.AddDocument(t.Context(), h.As(shop), "", in)
	if err != nil || again.ID != id.String() || len(h.Record(shop.ID).Documents) != 1 {
		t.Errorf("the repeated attempt gives %+v, %v", again, err)
	}
}

// In review a document is taken too, and settles it; in any other state none is.
func TestDocumentsAreTakenWhileTheReviewIsOpen(t *testing.T) {
	t.Parallel()
	for word, taken := range map[string]bool{"document": true, "review": true, "retry": false, "verified": false, "rejected": false} {
		t.Run(word, func(t *testing.T) {
			h := testkit.Open(t)
			shop := h.Create(h.Cove, strings.Replace(testkit.Quay, `"firstName": "Ada"`, `"firstName": "`+word+`"`, 1))
			added, err := h.Upload(shop, 1)
			if !taken {
				testkit.Refused(t, err, fault.Conflict, fault.CodeResourceState)
				return
			}
			testkit.Must(t, err)
			_, err = rule(h, h.Cove, added.ID, `{"decision":"accepted"}`)
			testkit.Must(t, err)
			identity := h.Record(shop.ID).Identity
			last := identity.Decisions[len(identity.Decisions)-1]
			if identity.Status != reviews.IdentityVerified || last.Status != reviews.IdentityVerified || last.Actor.String() != h.Cove.ID {
				t.Errorf("from %s it became %s by %+v", word, identity.Status, last)
			}
		})
	}
}

// With a customer go the bytes of its documents, and nobody else's; nothing finds
// its parts any more.
func TestErasingACustomerErasesItsDocuments(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	shop, other := h.Create(h.Cove, testkit.Awaiting), h.Create(h.Cove, testkit.Awaiting)
	added, err := h.Upload(shop, 1)
	testkit.Must(t, err)
	stays, err := h.Upload(other, 1)
	testkit.Must(t, err)
	ref, at := h.Record(shop.ID).Ref(), place(h, shop, added.ID)
	h.Clock.Advance(time.Second)
	testkit.Must(t, h.Remove(h.Cove, shop.ID))
	_, err = h.Svc.Relay.RelayEvents(t.Context())
	testkit.Must(t, err)
	if bytesAt(h, ref, at) != nil {
		t.Error("the bytes outlive their customer")
	}
	if file(h, other, stays.ID) == nil {
		t.Error("the bytes of another customer are gone")
	}
	if _, err := h.Svc.Evidence.CustomerWithPart(t.Context(), h.As(h.Cove), added.ID); !fault.IsNotFound(err) {
		t.Errorf("its document is found: %v", err)
	}
}

// After a reseal the bytes open with the newest key alone.
func TestResealRenewsDocuments(t *testing.T) {
	t.Parallel()
	s, swapping := testkit.Swapped()
	h := testkit.Open(t, swapping)
	shop := h.Create(h.Cove, testkit.Awaiting)
	added, err := h.Upload(shop, 1)
	testkit.Must(t, err)
	owner, err := h.Own(shop, strings.Replace(testkit.Partner, `"personalTaxId":"007-77-8888"`, `"passport":{"number":"P7654321","country":"NO"}`, 1))
	testkit.Must(t, err)
	older := s.Now().(*seal.Ring)
	newer, err := older.AddVersion(rand.Reader, 0)
	testkit.Must(t, err)
	s.Use(newer)
	h.Reseal()
	s.Use(newer.DropOld())
	file, err := readFile(h, h.Operator, added.ID)
	if err != nil || !bytes.Equal(file.Content, testkit.Picture(t, 1)) {
		t.Errorf("the file is %d bytes, %v", len(file.Content), err)
	}
	view := h.FullView(shop.ID)
	if got := testkit.At(view, "legalEntity.additionalOwners.2.passport.number"); got != "P7654321" || owner.Passport.Number != "" {
		t.Errorf("the passport is %v", got)
	}
}
