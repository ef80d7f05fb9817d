package api_test

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"image"
	"image/color"
	pngs "image/png"
	"net/http"
	"slices"
	"strings"
	"testing"

	"tenantry/customers/evidence"
)

// boundary is the boundary of every form of these tests.
const boundary = "tenantry-form"

// png returns an image; other shades are other files.
func png(shade uint8) string {
	canvas := image.NewGray(image.Rect(0, 0, 4, 4))
	canvas.SetGray(1, 1, color.Gray{Y: shade})
	var file bytes.Buffer
	if err := pngs.Encode(&file, canvas); err != nil {
		panic(err)
	}
	return file.String()
}

// form returns a form with a file; an empty name leaves the file out.
func form(fields object, name, content string) string {
	return formUnder(boundary, fields, name, content)
}

func formUnder(boundary string, fields object, name, content string) string {
	var b strings.Builder
	for field, value := range fields {
		fmt.Fprintf(&b, "--%s\r\nContent-Disposition: form-data; name=%q\r\n\r\n%v\r\n", boundary, field, value)
	}
	if name != "" {
		fmt.Fprintf(&b, "--%s\r\nContent-Disposition: form-data; name=\"file\"; filename=%q\r\nContent-Type: application/octet-stream\r\n\r\n%s\r\n",
			boundary, name, content)
	}
	return b.String() + "--" + boundary + "--\r\n"
}

// waiting creates a business whose review asks for a document.
func (a actor) waiting() actor {
	a.env.T.Helper()
	made, _ := a.child(with(minimal("merchant"), object{
		"legalEntity": with(legalEntity(), object{"businessName": "Document LLC"}), "contact": contact(), "address": address(),
	}))
	made.self().get(made.path()).ok(http.StatusOK).is("identity.status", "document")
	return made
}

// license returns the form of an upload that is accepted.
func license(shade uint8) string {
	return form(object{"documentType": "license"}, "scan.PNG", png(shade))
}

// A document is uploaded, listed, read and decided; an accepted one verifies the
// customer, and only the operator reads its bytes, as a file to save.
func TestDocumentFromUploadToVerification(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	p := e.platform()
	made := p.waiting()
	added := made.self().post("/v3/documents", license(1)).ok(http.StatusCreated).
		is("object", "document").is("customerId", made.id).is("documentType", "license").is("mediaType", "image/png").
		is("size", float64(len(png(1)))).is("status", "pending").is("verificationStatus", "pending")
	path := made.path("/documents/", added.Str("id"))
	if got := added.Header.Get("Location"); got != path {
		t.Errorf("the location is %s", got)
	}
	made.self().get("/v3/documents").ok(http.StatusOK).is("count", 1.0).is("results.0.id", added.Str("id"))
	made.self().get("/v3/documents?ownerId=self").ok(http.StatusOK).is("count", 1.0)
	p.self().get(path).ok(http.StatusOK).is("size", float64(len(png(1))))

	made.self().get(path+"/file?reason=looking").refused(http.StatusForbidden, "insufficientResourceAccess", "")
	p.self().get(path+"/file?reason=looking").refused(http.StatusForbidden, "insufficientResourceAccess", "")
	e.operator.self().get(path+"/file", wrong).refused(http.StatusUnprocessableEntity, "validationError", "reason").detail("parameterMissing")
	file := e.operator.self().get(path + "/file?reason=review%207").ok(http.StatusOK)
	if file.Text != png(1) || file.Header.Get("Content-Type") != "image/png" || file.Header.Get("X-Content-Type-Options") != "nosniff" ||
		file.Header.Get("Content-Disposition") != `attachment; filename="document-`+added.Str("id")+`.png"` || file.Header.Get("Cache-Control") != "no-store" {
		t.Errorf("the file comes as %v, %d bytes", file.Header, len(file.Text))
	}

	made.self().patch(path, object{"decision": "accepted"}).refused(http.StatusForbidden, "insufficientResourceAccess", "")
	p.restricted("customers:write").patch(path, object{"decision": "accepted"}).refused(http.StatusForbidden, "insufficientScope", "")
	p.self().patch(path, object{"decision": "accepted"}).ok(http.StatusOK).is("status", "reviewed").is("verificationStatus", "accepted")
	p.self().patch(path, object{"decision": "rejected", "reasons": []any{"ScanNotReadable"}}).refused(http.StatusConflict, "invalidResourceState", "")
	made.self().get(made.path()).ok(http.StatusOK).is("identity.status", "verified").is("documents.0.verificationStatus", "accepted")
	made.self().post("/v3/documents", license(2)).refused(http.StatusConflict, "invalidResourceState", "")

	e.Relay()
	log := e.operator.self().get(made.path("/events")).ok(http.StatusOK)
	var types []string
	for i := range log.List("results") {
		types = append(types, log.Str(fmt.Sprintf("results.%d.type", i)))
	}
	slices.Reverse(types)
	want := []string{"customer.created", "document.uploaded", "customer.plan_status_changed", "document.read", "document.accepted", "identity.decided", "customer.plan_status_changed"}
	if !slices.Equal(types, want) {
		t.Errorf("the events are %v", types)
	}
	if log.Str("results.3.reason") != "review 7" || log.Str("results.3.partId") != added.Str("id") {
		t.Errorf("the reading is recorded as %v", log.At("results.3"))
	}
}

// A rejected document says why and leaves the review open for another.
func TestRejectedDocumentLeavesTheReviewOpen(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	p := e.platform()
	made := p.waiting()
	path := made.path("/documents/", made.self().post("/v3/documents", license(1)).ok(http.StatusCreated).Str("id"))
	for field, body := range map[string]object{
		"decision":  {"decision": "perhaps"},
		"reasons":   {"decision": "rejected"},
		"reasons.0": {"decision": "rejected", "reasons": []any{"not readable"}},
	} {
		t.Run(field, func(t *testing.T) {
			p := p.in(t)
			p.self().patch(path, body, wrong).refused(http.StatusUnprocessableEntity, "validationError", field)
		})
	}
	p.self().patch(path, object{}, wrong).refused(http.StatusUnprocessableEntity, "validationError", "decision").detail("parameterMissing")
	p.self().patch(path, object{"decision": "accepted", "reasons": []any{"Why"}}).refused(http.StatusUnprocessableEntity, "validationError", "reasons")
	p.self().patch(path, object{"decision": "rejected", "reasons": []any{"ScanNotReadable", "ScanIdExpired"}}).ok(http.StatusOK).
		is("verificationStatus", "rejected").is("failureReasons", []any{"ScanNotReadable", "ScanIdExpired"})
	made.self().get(made.path()).ok(http.StatusOK).is("identity.status", "document")
	made.self().post("/v3/documents", license(1)).refused(http.StatusConflict, "duplicateResource", "file")
	made.self().post("/v3/documents", license(2)).ok(http.StatusCreated)
}

// A file that is not a document is refused, by what is wrong with it, and nothing is
// kept.
func TestUploadsThatAreRefused(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	p := e.platform()
	made, stranger := p.waiting(), e.platform().waiting()
	typed := object{"documentType": "license"}
	pdf := "%PDF-1.4\n1 0 obj\nendobj\n%%EOF\n"
	for name, row := range map[string]struct {
		body        string
		status      int
		code, field string
	}{
		"no kind":                    {form(object{}, "a.png", png(1)), 422, "validationError", "documentType"},
		"an unknown kind":            {form(object{"documentType": "visa"}, "a.png", png(1)), 422, "validationError", "documentType"},
		"no file":                    {form(typed, "", ""), 422, "validationError", "file"},
		"an empty file":              {form(typed, "a.png", ""), 422, "validationError", "file"},
		"a text as the file":         {form(object{"documentType": "license", "file": "png"}, "", ""), 422, "validationError", "file"},
		"an unknown field":           {form(object{"documentType": "license", "color": "red"}, "a.png", png(1)), 422, "validationError", "color"},
		"a text that says image":     {form(typed, "a.png", "just a text"), 422, "invalidFileType", "file"},
		"an image that is cut off":   {form(typed, "a.png", png(1)[:20]), 422, "invalidFileType", "file"},
		"the first bytes of another": {form(typed, "a.jpg", "\xff\xd8\xff"+png(1)), 422, "invalidFileType", "file"},
		"a name that lies":           {form(typed, "a.jpg", png(1)), 422, "invalidFileType", "file"},
		"a name of a program":        {form(typed, "a.exe", png(1)), 422, "invalidFileType", "file"},
		"a PDF that does not end":    {form(typed, "a.pdf", "%PDF-1.4\nnothing more"), 422, "invalidFileType", "file"},
		"a page that says PDF":       {form(typed, "a.pdf", "<html>%PDF-1.4 %%EOF</html>"), 422, "invalidFileType", "file"},
		"another customer's owner": {
			form(object{"documentType": "license", "ownerId": stranger.id}, "a.png", png(1)), 404, "notFound", "",
		},
		"a form that is cut off": {strings.TrimSuffix(form(typed, "a.png", png(1)), "--"+boundary+"--\r\n"), 400, "malformedRequest", ""},
		"two files":              {strings.TrimSuffix(form(typed, "a.png", png(1)), "--"+boundary+"--\r\n") + form(object{}, "b.png", png(2)), 400, "malformedRequest", ""},
	} {
		t.Run(name, func(t *testing.T) {
			made := made.in(t)
			answered := made.self().post("/v3/documents", row.body, wrong)
			if answered.Status != row.status || answered.Str("error.details.code") != row.code || answered.Optional("error.details.parameter") != row.field {
				t.Errorf("%s answers %s", name, answered.Text)
			}
		})
	}
	made.self().post("/v3/documents", object{"documentType": "license"}, wrong).refused(http.StatusUnsupportedMediaType, "unsupportedMediaType", "")
	p.restricted("read").post(made.path("/documents"), license(1)).refused(http.StatusForbidden, "insufficientScope", "")
	e.client("X-CUSTOMER-ID", made.id).post("/v3/documents", license(1)).refused(http.StatusUnauthorized, "invalidCredentials", "")
	made.self().get("/v3/documents").ok(http.StatusOK).is("count", 0.0)
	made.self().get(made.path()).ok(http.StatusOK).lacks("documents")
	made.self().post("/v3/documents", form(typed, "a.pdf", pdf)).ok(http.StatusCreated).is("mediaType", "application/pdf")
	made.self().get("/v3/documents/"+stranger.id).refused(http.StatusNotFound, "notFound", "")
}

// A file that is too large is refused, whether its length is announced or not, and the
// rest of the API keeps its own, smaller limit.
func TestTooLargeUploadsAreRefused(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	made := e.platform().waiting()
	typed := object{"documentType": "license"}
	over := form(typed, "a.png", png(1)+strings.Repeat("x", evidence.MaxDocumentSize+1-len(png(1))))
	made.self().post("/v3/documents", over, wrong).refused(http.StatusRequestEntityTooLarge, "requestTooLarge", "file")
	far := form(typed, "a.png", png(1)+strings.Repeat("x", evidence.MaxDocumentSize+1<<20))
	made.self().post("/v3/documents", far, wrong).refused(http.StatusRequestEntityTooLarge, "requestTooLarge", "")
	made.self().get("/v3/documents").ok(http.StatusOK).is("count", 0.0)
	made.self().post("/v3/banks", strings.Repeat(" ", 2<<20), wrong).refused(http.StatusRequestEntityTooLarge, "requestTooLarge", "")
	// The rest is in a chunk of its own before the end, which is one too: 12 bytes without content.
	const chunk = 12
	rest := evidence.MaxDocumentSize - len(png(1)) - chunk
	at := len(png(1)) - chunk
	whole := form(typed, "a.png", png(1)[:at]+string(binary.BigEndian.AppendUint32(nil, uint32(rest)))+"prVt"+strings.Repeat("x", rest+4)+png(1)[at:])
	made.self().post("/v3/documents", whole).ok(http.StatusCreated).is("size", float64(evidence.MaxDocumentSize))
}

// At most four documents wait at once.
func TestFourDocumentsWaitAtOnce(t *testing.T) {
	t.Parallel()
	made := newEnv(t).platform().waiting()
	for shade := range uint8(4) {
		made.self().post("/v3/documents", license(shade)).ok(http.StatusCreated)
	}
	made.self().post("/v3/documents", license(5)).refused(http.StatusConflict, "maximumNumberOfResources", "")
}

// An upload repeated with its idempotency key gets the first answer, even though clients
// make up another boundary; another file under the key does not.
func TestUploadIsRepeatedUnderItsKey(t *testing.T) {
	t.Parallel()
	made := newEnv(t).platform().waiting()
	keyed := made.self().with("Idempotency-Key", "one")
	first := keyed.post("/v3/documents", license(1)).ok(http.StatusCreated)
	other := formUnder("another-one", object{"documentType": "license"}, "scan.PNG", png(1))
	again := keyed.with("Content-Type", "multipart/form-data; boundary=another-one").post("/v3/documents", other).ok(http.StatusCreated)
	if again.Text != first.Text || again.Header.Get("Idempotent-Replayed") != "true" {
		t.Errorf("the repeated one answers %s", again.Text)
	}
	keyed.post("/v3/documents", license(2)).refused(http.StatusConflict, "idempotencyConflict", "Idempotency-Key")
	made.self().get("/v3/documents").ok(http.StatusOK).is("count", 1.0)
}
