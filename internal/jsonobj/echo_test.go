package jsonobj_test

import (
	"strings"
	"testing"

	"tenantry/internal/jsonobj"
)

// What equals what was shown is left out, member by member where its reader merges and as
// a whole elsewhere; what differs, or was not shown, stays in its order.
func TestChanged(t *testing.T) {
	t.Parallel()
	shown := map[string]any{
		"name": "Ada", "phone": "", "none": nil, "n": 1.5, "id": 12345678901234567,
		"meta": map[string]any{"a": 1, "b": []any{true, "x"}}, "address": map[string]any{"city": "Bangor", "zip": "04401"},
	}
	for sent, want := range map[string]string{
		`{"name":"Ada","phone":"","none":null,"n":1.5}`:   `{}`,
		`{"name":"Ad\u0061", "n":15e-1}`:                  `{}`,
		`{"name":"ada","phone":null,"none":"","n":"1.5"}`: `{"name":"ada","phone":null,"none":"","n":"1.5"}`,
		`{"other":null,"x":1}`:                            `{"other":null,"x":1}`,
		`{"id":12345678901234567}`:                        `{}`,
		`{"id":12345678901234568}`:                        `{}`, // as a reader of doubles writes it
		`{"id":12345678901234569}`:                        `{"id":12345678901234569}`,
		`{"meta":{"b":[true,"x"],"a":1.0}}`:               `{}`,
		`{"meta":{"b":[true,"y"],"a":1,"c":2}}`:           `{"meta":{"b":[true,"y"],"c":2}}`,
		`{"meta":{"a":null}}`:                             `{"meta":{"a":null}}`,
		`{"meta":null}`:                                   `{"meta":null}`,
		`{"meta":[1]}`:                                    `{"meta":[1]}`,
		`{"address":{"zip":"04401","city":"Bangor"}}`:     `{}`,
		`{"address":{"zip":"04402","city":"Bangor"}}`:     `{"address":{"zip":"04402","city":"Bangor"}}`,
		`[1]`:      `[1]`,
		`nonsense`: `nonsense`,
		`{"n":` + strings.Repeat("9", 400) + `,"id":1e400,"name":"x"}`: `{"n":` + strings.Repeat("9", 400) + `,"id":1e400,"name":"x"}`,
	} {
		t.Run(sent, func(t *testing.T) {
			t.Parallel()
			got, err := jsonobj.Changed([]byte(sent), shown, "meta")
			if err != nil || string(got) != want {
				t.Errorf("it is %s, %v", got, err)
			}
		})
	}
}

// Texts that a client sent in place of what it was shown change what differs alone: the
// rest keeps its value and its place, and what was left out goes.
func TestEdits(t *testing.T) {
	t.Parallel()
	stored := `{"n":40417,"t":true,"text":"x","nested":{"a": 1},"gone":1}`
	for sent, want := range map[string]string{
		`{"nested":"{\"a\": 1}","text":"x","t":"true","n":"40417","gone":"1"}`: stored,
		`{"n":"40417","new":"y","t":"false","nested":"{\"a\": 1}"}`:            `{"n":40417,"t":"false","nested":{"a": 1},"new":"y"}`,
		`{"n":null,"other":null}`: ``,
		`{}`:                      ``,
	} {
		t.Run(sent, func(t *testing.T) {
			t.Parallel()
			was, _ := jsonobj.Members([]byte(stored))
			is, _ := jsonobj.Members([]byte(sent))
			if got := jsonobj.Write(jsonobj.Merged(was, jsonobj.Edits(was, is, jsonobj.Text))); string(got) != want {
				t.Errorf("it becomes %s", got)
			}
		})
	}
}
