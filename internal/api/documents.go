package api

import (
	"maps"
	"net/http"
	"slices"

	"github.com/labstack/echo/v4"

	"tenantry/customers"
	"tenantry/internal/dialect"
	"tenantry/internal/fault"
)

// uploadRoom is what a form with a file may take beside the file, in bytes.
const uploadRoom = 64 << 10

// document names a document of the path.
func (x *exchange) documentRef() customers.PartRef {
	return customers.PartRef{CustomerID: x.customerID(), ID: x.Param("did")}
}

func (s *Server) listDocuments(x *exchange) (reply, error) {
	list, err := s.service.Documents(x.ctx, x.caller, x.customerID(), x.QueryParam("ownerId"))
	return reply{status: http.StatusOK, body: whole(list)}, err
}

func (s *Server) addDocument(x *exchange) (reply, error) {
	in, err := x.documentInput()
	if err != nil {
		return reply{}, err
	}
	added, err := s.service.AddDocument(x.ctx, x.caller, x.customerID(), in)
	return reply{
		status: http.StatusCreated, body: added, location: customersPath + x.customerID() + "/documents/" + added.ID,
	}, err
}

// documentInput reads the form of an upload: documentType, ownerId and file.
func (x *exchange) documentInput() (customers.DocumentInput, error) {
	in := customers.DocumentInput{ID: x.attempt.ID}
	up, err := dialect.ReadUpload(x.Request(), x.content)
	if err != nil {
		return in, err
	}
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
	in.FileName, in.Media, in.Content = up.FileName, up.Media, up.Content
	return in, faults.Err()
}

func (s *Server) getDocument(x *exchange) (reply, error) {
	found, err := s.service.Document(x.ctx, x.caller, x.documentRef())
	return reply{status: http.StatusOK, body: found}, err
}

func (s *Server) decideDocument(x *exchange) (reply, error) {
	var in customers.DocumentDecision
	if err := x.decode(&in); err != nil {
		return reply{}, err
	}
	decided, err := s.service.DecideDocument(x.ctx, x.caller, x.documentRef(), in)
	return reply{status: http.StatusOK, body: decided}, err
}

// documentFile takes its reason as unmasked does. The bytes come from strangers, so
// no browser may take them for a page: they are a file to save.
func (s *Server) documentFile(x *exchange) (reply, error) {
	file, err := s.service.DocumentFile(x.ctx, x.caller, customers.DocumentFileInput{Document: x.documentRef(), Reason: x.reason()})
	if err != nil {
		return reply{}, err
	}
	header := x.Response().Header()
	header.Set(echo.HeaderContentType, file.MediaType)
	header.Set(echo.HeaderContentDisposition, `attachment; filename="`+file.FileName+`"`)
	return reply{status: http.StatusOK, page: file.Content}, nil
}
