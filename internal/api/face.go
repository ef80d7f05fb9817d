package api

import (
	"context"
	"errors"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"tenantry/customers"
	"tenantry/internal/dialect"
	"tenantry/internal/fault"
	"tenantry/tenancy"
)

// faceOf gives the vendor's face that a path belongs to, nil for the native API.
func (s *Server) faceOf(path string) dialect.Face {
	for _, face := range s.options.Faces {
		if path == face.Prefix() || strings.HasPrefix(path, face.Prefix()+"/") {
			return face
		}
	}
	return nil
}

// faceIdentifier finds out who calls a face.
type faceIdentifier func(x *exchange, presented customers.Presented) (tenancy.Caller, error)

func (s *Server) identifyFace(x *exchange, presented customers.Presented) (tenancy.Caller, error) {
	presented.Address = clientAddress(x.Request(), s.options.TrustedProxies)
	return s.service.Authenticate(x.ctx, presented)
}

// identifyFaceLocal is the identifier of the local admin socket.
func (s *Server) identifyFaceLocal(x *exchange, presented customers.Presented) (tenancy.Caller, error) {
	return s.service.Local(x.ctx, presented.SubjectID)
}

// runFace makes the handler of a face's route, as run does for the native ones.
func (s *Server) runFace(face dialect.Face, r dialect.Route, local bool, identify faceIdentifier) echo.HandlerFunc {
	return func(c echo.Context) error {
		x := c.(*exchange)
		if x.hasEmptyParameter() {
			return echo.ErrNotFound
		}
		key, err := face.IdempotencyKey(x.Request())
		if err != nil {
			return err
		}
		presented, err := face.Presented(x.Request())
		if err != nil && !local {
			return err
		}
		if x.caller, err = identify(x, presented); err != nil {
			return err
		}
		if err := s.limit(x); err != nil {
			return err
		}
		changes := route{method: r.Method}.changes()
		if changes {
			of := route{upload: r.Upload}
			if r.Upload {
				of.media = dialect.MediaUpload
			}
			if err := s.readBody(x, of); err != nil {
				return err
			}
		}
		if changes && key != "" {
			return s.onceFace(x, face, r, key)
		}
		answer, err := r.Serve(x.forFace())
		if err != nil {
			return err
		}
		return x.send(answer)
	}
}

func (x *exchange) forFace() *dialect.Exchange {
	return &dialect.Exchange{
		Context: x.ctx, Request: x.Request(), Parameter: x.Param, Caller: x.caller, Content: x.content, Ref: x.ref, Attempt: x.attempt,
	}
}

// onceFace is once for a face, which may want refusals to be replayed too.
func (s *Server) onceFace(x *exchange, face dialect.Face, r dialect.Route, key string) error {
	attempt, earlier, err := s.service.Begin(x.ctx, x.caller, key, x.fingerprint())
	if err != nil {
		return err
	}
	if earlier != nil {
		x.replayed = true
		return x.send(*earlier)
	}
	x.attempt = attempt
	answer, err := r.Serve(x.forFace())
	ctx, cancel := context.WithTimeout(context.WithoutCancel(x.ctx), settleTimeout)
	defer cancel()
	if err == nil {
		s.note(x, s.service.Finish(ctx, attempt, answer))
		return x.send(answer)
	}
	refused := face.Refuse(x.ref, err)
	switch {
	case face.KeepsRefusal(refused.Status):
		s.note(x, s.service.Finish(ctx, attempt, refused))
	case refused.Status < http.StatusInternalServerError:
		s.note(x, s.service.Abandon(ctx, attempt))
	}
	return err
}

// refuseFace answers with an error in the vendor's shape.
func (s *Server) refuseFace(x *exchange, face dialect.Face, err error) {
	if refusal, ok := errors.AsType[*fault.Error](err); !ok || refusal.Kind == fault.Internal {
		err = refusalOf(err)
	}
	_ = x.send(face.Refuse(x.ref, err)) // The client is gone if this fails.
}
