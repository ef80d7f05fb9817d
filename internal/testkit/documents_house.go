package testkit

import (
	"bytes"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"strings"
	"testing"

	"tenantry/customers/evidence"
	"tenantry/customers/fields"
	"tenantry/customers/view"
	"tenantry/tenancy"
)

// Awaiting is quay in the hands of somebody whom the sandbox asks for a document.
var Awaiting = strings.Replace(Quay, `"firstName": "Ada"`, `"firstName": "document"`, 1)

// Partner is an owner with all that is required.
const Partner = `{"contact":{"firstName":"Dana","lastName":"Reef","dateOfBirth":"1980-03-04"},"personalTaxId":"007-77-8888",
  "address":{"street1":"3 Pier","city":"Portland","state":"ME","postalCode":"04101","country":"US"}}`

// Named is partner under another first name.
func Named(first string) string { return strings.Replace(Partner, "Dana", first, 1) }

// Picture is a PNG image; other shades are other files.
func Picture(t testing.TB, shade uint8) []byte {
	t.Helper()
	var file bytes.Buffer
	Must(t, png.Encode(&file, canvas(shade)))
	return file.Bytes()
}

func Photo(t testing.TB, shade uint8) []byte {
	t.Helper()
	var file bytes.Buffer
	Must(t, jpeg.Encode(&file, canvas(shade), nil))
	return file.Bytes()
}

func canvas(shade uint8) image.Image {
	canvas := image.NewGray(image.Rect(0, 0, 4, 4))
	canvas.SetGray(1, 1, color.Gray{Y: shade})
	return canvas
}

// Upload adds a picture of the party itself.
func (h *Env) Upload(p Party, shade uint8) (view.DocumentView, error) {
	h.T.Helper()
	return h.Svc.Evidence.AddDocument(h.T.Context(), h.As(p), "", evidence.DocumentInput{Kind: "license", Content: Picture(h.T, shade)})
}

func (h *Env) Rule(by Party, id, body string) (view.DocumentView, error) {
	h.T.Helper()
	return h.Svc.Evidence.DecideDocument(h.T.Context(), h.As(by), evidence.SubresourceRef{ID: id}, Input[evidence.DocumentDecision](h.T, body))
}

func (h *Env) Own(p Party, body string) (view.OwnerView, error) {
	h.T.Helper()
	return h.Svc.Evidence.AddOwner(h.T.Context(), h.As(p), "", Input[fields.OwnerInput](h.T, body))
}

// files gives the sealed bytes of a document, nil for none.
func (h *Env) File(p Party, document string) []byte {
	h.T.Helper()
	box, err := h.Store.Document(h.T.Context(), h.Record(p.ID).Ref(), Parsed(h.T, document))
	if err != nil {
		return nil
	}
	return box
}

// Types are the events that still wait in the outbox, by type.
func (h *Env) Types(p Party) []string {
	var list []string
	for _, event := range h.Record(p.ID).Outbox {
		list = append(list, event.Type)
	}
	return list
}

func Parsed(t testing.TB, id string) tenancy.ID {
	t.Helper()
	found, err := tenancy.ParseID(id)
	Must(t, err)
	return found
}
