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

// etag returns the strong entity tag of a version.
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

// parseTags reads the values of one header; ok is false for what RFC 9110 does not allow
// there.
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

// weakly reports whether a copy that carries one of the tags is still good.
func (t tags) weakly(version int64) bool {
	return t.any || t.has(etag(version))
}

// has reports whether one of the tags is that one, strong or weak.
func (t tags) has(opaque string) bool {
	return slices.ContainsFunc(t.list, func(given tag) bool { return given.opaque == opaque })
}

// versions returns the versions that the tags allow to change. A weak tag, or one that
// was never issued, allows none.
func (t tags) versions() []int64 {
	versions := []int64{}
	for _, given := range t.list {
		version, err := strconv.ParseInt(strings.Trim(given.opaque, `"`), 10, 64)
		if err == nil && version > 0 && !given.weak && etag(version) == given.opaque {
			versions = append(versions, version)
		}
	}
	return versions
}

// ifVersions returns the versions of the customer that If-Match demands, nil for no
// demand. It returns PreconditionFailed for a malformed header.
func (req *request) ifVersions() ([]int64, error) {
	values := req.Request().Header.Values(headerIfMatch)
	if len(values) == 0 {
		return nil, nil
	}
	demanded, ok := parseTags(values)
	switch {
	case !ok:
		return nil, unmet("is malformed; send the ETag of an earlier answer, in its quotes, or *")
	case demanded.any:
		return nil, nil
	}
	return demanded.versions(), nil
}

// isFresh reports whether If-None-Match says that the client has this version already.
func (req *request) isFresh(version int64) bool {
	known, ok := parseTags(req.Request().Header.Values(headerIfNoneMatch))
	return ok && known.weakly(version)
}

// refuseVersion refuses If-Match with a tag on a route without versions: nothing can
// match it, and to ignore it would change what the caller wanted protected. Dialects are
// exempt, because their vendors have no versions and the clients send none.
func refuseVersion(req *request, r route) error {
	values := req.Request().Header.Values(headerIfMatch)
	if len(values) == 0 || r.versioned || r.dialect != nil {
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
