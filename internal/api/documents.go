package api

import (
	"context"
	"maps"
	"net/http"
	"slices"

	"github.com/labstack/echo/v4"

	"tenantry/customers/evidence"
	"tenantry/customers/view"
	"tenantry/internal/fault"
)

// uploadRoom is what a form with a file may take besides the file, in bytes.
const uploadRoom = 64 << 10

// documentRef returns the reference of the document that the path names.
func (req *request) documentRef() evidence.SubresourceRef {
	return evidence.SubresourceRef{CustomerID: req.customerID(), ID: req.Param("did")}
}

func (s *Server) listDocuments(req *request) (response, error) {
	q := &listQuery{values: req.QueryParams()}
	in := evidence.DocumentsInput{
		CustomerID: req.customerID(), OwnerID: req.QueryParam("ownerId"), Status: q.text("status", maxFilter),
		Deep: q.flag("deep"), Limit: q.limit(), Cursor: q.text("cursor", maxCursor),
	}
	in.Reading = q.faults.Err()
	found, err := s.service.Evidence.Documents(req.ctx, req.caller, in)
	if err != nil {
		return response{}, err
	}
	s.link(req, found.NextCursor)
	if !in.Deep {
		return response{status: http.StatusOK, body: whole(found.Documents)}, nil
	}
	return response{status: http.StatusOK, body: listBody[view.DocumentView]{
		Results: found.Documents, Count: found.Count, CountIsLowerBound: found.NextCursor != "",
		Settings: &listSettings{Limit: found.Limit, Order: "created ASC", NextCursor: found.NextCursor},
	}}, nil
}

// awaitDocument lets in a file of a customer that the caller may send one for.
func (s *Server) awaitDocument(req *request) (*evidence.Upload, error) {
	return s.service.Evidence.Await(req.ctx, req.caller, req.customerID())
}

func (s *Server) addDocument(req *request) (response, error) {
	in, err := req.documentInput()
	if err != nil {
		return response{}, err
	}
	return answered(s, req, func(ctx context.Context) (view.DocumentView, error) {
		return s.service.Evidence.AddDocument(ctx, req.caller, req.customerID(), in)
	}, func(added view.DocumentView) (response, error) {
		return response{
			status: http.StatusCreated, body: added, location: customersPath + req.customerID() + "/documents/" + added.ID,
		}, nil
	})
}

// documentInput reads the form of an upload: documentType, ownerId and file.
func (req *request) documentInput() (evidence.DocumentInput, error) {
	in := evidence.DocumentInput{ID: req.attempt.ID}
	up := req.upload
	var faults fault.List
	for _, name := range slices.Sorted(maps.Keys(up.Fields)) {
		switch name {
		case "documentType":
			in.Kind = up.Fields[name]
		case "ownerId":
			in.OwnerID = up.Fields[name]
		case "file":
			faults.Add(name, fault.BadValue, "must be a file, with a file name")
		default:
			faults.Add(name, fault.Unknown, "there is no such field; the form has documentType, ownerId and file")
		}
	}
	if up.HasFile && up.FieldName != "file" {
		faults.Add(up.FieldName, fault.Unknown, "there is no such field; send the file as file")
	}
	in.FileName, in.Media, in.Upload = up.FileName, up.Media, up.File
	return in, faults.Err()
}

func (s *Server) getDocument(req *request) (response, error) {
	found, err := s.service.Evidence.Document(req.ctx, req.caller, req.documentRef())
	return response{status: http.StatusOK, body: found}, err
}

func (s *Server) decideDocument(req *request) (response, error) {
	var in evidence.DocumentDecision
	if err := req.decode(&in); err != nil {
		return response{}, err
	}
	return answered(s, req, func(ctx context.Context) (view.DocumentView, error) {
		return s.service.Evidence.DecideDocument(ctx, req.caller, req.documentRef(), in)
	}, func(decided view.DocumentView) (response, error) {
		return response{status: http.StatusOK, body: decided}, nil
	})
}

// documentFile takes its reason as unmasked does. The bytes come from strangers, so they
// are sent as a file to save: no browser may take them for a page.
func (s *Server) documentFile(req *request) (response, error) {
	file, err := s.service.Evidence.DocumentFile(req.ctx, req.caller, evidence.DocumentFileInput{Document: req.documentRef(), Reason: req.reason()})
	if err != nil {
		return response{}, err
	}
	header := req.Response().Header()
	header.Set(echo.HeaderContentType, file.MediaType)
	header.Set(echo.HeaderContentDisposition, `attachment; filename="`+file.FileName+`"`)
	return response{status: http.StatusOK, page: file.Content}, nil
}
