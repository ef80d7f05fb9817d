package console

import (
	"context"
	"errors"
	"io"
	"mime/multipart"
	"net/http"
	"strings"

	"tenantry/customers/evidence"
	"tenantry/customers/view"
	"tenantry/internal/console/page"
	"tenantry/internal/fault"
	"tenantry/internal/patch"
	"tenantry/tenancy"
)

var documentActions = map[string]handler{
	"GET /new":             showNewDocument,
	"POST /new":            addDocument,
	"GET /{part}/decide":   showDecideDocument,
	"POST /{part}/decide":  decideDocument,
	"GET /{part}/read":     showReadDocument,
	"POST /{part}/read":    readDocument,
	"POST /{part}/content": readDocument,
}

// documentKinds are the kinds of document by their words.
var documentKinds = []page.Choice{{Value: "passport", Text: "Passport"}, {Value: "license", Text: "Driver's license"}, {Value: "idCard", Text: "Identity card"}, {Value: "other", Text: "Other, such as a registration"}}

type documentRow struct {
	view.DocumentView
	Kind, Whose       string
	MayRead, MayJudge bool
}

// documentRows returns documents with whose they are.
func (v *visit) documentRows() ([]documentRow, error) {
	list, err := v.app.Evidence.Documents(v.r.Context(), v.caller, evidence.DocumentsInput{CustomerID: v.id()})
	if err != nil {
		return nil, err
	}
	owners, err := v.app.Evidence.Owners(v.r.Context(), v.caller, v.id())
	if err != nil {
		return nil, err
	}
	above := tenancy.IsAbove(v.own, v.customer)
	var rows []documentRow
	for _, one := range list.Documents {
		row := documentRow{DocumentView: one, Whose: v.customer.Name, Kind: string(one.Type)}
		for _, kind := range documentKinds {
			if kind.Value == string(one.Type) {
				row.Kind = kind.Text
			}
		}
		for _, owner := range owners {
			if owner.ID == one.OwnerID {
				row.Whose = ownerName(owner)
			}
		}
		row.MayRead = tenancy.IsOperator(v.own) && v.can(tenancy.Unmask)
		row.MayJudge = above && v.can(tenancy.IdentityDecide) && one.VerificationStatus == "pending"
		rows = append(rows, row)
	}
	return rows, nil
}

func showDocuments(v *visit) error {
	list, err := v.documentRows()
	if err != nil {
		return err
	}
	v.curl("GET", "/v3/customers/"+v.id()+"/documents", nil)
	return v.show("documents", map[string]any{"Documents": list, "At": v.at("documents"), "MayWrite": v.can(tenancy.CustomersWrite)})
}

func (v *visit) documentForm(form *page.Form) (map[string]any, error) {
	owners, err := v.app.Evidence.Owners(v.r.Context(), v.caller, v.id())
	if err != nil {
		return nil, err
	}
	whose := []page.Choice{{Value: "", Text: v.customer.Name}}
	for _, owner := range owners {
		whose = append(whose, page.Choice{Value: owner.ID, Text: ownerName(owner)})
	}
	return map[string]any{"Form": form, "Kinds": documentKinds, "Whose": whose, "Action": v.at("documents/new"), "Back": v.at("documents")}, nil
}

func showNewDocument(v *visit) error {
	data, err := v.documentForm(&page.Form{})
	if err != nil {
		return err
	}
	v.shell.Curl = strings.Replace(v.shell.Curl, "curl -sS ", "curl -sS -X POST -F documentType=passport -F file=@passport.jpg ", 1)
	v.shell.Curl = strings.Replace(v.shell.Curl, "/v3/customers/"+v.id()+"'", "/v3/customers/"+v.id()+"/documents'", 1)
	return v.show("document-new", data)
}

// addDocument receives a file piece by piece. The token of the form is its first field, so
// that nothing of a stranger's file is read.
func addDocument(v *visit) error {
	if err := v.kit.CheckSite(v.r); err != nil {
		return err
	}
	v.r.Body = http.MaxBytesReader(v.w, v.r.Body, evidence.MaxDocumentSize+64<<10)
	parts, err := v.r.MultipartReader()
	if err != nil {
		return fault.Wrap(err, fault.Malformed, fault.CodeMalformed, "the form cannot be read; go back and send it again")
	}
	form := page.NewForm()
	upload, name, media, err := v.receive(parts, form)
	if upload != nil {
		// Whatever no customer took by then goes again.
		defer upload.Discard(context.WithoutCancel(v.r.Context()))
	}
	if err == nil {
		in := evidence.DocumentInput{OwnerID: form.Value("ownerId"), Kind: form.Value("documentType"), FileName: name, Media: media, Upload: upload}
		if upload == nil || upload.Size() == 0 {
			err = fault.New(fault.Invalid, fault.CodeValidation, "choose a file").About("file", fault.Missing)
		} else {
			_, err = v.app.Evidence.AddDocument(v.r.Context(), v.caller, v.id(), in)
		}
	}
	if err != nil {
		data, failed := v.documentForm(form)
		if failed != nil {
			return failed
		}
		return v.again("document-new", form, data, err)
	}
	return v.done("The document was added and waits for a decision.", v.at("documents"))
}

// receive reads the fields of the form and its file.
func (v *visit) receive(parts *multipart.Reader, form *page.Form) (upload *evidence.Upload, name, media string, err error) {
	proven := false
	for {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			if !proven {
				err = v.kit.CheckToken("", v.secret)
			} else {
				err = nil
			}
			return upload, name, media, err
		}
		if err != nil {
			return upload, name, media, fault.Wrap(err, fault.TooLarge, fault.CodeTooLarge, "the file is too large, or the connection broke; a document has at most 10 MB").About("file", fault.TooLong)
		}
		if part.FormName() != "file" {
			text, err := io.ReadAll(io.LimitReader(part, 1<<10))
			if err != nil {
				return upload, name, media, fault.Wrap(err, fault.Malformed, fault.CodeMalformed, "the form cannot be read; go back and send it again")
			}
			if part.FormName() == page.FormTokenField {
				if err := v.kit.CheckToken(string(text), v.secret); err != nil {
					return upload, name, media, err
				}
				proven = true
				continue
			}
			form.Values.Set(part.FormName(), string(text))
			continue
		}
		if !proven {
			return upload, name, media, v.kit.CheckToken("", v.secret)
		}
		if part.FileName() == "" || upload != nil {
			continue
		}
		name, media = part.FileName(), part.Header.Get("Content-Type")
		if media == "application/octet-stream" {
			media = "" // a browser that does not know
		}
		if upload, err = v.app.Evidence.Await(v.r.Context(), v.caller, v.id()); err != nil {
			return nil, name, media, err
		}
		if err := upload.Receive(v.r.Context(), part); err != nil {
			return upload, name, media, err
		}
	}
}

func (v *visit) documentRow() (documentRow, error) {
	list, err := v.documentRows()
	if err != nil {
		return documentRow{}, err
	}
	for _, one := range list {
		if one.ID == v.r.PathValue("part") {
			return one, nil
		}
	}
	return documentRow{}, fault.NotFoundError()
}

// failureReasons are those that a rejection can be given; vendors' clients know them.
var failureReasons = []page.Choice{
	{Value: "ScanNotReadable", Text: "It cannot be read"}, {Value: "ScanNotUploaded", Text: "Something else was sent"}, {Value: "ScanIdExpired", Text: "It has expired"},
	{Value: "ScanNameMismatch", Text: "The name differs"}, {Value: "ScanDobMismatch", Text: "The date of birth differs"}, {Value: "ScanIdTypeNotSupported", Text: "This kind is not accepted"},
	{Value: "ScanFailedOther", Text: "Another reason"},
}

func showDecideDocument(v *visit) error {
	row, err := v.documentRow()
	if err != nil {
		return err
	}
	v.curl("PATCH", "/v3/customers/"+v.id()+"/documents/"+row.ID, map[string]any{"decision": "accepted"})
	return v.show("document-decide", map[string]any{"Document": row, "Form": &page.Form{}, "Reasons": failureReasons, "Action": v.at("documents/" + row.ID + "/decide"), "Back": v.back("documents")})
}

// back returns the page that a form returns to: the review desk, or a tab.
func (v *visit) back(tab string) string {
	from := v.r.URL.Query().Get("from")
	if from == "" {
		from = v.r.PostForm.Get("from")
	}
	if from == "desk" {
		return "/console/reviews/" + v.id()
	}
	return v.at(tab)
}

func decideDocument(v *visit) error {
	form := page.Typed(v.r.PostForm)
	row, err := v.documentRow()
	if err != nil {
		return err
	}
	in := evidence.DocumentDecision{Decision: patch.Of(form.Value("decision"))}
	if form.Value("decision") == "rejected" {
		in.Reasons = patch.Of([]string{form.Value("reason")})
	}
	if _, err := v.app.Evidence.DecideDocument(v.r.Context(), v.caller, v.part(), in); err != nil {
		return v.again("document-decide", form, map[string]any{"Document": row, "Form": form, "Reasons": failureReasons, "Action": v.at("documents/" + row.ID + "/decide"), "Back": v.back("documents")}, err)
	}
	return v.done("The document was "+form.Value("decision")+".", v.back("documents"))
}

func showReadDocument(v *visit) error {
	row, err := v.documentRow()
	if err != nil {
		return err
	}
	v.curl("GET", "/v3/customers/"+v.id()+"/documents/"+row.ID+"/file?reason=…", nil)
	return v.show("document-read", map[string]any{"Document": row, "Form": &page.Form{}, "Action": v.at("documents/" + row.ID + "/read"), "Back": v.back("documents")})
}

// readDocument sends the bytes of a document as a file to save: they come from strangers,
// so no browser may take them for a page. Why it is read is in the audit trail before.
func readDocument(v *visit) error {
	form := page.Typed(v.r.PostForm)
	row, err := v.documentRow()
	if err != nil {
		return err
	}
	file, err := v.app.Evidence.DocumentFile(v.r.Context(), v.caller, evidence.DocumentFileInput{Document: v.part(), Reason: strings.TrimSpace(form.Value("reason"))})
	if err != nil {
		return v.again("document-read", form, map[string]any{"Document": row, "Form": form, "Action": v.at("documents/" + row.ID + "/read"), "Back": v.back("documents")}, err)
	}
	page.Protect(v.w.Header())
	v.w.Header().Set("Content-Type", file.MediaType)
	v.w.Header().Set("Content-Disposition", `attachment; filename="`+file.FileName+`"`)
	_, _ = v.w.Write(file.Content) // the client is gone if this fails
	return nil
}
