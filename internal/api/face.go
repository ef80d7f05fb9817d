package api

import (
	"errors"

	"tenantry/customers"
	"tenantry/internal/dialect"
	"tenantry/internal/fault"
)

// ownerOf gives the face whose path it is, nil for the native API.
func ownerOf(path string, faces []dialect.Face) dialect.Face {
	for _, face := range faces {
		if face.Owns(path) {
			return face
		}
	}
	return nil
}

// faceRoutes are the routes of a face, to be run as the native ones are.
func (s *Server) faceRoutes(face dialect.Face) []route {
	var list []route
	for _, given := range face.Routes() {
		r := route{
			method: given.Method, path: given.Pattern, media: given.Media, maxBody: given.MaxBody, face: face, guest: given.Guest,
			operation: func(x *exchange) (reply, error) {
				whole, err := given.Serve(s.forFace(x))
				return reply{whole: &whole}, err
			},
		}
		if given.Open {
			r.access = open
		}
		list = append(list, r)
	}
	return list
}

// forFace is what a face gets of an exchange.
func (s *Server) forFace(x *exchange) *dialect.Exchange {
	return &dialect.Exchange{
		Context: x.ctx, Request: x.Request(), Parameter: x.Param, Address: clientAddress(x.Request(), s.options.TrustedProxies),
		Caller: x.caller, Content: x.content, Ref: x.ref, Attempt: x.attempt,
	}
}

// refusalAnswer writes an error in the shape of whose route or path it is. A face
// gets errors of its own making as they are, and of faults of ours nothing.
func (s *Server) refusalAnswer(x *exchange, err error) (customers.Answer, error) {
	public := refusalOf(err)
	if x.face == nil {
		return x.faultAnswer(public)
	}
	if _, ours := errors.AsType[*fault.Error](err); !ours || public.Kind == fault.Internal {
		err = public
	}
	return x.face.Refuse(s.forFace(x), err), nil
}
