package api

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"tenantry/customers/idempotency"
	"tenantry/internal/fault"
)

// errorBody is the one shape of every refusal (PayStand API reference, errors).
type errorBody struct {
	Error errorObject `json:"error"`
}

type errorObject struct {
	Name        string         `json:"name"`
	Status      string         `json:"status"`
	Type        string         `json:"type"`
	Description string         `json:"description"`
	Details     errorDetails   `json:"details"`
	Errors      []errorDetails `json:"errors,omitempty"`
	Ref         string         `json:"ref"`
}

// errorDetails describes one failing field, or the one thing that is wrong.
type errorDetails struct {
	Code        fault.Code   `json:"code"`
	Description string       `json:"description"`
	DetailCode  fault.Detail `json:"detailCode"`
	Parameter   string       `json:"parameter,omitempty"`
	Value       string       `json:"value,omitempty"`
	Explanation string       `json:"explanation,omitempty"`
	// MoreInfo is where the page about the code is.
	MoreInfo string `json:"moreInfo,omitempty"`
}

// refusalOf returns the public half of any error. An error that is not a refusal becomes
// an internal error, which reveals nothing.
func refusalOf(err error) *fault.Error {
	if refusal, ok := errors.AsType[*fault.Error](err); ok {
		if refusal.Kind == fault.Internal && refusal.Code != fault.CodeDamaged {
			return internalError()
		}
		return refusal
	}
	if route, ok := errors.AsType[*echo.HTTPError](err); ok {
		switch route.Code {
		case http.StatusNotFound:
			return fault.New(fault.NotFound, fault.CodeNotFound, "there is no such route; see /openapi.yaml")
		case http.StatusMethodNotAllowed:
			return fault.New(fault.MethodNotAllowed, fault.CodeMethod, "this route does not support the method; the header Allow lists those it does")
		}
	}
	if errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled) {
		return fault.New(fault.Unavailable, fault.CodeUnavailable, "the request took longer than it may; try again")
	}
	return internalError()
}

func internalError() *fault.Error {
	return fault.New(fault.Internal, fault.CodeInternal,
		"this is a fault of ours; tell support the ref of this answer")
}

// Refuse answers with a refusal as the native API does, for routes that stand beside it.
func (s *Server) Refuse(w http.ResponseWriter, err error) {
	refusal, ref := refusalOf(err), s.newRef()
	status, body := refusalBody(refusal, s.options.PublicURL, ref)
	w.Header().Set("X-Request-Id", ref)
	w.Header().Set(echo.HeaderContentType, "application/json; charset=utf-8")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body) // the client is gone if this fails
}

// refusalBody returns the native form of a refusal and its status.
func refusalBody(refusal *fault.Error, base, ref string) (int, errorBody) {
	class, details := classOf(refusal.Kind), describe(refusal.Code, refusal.Violation)
	details.MoreInfo = base + DocsPath + "/errors/" + string(refusal.Code)
	return class.status, errorBody{Error: errorObject{
		Name: class.name, Status: strconv.Itoa(class.status), Type: class.family, Description: class.text,
		Details: details, Errors: describeAll(refusal, details), Ref: ref,
	}}
}

// faultAnswer writes a refusal as the native API does.
func (req *request) faultAnswer(refusal *fault.Error) (idempotency.Answer, error) {
	status, shown := refusalBody(refusal, req.base, req.ref)
	body, err := encode(shown)
	header := map[string]string{}
	if status == http.StatusUnauthorized {
		header[echo.HeaderWWWAuthenticate] = challenge(req.Request().Header)
	}
	if refusal.RetryAfterSeconds > 0 {
		header[echo.HeaderRetryAfter] = strconv.Itoa(refusal.RetryAfterSeconds)
	}
	return idempotency.Answer{Status: status, Header: header, Body: body}, err
}

func describe(code fault.Code, v fault.Violation) errorDetails {
	return errorDetails{
		Code: code, Description: codeText(code), DetailCode: v.Detail,
		Parameter: v.Field, Value: v.Value, Explanation: v.Text,
	}
}

// describeAll lists every failing field, the first of which is described already, if there
// is more than one.
func describeAll(refusal *fault.Error, first errorDetails) []errorDetails {
	if len(refusal.More) == 0 {
		return nil
	}
	list := make([]errorDetails, 0, len(refusal.More)+1)
	list = append(list, first)
	for _, more := range refusal.More {
		list = append(list, describe(refusal.Code, more))
	}
	return list
}

// challenge returns the scheme that the client should use: Basic only for a client that
// tried it, because browsers would ask people for a password.
func challenge(header http.Header) string {
	if strings.HasPrefix(strings.ToLower(header.Get(echo.HeaderAuthorization)), "basic ") {
		return `Basic realm="tenantry", charset="UTF-8"`
	}
	return `Bearer realm="tenantry"`
}
