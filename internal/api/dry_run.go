package api

import (
	"strings"

	"tenantry/internal/dryrun"
	"tenantry/internal/fault"
)

const (
	parameterDryRun = "dryRun"
	headerDryRun    = "Dry-Run"
)

// Why routes refuse dryRun although they may change something.
const (
	reasonSignIn   = "it signs in or out, and there is nothing to try but the credential"
	reasonGuess    = "its wrong answers are counted, so that nobody guesses, and a dry run would not count them"
	reasonPreview  = "it changes nothing"
	reasonProvider = "only an identity service calls it"
)

// takesDryRun reports whether requests to the route can be tried: every native one that
// changes something, unless the table of routes says why not.
func (r route) takesDryRun() bool {
	return r.dialect == nil && r.changes() && strings.HasPrefix(r.path, "/v3/") && r.noDryRun == ""
}

// tryOnly makes a request with dryRun=true one that writes nothing, whatever its handler
// does. It returns Invalid for another value, and on a route that cannot be tried.
func (req *request) tryOnly(r route) error {
	if r.dialect != nil || !req.hasQuery(parameterDryRun) {
		return nil
	}
	if r.noDryRun != "" {
		return fault.New(fault.Invalid, fault.CodeValidation, "this request cannot be tried: "+r.noDryRun+"; leave the parameter out").
			About(parameterDryRun, fault.Unknown)
	}
	if !r.takesDryRun() {
		return nil // refused as unknown
	}
	q := &listQuery{values: req.QueryParams()}
	dry := q.flag(parameterDryRun)
	if err := q.faults.Err(); err != nil || !dry {
		return err
	}
	req.dry, req.ctx = true, dryrun.With(req.ctx)
	req.Response().Header().Set(headerDryRun, "true")
	return nil
}

// hasQuery reports whether the request has a parameter of that name.
func (req *request) hasQuery(name string) bool {
	return req.Request().URL.RawQuery != "" && req.QueryParams().Has(name)
}

// withoutSecrets returns the response of a dry run: the keys, secrets and links in it were
// made up and open nothing, so it leaves them out.
func (r response) withoutSecrets() response {
	if r.redacted != nil {
		r.body, r.redacted, r.keeps = r.redacted, nil, nil
	}
	return r
}
