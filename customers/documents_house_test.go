package customers_test

import (
	"bytes"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"strings"
	"testing"

	"tenantry/customers"
	"tenantry/tenancy"
)

// awaiting is quay in the hands of somebody whom the sandbox asks for a document.
var awaiting = strings.Replace(quay, `"firstName": "Ada"`, `"firstName": "document"`, 1)

// partner is an owner with all that is required.
const partner = `{"contact":{"firstName":"Dana","lastName":"Reef","dateOfBirth":"1980-03-04"},"personalTaxId":"007-77-8888",
  "address":{"street1":"3 Pier","city":"Portland","state":"ME","postalCode":"04101","country":"US"}}`

// named is partner under another first name.
func named(first string) string { return strings.Replace(partner, "Dana", first, 1) }

// picture is a PNG image; other shades are other files.
func picture(t testing.TB, shade uint8) []byte {
	t.Helper()
	var file bytes.Buffer
	must(t, png.Encode(&file, canvas(shade)))
	return file.Bytes()
}

func photo(t testing.TB, shade uint8) []byte {
	t.Helper()
	var file bytes.Buffer
	must(t, jpeg.Encode(&file, canvas(shade), nil))
	return file.Bytes()
}

func canvas(shade uint8) image.Image {
	canvas := image.NewGray(image.Rect(0, 0, 4, 4))
	canvas.SetGray(1, 1, color.Gray{Y: shade})
	return canvas
}

// upload adds a picture of the party itself.
func (h *house) upload(p party, shade uint8) (customers.DocumentView, error) {
	h.t.Helper()
	return h.svc.AddDocument(h.t.Context(), h.as(p), "", customers.DocumentInput{Kind: "license", Content: picture(h.t, shade)})
}

func (h *house) rule(by party, id, body string) (customers.DocumentView, error) {
	h.t.Helper()
	return h.svc.DecideDocument(h.t.Context(), h.as(by), customers.PartRef{ID: id}, input[customers.DocumentDecision](h.t, body))
}

func (h *house) own(p party, body string) (customers.OwnerView, error) {
	h.t.Helper()
	return h.svc.AddOwner(h.t.Context(), h.as(p), "", input[customers.OwnerInput](h.t, body))
}

// files gives the sealed bytes of a document, nil for none.
func (h *house) file(p party, document string) []byte {
	h.t.Helper()
	box, err := h.store.Document(h.t.Context(), h.record(p.id).Ref(), parsed(h.t, document))
	if err != nil {
		return nil
	}
	return box
}

// types are the events that still wait in the outbox, by type.
func (h *house) types(p party) []string {
	var list []string
	for _, event := range h.record(p.id).Outbox {
		list = append(list, event.Type)
	}
	return list
}

func parsed(t testing.TB, id string) tenancy.ID {
	t.Helper()
	found, err := tenancy.ParseID(id)
	must(t, err)
	return found
}
