package fields

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"tenantry/customers/registry"
	"tenantry/internal/fault"
	"tenantry/internal/jsonobj"
	"tenantry/internal/patch"
)

// applyMeta puts raw onto target as a change does, and returns what it found faulty.
func applyMeta(target patch.Raw, raw string) (patch.Raw, map[string]fault.Detail) {
	d := &registry.Draft{}
	Meta(d, patch.Of(patch.Raw(raw)), &target, "meta")
	found := map[string]fault.Detail{}
	var refusal *fault.Error
	if errors.As(d.Faults.Err(), &refusal) {
		found[refusal.Field] = refusal.Detail
		for _, v := range refusal.More {
			found[v.Field] = v.Detail
		}
	}
	return target, found
}

// manyKeys is an object of n keys.
func manyKeys(n int) string {
	list := make([]string, n)
	for i := range list {
		list[i] = fmt.Sprintf(`"k%d":1`, i)
	}
	return "{" + strings.Join(list, ",") + "}"
}

// What stands at its limit is kept byte for byte; what passes it is refused, with
// the path that does.
func TestMetaLimits(t *testing.T) {
	t.Parallel()
	ä500, key64 := strings.Repeat("ä", 500), strings.Repeat("k", 64)
	// fill is a value that makes an object of one key exactly n bytes long.
	fill := func(n int) string {
		texts, rest := "", n-len(`{"a":[]}`)
		for rest > 402 {
			texts, rest = texts+`"`+strings.Repeat("x", 399-1)+`",`, rest-401
		}
		return `{"a":[` + texts + `"` + strings.Repeat("x", rest-2) + `"]}`
	}
	for _, row := range []struct {
		name, raw, field string
		detail           fault.Detail
	}{
		{"an empty object", `{}`, "", ""},
		{"every kind of value", `{"a":1,"b":1.0,"c":-0.5e+10,"d":"<b>&</b>","e":true,"f":{"g":null},"h":[1,"x",false,null]}`, "", ""},
		{"a number that no double holds", `{"a":12345678901234567890.123456789e400}`, "meta.a", fault.BadValue},
		{"a whole number of 5,000 digits", `{"a":1` + strings.Repeat("0", 4999) + `}`, "meta.a", fault.BadValue},
		{"a nested number that no double holds", `{"a":[1e400]}`, "meta.a.0", fault.BadValue},
		{"a whole number beyond 64 bits", `{"a":9223372036854776000}`, "", ""},
		{"escapes as sent", `{"a":"\u00e4\ud83d\ude00\/"}`, "", ""},
		{"50 keys", manyKeys(50), "", ""},
		{"51 keys", manyKeys(51), "meta", fault.TooMany},
		{"101 keys", manyKeys(101), "meta", fault.TooMany},
		{"a thousand keys", manyKeys(1000), "meta", fault.TooMany},
		{"50 keys in a nested object", `{"a":` + manyKeys(50) + `}`, "", ""},
		{"51 keys in a nested object", `{"a":` + manyKeys(51) + `}`, "meta.a", fault.BadValue},
		{"a key of 128", `{"` + key64 + key64 + `":1}`, "", ""},
		{"a key of 129", `{"` + key64 + key64 + `k":1}`, "meta", fault.BadValue},
		{"an empty key", `{"":1}`, "meta", fault.BadValue},
		{"a key with a blank", `{"a b":1}`, "", ""},
		{"a key of an operator", `{"$where":1}`, "", ""},
		{"a key beyond ASCII", `{"ä":1}`, "", ""},
		{"a key with a control character", `{"a\nb":1}`, "meta", fault.BadValue},
		{"a nested key with a zero byte", `{"a":{"b\u0000":1}}`, "meta.a", fault.BadValue},
		{"what other encoders escape", `{"aZ0_.-<&>'":1}`, "", ""},
		{"500 characters", `{"a":"` + ä500 + `"}`, "", ""},
		{"501 characters", `{"a":"` + ä500 + `x"}`, "meta.a", fault.TooLong},
		{"501 nested characters", `{"a":{"b":"` + ä500 + `x"}}`, "meta.a.b", fault.TooLong},
		{"501 listed characters", `{"a":["` + ä500 + `x"]}`, "meta.a", fault.TooLong},
		{"an object in an object", `{"a":{"b":{}}}`, "meta.a.b", fault.BadValue},
		{"a list in an object", `{"a":{"b":[]}}`, "meta.a.b", fault.BadValue},
		{"an object in a list", `{"a":[{}]}`, "meta.a.0", fault.BadValue},
		{"a list in a list", `{"a":[[]]}`, "meta.a.0", fault.BadValue},
		{"an object behind a repeated key", `{"a":{"b":{"c":{}},"b":1}}`, "meta.a.b", fault.BadValue},
		{"bytes that are no text", "{\"a\":\"\xff\"}", "meta", fault.BadValue},
		{"8 KiB", fill(8 << 10), "", ""},
		{"a byte more", fill(8<<10 + 1), "meta", fault.TooLong},
		{"a mebibyte", fill(1 << 20), "meta", fault.TooLong},
		{"a list", `[1]`, "meta", fault.BadValue}, {"a text", `"{}"`, "meta", fault.BadValue},
		{"a number", `1`, "meta", fault.BadValue}, {"true", `true`, "meta", fault.BadValue},
	} {
		t.Run(row.name, func(t *testing.T) {
			got, found := applyMeta(nil, row.raw)
			switch {
			case row.field == "" && len(found) > 0, row.field != "" && !hasFault(found, row.field, row.detail):
				t.Errorf("%s (%d bytes): faults are %v", row.name, len(row.raw), found)
			case row.field == "" && row.raw != "{}" && string(got) != row.raw:
				t.Errorf("%s became %.200s", row.name, got)
			}
		})
	}
}

// hasFault reports whether the fault is found, at the path or, for lists, below it.
func hasFault(found map[string]fault.Detail, field string, detail fault.Detail) bool {
	for path, got := range found {
		if got == detail && (path == field || strings.HasPrefix(path, field+".")) {
			return true
		}
	}
	return false
}

// However wrong a request is, what is told of it stays small.
func TestMetaFaultsAreFew(t *testing.T) {
	t.Parallel()
	for _, raw := range []string{
		`{"a":[` + strings.Repeat("[],", 300_000) + `[]]}`, `{"a":{` + strings.Repeat(`"b":[],`, 100_000) + `"b":[]}}`,
		`{` + strings.Repeat(`"":1,`, 200_000) + `"":1}`, strings.Repeat(`{"a":`, 9000) + `1` + strings.Repeat(`}`, 9000),
	} {
		t.Run(raw, func(t *testing.T) {
			d, target := &registry.Draft{}, patch.Raw(nil)
			Meta(d, patch.Of(patch.Raw(raw)), &target, "meta")
			if n := d.Faults.Len(); n == 0 || n > 10_000 {
				t.Errorf("%.20s… has %d faults", raw, n)
			}
		})
	}
}

// Keys merge in the order in which they were first sent; null deletes one key, a
// value replaces it in its place; a repeated key counts once, with its last value.
func TestMetaMerges(t *testing.T) {
	t.Parallel()
	for _, row := range []struct{ before, sent, want string }{
		{``, `{"b":1,"a":2}`, `{"b":1,"a":2}`},
		{`{"b":1,"a":2}`, `{"c":3,"b":"x"}`, `{"b":"x","a":2,"c":3}`},
		{`{"b":1,"a":2}`, `{"b":null}`, `{"a":2}`},
		{`{"b":1,"a":2}`, `{"b":null,"a":null}`, ``},
		{`{"b":1}`, `{"x":null}`, `{"b":1}`},
		{`{"b":{"x":1}}`, `{"b":{"y":2}}`, `{"b":{"y":2}}`},
		{``, `{"a":1,"b":2,"a":3}`, `{"a":3,"b":2}`},
		{``, `{"a":1,"a":null}`, ``},
		{`{"a":1}`, `{"a":null,"a":2}`, `{"a":2}`},
		{``, ` { "a" : [ 1 , 2 ] } `, `{"a":[ 1 , 2 ]}`},
		{`{"b":1}`, `{}`, `{"b":1}`},
	} {
		t.Run(row.before, func(t *testing.T) {
			got, found := applyMeta(patch.Raw(row.before), row.sent)
			if string(got) != row.want || len(found) > 0 {
				t.Errorf("%s with %s gives %s, want %s (faults %v)", row.before, row.sent, got, row.want, found)
			}
		})
	}
	d, target := &registry.Draft{}, patch.Raw(`{"a":1}`)
	Meta(d, patch.Field[patch.Raw]{}, &target, "meta")
	if string(target) != `{"a":1}` {
		t.Errorf("an absent meta makes it %s", target)
	}
	Meta(d, patch.Field[patch.Raw]{Set: true, Null: true}, &target, "meta")
	if target != nil {
		t.Errorf("null leaves %s", target)
	}
	full, _ := applyMeta(nil, manyKeys(50))
	swapped, found := applyMeta(full, `{"k0":null,"new":1}`)
	if len(found) > 0 || !strings.Contains(string(swapped), `"new"`) {
		t.Errorf("a full meta takes no new key for an old one: %v", found)
	}
	if _, found := applyMeta(full, `{"new":1}`); found["meta"] != fault.TooMany {
		t.Errorf("the 51st key by a merge: %v", found)
	}
}

// Merging is what merging the objects themselves is, whatever their keys and values.
func TestMetaMergesLikeAMap(t *testing.T) {
	t.Parallel()
	value := rapid.SampledFrom([]string{`1`, `1.0`, `"x"`, `null`, `true`, `{"n":1}`, `[1,2]`})
	object := rapid.Custom(func(r *rapid.T) []jsonobj.Member {
		return rapid.SliceOfN(rapid.Custom(func(r *rapid.T) jsonobj.Member {
			return jsonobj.Member{Key: rapid.SampledFrom([]string{"a", "b", "c", "d"}).Draw(r, "key"), Value: json.RawMessage(value.Draw(r, "value"))}
		}), 0, 6).Draw(r, "members")
	})
	rapid.Check(t, func(r *rapid.T) {
		var target patch.Raw
		want := map[string]string{}
		for range rapid.IntRange(1, 5).Draw(r, "changes") {
			list := object.Draw(r, "object")
			sent, last := "{", map[string]string{}
			for i, m := range list {
				if i > 0 {
					sent += ","
				}
				sent += `"` + m.Key + `":` + string(m.Value)
				last[m.Key] = string(m.Value)
			}
			for key, text := range last {
				if want[key] = text; text == "null" {
					delete(want, key)
				}
			}
			var found map[string]fault.Detail
			if target, found = applyMeta(target, sent+"}"); len(found) > 0 {
				r.Fatalf("%s}: %v", sent, found)
			}
		}
		got := map[string]string{}
		kept, _ := jsonobj.Members(target)
		for _, m := range kept {
			got[m.Key] = string(m.Value)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			r.Fatalf("%s: %s", target, diff)
		}
	})
}

// FuzzMeta holds that no JSON value makes meta panic, and that what is accepted is
// a small JSON object that reads back, and is the same when it is sent again.
func FuzzMeta(f *testing.F) {
	for _, seed := range []string{
		`{}`, `{"a":1}`, `{"a":null}`, `{"a":{"b":[1]},"a":2}`, `{"a":{"b":1,"b":{}}}`, ` {"a" : "\ud800" } `, `[]`, `null`, `"x"`, `{"":0}`, `{"a":"\u0000"}`,
		`{"a":1e999}`, `{"a":[{}]}`, "{\"a\":\"\xff\"}", `{"a":-0}`, manyKeys(51), `{"a":` + strings.Repeat("[", 20) + strings.Repeat("]", 20) + `}`,
	} {
		f.Add(``, seed)
		f.Add(`{"a":{"x":1},"z":"kept"}`, seed)
	}
	f.Fuzz(func(t *testing.T, before, sent string) {
		if !json.Valid([]byte(sent)) || (before != "" && !json.Valid([]byte(before))) {
			return // the edge refuses what is no JSON
		}
		start, found := applyMeta(nil, strings.TrimSpace(before))
		if len(found) > 0 {
			start = nil
		}
		got, found := applyMeta(start, strings.TrimSpace(sent))
		if len(found) > 0 || got == nil {
			return
		}
		var object map[string]any
		if err := json.Unmarshal(got, &object); err != nil && !strings.Contains(err.Error(), "cannot unmarshal number") {
			t.Fatalf("%q is no object: %v", got, err)
		}
		list, ok := jsonobj.Members(got)
		if !ok || len(list) == 0 || len(list) > maxMetaKeys || len(got) > MaxMetaBytes || !utf8.Valid(got) || !json.Valid(got) {
			t.Fatalf("%q has %d keys, %d bytes", got, len(list), len(got))
		}
		again, found := applyMeta(got, string(got))
		if string(again) != string(got) || len(found) > 0 {
			t.Fatalf("%q sent again becomes %q, faults %v", got, again, found)
		}
	})
}
