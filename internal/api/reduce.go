package api

import (
	"errors"
	"slices"

	"tenantry/customers/idempotency"
	"tenantry/internal/jsonobj"
	"tenantry/tenancy"
)

// identifying are the members that every write is answered with, whoever made it.
var identifying = []string{"id", "object", "lastUpdated"}

// writesBlindly reports whether the caller of a route that changes something may not read
// what it changes: its answer must not show what a read would be refused. Tokens show
// nothing but themselves, and are for browsers.
func (req *request) writesBlindly(r route) bool {
	if !r.changes() || r.access != signed || req.caller.Actor == nil {
		return false
	}
	return !req.caller.Credential.Scopes.Has(tenancy.Read)
}

// reduced takes from the answer of a write what only a reader may see: what is left says
// which record was written, and in which version.
func (req *request) reduced(given response, a idempotency.Answer) (idempotency.Answer, error) {
	if req.dialect != nil {
		return req.dialect.Reduce(a)
	}
	if given.body == nil {
		return a, nil
	}
	body, err := only(a.Body, append(slices.Clone(identifying), given.keeps...))
	if err != nil {
		return a, err
	}
	a.Body = body
	if a.Redacted != nil {
		a.Redacted, err = only(a.Redacted, identifying)
	}
	return a, err
}

// only returns a JSON object with no more than the given members, in their order there.
func only(object []byte, members []string) ([]byte, error) {
	all, ok := jsonobj.Members(object)
	if !ok { // a list: each of it is for readers
		return nil, errors.New("reducing an answer: it is no object")
	}
	all = slices.DeleteFunc(all, func(m jsonobj.Member) bool { return !slices.Contains(members, m.Key) })
	if len(all) == 0 {
		return []byte("{}\n"), nil
	}
	return append(jsonobj.Write(all), '\n'), nil
}
