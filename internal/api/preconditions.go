package api

import (
	"slices"
	"strconv"
	"strings"

	"tenantry/internal/fault"
)

const (
	headerIfMatch     = "If-Match"
	headerIfNoneMatch = "If-None-Match"
)

// etag gives the strong entity tag of a version.
func etag(version int64) string { return `"` + strconv.FormatInt(version, 10) + `"` }

// tags is a parsed If-Match or If-None-Match: any version, or one of a list.
type tags struct {
	any  bool
	list []tag
}

type tag struct {
	weak   bool
	opaque string // with its quotes
}

// parseTags reads the values of one header; ok is false for what RFC 9110 does not
// allow there.
func parseTags(values []string) (parsed tags, ok bool) {
	rest := strings.TrimSpace(strings.Join(values, ","))
	if rest == "*" {
		return tags{any: true}, true
	}
	for {
		rest = strings.TrimLeft(rest, " \t,")
		if rest == "" {
			return parsed, len(parsed.list) > 0
		}
		var found tag
		rest, found.weak = strings.CutPrefix(rest, "W/")
		if !strings.HasPrefix(rest, `"`) {
			return tags{}, false
		}
		end := strings.IndexByte(rest[1:], '"')
		if end < 0 || strings.ContainsAny(rest[1:end+1], " \t") {
			return tags{}, false
		}
		found.opaque, rest = rest[:end+2], strings.TrimLeft(rest[end+2:], " \t")
		if rest != "" && rest[0] != ',' {
			return tags{}, false
		}
		parsed.list = append(parsed.list, found)
	}
}

// strongly tells whether the tags allow a change of that version.
func (t tags) strongly(version int64) bool {
	return t.any || slices.Contains(t.list, tag{opaque: etag(version)})
}

// weakly tells whether a copy that carries one of the tags is still good.
func (t tags) weakly(version int64) bool {
	return t.any || slices.ContainsFunc(t.list, func(given tag) bool { return given.opaque == etag(version) })
}

// version gives the one version that the tags can only mean.
func (t tags) version() (version int64, ok bool) {
	if len(t.list) != 1 || t.list[0].weak {
		return 0, false
	}
	version, err := strconv.ParseInt(strings.Trim(t.list[0].opaque, `"`), 10, 64)
	return version, err == nil && version > 0 && etag(version) == t.list[0].opaque
}

// ifVersion gives the version of the customer that If-Match demands, 0 for none.
// It returns PreconditionFailed for a header that is malformed or that cannot match,
// and what Service.Get returns.
func (s *Server) ifVersion(x *exchange) (int64, error) {
	values := x.Request().Header.Values(headerIfMatch)
	if len(values) == 0 {
		return 0, nil
	}
	demanded, ok := parseTags(values)
	if !ok {
		return 0, unmet("is malformed; send the ETag of an earlier answer, in its quotes, or *")
	}
	if demanded.any {
		return 0, nil
	}
	if version, ok := demanded.version(); ok {
		return version, nil
	}
	current, err := s.service.Get(x.ctx, x.caller, x.customerID())
	if err != nil {
		return 0, err
	}
	if !demanded.strongly(current.Version) {
		return 0, unmet("names no version that the customer is in; read it again")
	}
	return current.Version, nil
}

// isFresh tells whether If-None-Match says that the client has this version already.
func (x *exchange) isFresh(version int64) bool {
	known, ok := parseTags(x.Request().Header.Values(headerIfNoneMatch))
	return ok && known.weakly(version)
}

// refuseVersion refuses If-Match with a tag where there are no versions: nothing
// can match it, and to ignore it would change what the caller wanted protected.
func refuseVersion(x *exchange, r route) error {
	values := x.Request().Header.Values(headerIfMatch)
	if len(values) == 0 || r.versioned {
		return nil
	}
	if demanded, ok := parseTags(values); ok && demanded.any {
		return nil
	}
	return unmet("cannot match: only customers have versions")
}

func unmet(text string) error {
	return fault.New(fault.PreconditionFailed, fault.CodePrecondition, text).About(headerIfMatch, fault.BadValue)
}
