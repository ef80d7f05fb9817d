package api_test

import (
	"net/http"
	"testing"
)

// If-Match lets a change through only for the version that was read, and is decided
// before anything changes.
func TestIfMatch(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	p := e.platform()
	child := p.merchant()
	p.self().put(child.path(), object{"name": "Two"}).ok(http.StatusOK)
	for match, status := range map[string]int{
		`"1"`: 412, `"3"`: 412, `"02"`: 412, `W/"2"`: 412, `"1", "3"`: 412, `"x"`: 412, `""`: 412, `"-2"`: 412,
		`2`: 412, `"2`: 412, `,`: 412, `"2" "3"`: 412, `*,"2"`: 412, `"2 "`: 412,
	} {
		t.Run(match, func(t *testing.T) {
			child, p := child.in(t), p.in(t)
			for _, method := range []string{http.MethodPut, http.MethodPatch, http.MethodDelete} {
				got := p.self().with("If-Match", match).do(method, child.path(), bodyFor(method)).ok(status)
				got.refused(status, "preconditionFailed", got.Optional("error.details.parameter"))
			}
		})
	}
	p.self().get(child.path()).ok(http.StatusOK).is("name", "Two")

	version := `"2"`
	for _, match := range []string{version, `"1", "3"`, `"9" , W/"1","4"`, "*"} {
		got := p.self().with("If-Match", match).put(child.path(), object{"name": "Name " + match}).ok(http.StatusOK)
		version = got.Header.Get("ETag")
	}
	if version != `"6"` {
		t.Errorf("the version is %s", version)
	}
	p.self().with("If-Match", version).delete(child.path()).ok(http.StatusNoContent)
}

func bodyFor(method string) any {
	if method == http.MethodDelete {
		return nil
	}
	return object{"name": "Changed"}
}

// A precondition does not reveal whether a foreign customer exists.
func TestIfMatchTellsNothingOfStrangers(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	p, stranger := e.platform(), e.platform().merchant()
	for _, match := range []string{`"1"`, `"2"`, `"1","2"`, `"x"`, "*", "junk"} {
		t.Run(match, func(t *testing.T) {
			p, stranger := p.in(t), stranger.in(t)
			foreign := p.self().with("If-Match", match).put(stranger.path(), object{"name": "x"})
			missing := p.self().with("If-Match", match).put("/v3/customers/"+missingID, object{"name": "x"})
			if withoutRef(foreign) != withoutRef(missing) {
				t.Errorf("%s: they differ:\n%s\n%s", match, foreign.Text, missing.Text)
			}
		})
	}
}

// A caller that may change a customer may do it under any form of If-Match, without a
// scope to read.
func TestIfMatchNeedsNoScopeToRead(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	p := e.platform()
	child := p.merchant()
	writer := p.restricted("customers:write", "customers:delete")
	for _, match := range []string{`"1"`, `"1", "2"`, `W/"3", "3", "4"`, "*"} {
		writer.with("If-Match", match).put(child.path(), object{"description": "Seen " + match}, shows).ok(http.StatusOK)
	}
	writer.with("If-Match", `"1", W/"5"`).put(child.path(), object{"description": "Late"}).
		refused(http.StatusPreconditionFailed, "preconditionFailed", "")
	writer.with("If-Match", `"5", "9"`).delete(child.path()).ok(http.StatusNoContent)
}

// A resource without versions matches no tag: to ignore the tag would change what the
// caller wanted protected.
func TestIfMatchWhereThereAreNoVersions(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	p := e.platform()
	p.self().with("If-Match", `"1"`).post(p.path("/banks"), bank()).refused(http.StatusPreconditionFailed, "preconditionFailed", "If-Match")
	p.self().get(p.path("/banks")).ok(http.StatusOK).is("count", 0.0)
	p.self().with("If-Match", "*").post(p.path("/banks"), bank()).ok(http.StatusCreated)
}

// If-None-Match saves sending the body of a copy that is still good.
func TestIfNoneMatch(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	p := e.platform()
	for match, status := range map[string]int{`"1"`: 304, `W/"1"`: 304, `"7", "1"`: 304, "*": 304, `"2"`: 200, "1": 200, "": 200} {
		t.Run(match, func(t *testing.T) {
			p := p.in(t)
			got := p.self().with("If-None-Match", match).get(p.path()).ok(status)
			if got.Header.Get("ETag") != `"1"` || (status == 304) != (got.Text == "") {
				t.Errorf("%s: ETag %s, %d bytes", match, got.Header.Get("ETag"), len(got.Text))
			}
		})
	}
	p.self().with("If-None-Match", "*").get("/v3/customers/" + missingID).ok(http.StatusNotFound)
	p.self().put(p.path(), object{"name": "New"}).ok(http.StatusOK)
	p.self().with("If-None-Match", `"1"`).get(p.path()).ok(http.StatusOK)
}
