package dwolla

import (
	"context"

	"tenantry/customers/evidence"
	"tenantry/customers/idempotency"
	"tenantry/customers/view"
	"tenantry/internal/dialect"
)

type shownDocument struct {
	Links        links      `json:"_links"`
	ID           string     `json:"id"`
	Status       string     `json:"status"` // pending, reviewed
	Type         string     `json:"type"`
	Created      view.Stamp `json:"created"`
	Verification string     `json:"documentVerificationStatus"` // pending, accepted, rejected
	Failure      string     `json:"failureReason,omitempty"`
	Failures     []object   `json:"allFailureReasons,omitempty"`
}

func showDocument(base string, d view.DocumentView) shownDocument {
	shown := shownDocument{
		Links: links{"self": to(base+"/documents/"+uuid(d.ID), "document")}, ID: uuid(d.ID), Status: string(d.Status),
		Type: string(d.Type), Created: d.Created, Verification: string(d.VerificationStatus),
	}
	for _, reason := range d.FailureReasons {
		if shown.Failure == "" {
			shown.Failure = reason
		}
		shown.Failures = append(shown.Failures, object{"reason": reason, "description": reason})
	}
	return shown
}

func showDocuments(href, base string, list []view.DocumentView) (idempotency.Answer, error) {
	items := make([]shownDocument, 0, len(list))
	for _, d := range list {
		items = append(items, showDocument(base, d))
	}
	return show(object{
		"_links": links{"self": to(href, "document")}, "_embedded": object{"documents": items}, "total": len(items),
	})
}

// readDocument reads the form of an upload. Fields that are not known are ignored.
func readDocument(x *dialect.Request) evidence.DocumentInput {
	up := x.Upload
	input := evidence.DocumentInput{ID: x.Attempt.ID, Kind: up.Fields["documentType"], Upload: up.File}
	if up.FieldName == "file" {
		input.FileName, input.Media = up.FileName, up.Media
	}
	return input
}

// awaitDocument lets in a file of a customer that the caller may send one for.
func (f *Handler) awaitDocument(x *dialect.Request) (*evidence.Upload, error) {
	_, id, err := f.findCustomer(x)
	if err != nil {
		return nil, err
	}
	return f.service.Evidence.Await(x, x.Caller, id)
}

// awaitOwnerDocument lets in a file of an owner that the caller may send one for.
func (f *Handler) awaitOwnerDocument(x *dialect.Request) (*evidence.Upload, error) {
	id, err := identify(x)
	if err != nil {
		return nil, err
	}
	return f.service.Evidence.AwaitOwner(x, x.Caller, evidence.SubresourceRef{ID: id})
}

func (f *Handler) addDocument(x *dialect.Request) (idempotency.Answer, error) {
	_, id, err := f.findCustomer(x)
	if err != nil {
		return idempotency.Answer{}, err
	}
	return f.takeDocument(x, func(ctx context.Context) (view.DocumentView, error) {
		return f.service.Evidence.AddDocument(ctx, x.Caller, id, readDocument(x))
	})
}

// takeDocument answers with where the document is that a step adds.
func (f *Handler) takeDocument(x *dialect.Request, add func(ctx context.Context) (view.DocumentView, error)) (idempotency.Answer, error) {
	answer, err := dialect.Answered(x, add, func(added view.DocumentView) (idempotency.Answer, error) {
		return f.created(x, "/documents/"+uuid(added.ID))
	})
	return answer, in(plainWords, err)
}

func (f *Handler) listDocuments(x *dialect.Request) (idempotency.Answer, error) {
	_, id, err := f.findCustomer(x)
	if err != nil {
		return idempotency.Answer{}, err
	}
	own, err := f.service.Evidence.Documents(x, x.Caller, evidence.DocumentsInput{CustomerID: id, OwnerID: evidence.OwnDocuments})
	if err != nil {
		return idempotency.Answer{}, err
	}
	base := f.base(x.Request)
	return showDocuments(base+"/customers/"+uuid(id)+"/documents", base, own.Documents)
}

func (f *Handler) getDocument(x *dialect.Request) (idempotency.Answer, error) {
	id, err := identify(x)
	if err != nil {
		return idempotency.Answer{}, err
	}
	found, err := f.service.Evidence.Document(x, x.Caller, evidence.SubresourceRef{ID: id})
	if err != nil {
		return idempotency.Answer{}, err
	}
	return show(showDocument(f.base(x.Request), found))
}

func (f *Handler) addOwnerDocument(x *dialect.Request) (idempotency.Answer, error) {
	id, err := identify(x)
	if err != nil {
		return idempotency.Answer{}, err
	}
	return f.takeDocument(x, func(ctx context.Context) (view.DocumentView, error) {
		return f.service.Evidence.AddOwnerDocument(ctx, x.Caller, evidence.SubresourceRef{ID: id}, readDocument(x))
	})
}

func (f *Handler) listOwnerDocuments(x *dialect.Request) (idempotency.Answer, error) {
	id, err := identify(x)
	if err != nil {
		return idempotency.Answer{}, err
	}
	list, err := f.service.Evidence.OwnerDocuments(x, x.Caller, evidence.SubresourceRef{ID: id})
	if err != nil {
		return idempotency.Answer{}, err
	}
	base := f.base(x.Request)
	return showDocuments(base+"/beneficial-owners/"+uuid(id)+"/documents", base, list)
}
