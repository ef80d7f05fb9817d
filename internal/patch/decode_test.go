package patch_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"tenantry/internal/fault"
	"tenantry/internal/patch"
	"tenantry/internal/secret"
)

type owner struct {
	Title patch.Field[string]       `json:"title"`
	Stake patch.Field[patch.Number] `json:"stake"`
}

type input struct {
	ID     patch.ReadOnly           `json:"id"`
	Name   patch.Field[string]      `json:"name"`
	Active patch.Field[bool]        `json:"active"`
	Count  patch.Field[int]         `json:"count"`
	TaxID  patch.Field[secret.Text] `json:"taxId"`
	Meta   patch.Field[patch.Raw]   `json:"meta"`
	Tags   patch.Field[[]string]    `json:"tags"`
	Owners patch.Field[[]owner]     `json:"owners"`
	Owner  patch.Field[owner]       `json:"owner"`
}

// Absent, null and given members are distinguished, nested and in lists.
func TestAbsentNullAndGivenDiffer(t *testing.T) {
	t.Parallel()
	var in input
	err := patch.Decode([]byte(`{"name":"Zoë","active":null,"taxId":"000765432","meta":{"b":1.0,"a":"<b>"},
		"owners":[{"stake":40},{"stake":"60.5","title":null}],"tags":[]}`), &in)
	if err != nil {
		t.Fatal(err)
	}
	if !in.Name.Given() || in.Name.Value != "Zoë" || in.Count.Set || !in.Active.Null || in.Active.Given() {
		t.Errorf("decoded %+v", in)
	}
	if in.TaxID.Value.Reveal() != "000765432" {
		t.Error("the secret lost its value")
	}
	if string(in.Meta.Value) != `{"b":1.0,"a":"<b>"}` {
		t.Errorf("meta is %s, not byte for byte what was sent", in.Meta.Value)
	}
	if got := in.Owners.Value; len(got) != 2 || got[0].Stake.Value != "40" || got[1].Stake.Value != "60.5" || !got[1].Title.Null {
		t.Errorf("owners are %+v", got)
	}
	if !in.Tags.Given() || len(in.Tags.Value) != 0 {
		t.Errorf("an empty list must count as given: %+v", in.Tags)
	}
}

// Every faulty member is reported, each with its dotted path and rule.
func TestEveryFaultIsListed(t *testing.T) {
	t.Parallel()
	var in input
	err := patch.Decode([]byte(`{"id":"x","namme":"typo","taxId":765432,"count":1.5,"owners":[{"titel":"a"},3],"owner":[],"meta":[1]}`), &in)
	refusal, ok := errors.AsType[*fault.Error](err)
	if !ok {
		t.Fatalf("got %v", err)
	}
	got := map[string]fault.Detail{refusal.Field: refusal.Detail}
	for _, v := range refusal.More {
		got[v.Field] = v.Detail
	}
	want := map[string]fault.Detail{
		"id": fault.Immutable, "namme": fault.Unknown, "taxId": fault.BadValue, "count": fault.BadValue,
		"owners.0.titel": fault.Unknown, "owners.1": fault.BadValue, "owner": fault.BadValue,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// A body that is not one JSON object is malformed, never a validation error.
func TestOnlyOneObjectIsRead(t *testing.T) {
	t.Parallel()
	for _, body := range []string{"", "nonsense", `{"name":`, `[]`, `"x"`, `null`, `{} {}`, `{"name":"a"} x`} {
		t.Run(body, func(t *testing.T) {
			var in input
			if err := patch.Decode([]byte(body), &in); fault.KindOf(err) != fault.Malformed {
				t.Errorf("%q gives %v", body, err)
			}
		})
	}
}

// However much is wrong, the refusal is small: it lists a bounded number of faults, says
// that there are more, and repeats only the beginning of a long name.
func TestARefusalIsSmall(t *testing.T) {
	t.Parallel()
	many, long := `{"name":"a"`, strings.Repeat("é", 100_000)
	for i := range 900 {
		many += fmt.Sprintf(`,"x%d":0`, i)
	}
	for name, row := range map[string]struct {
		body   string
		listed int
	}{
		"unknown members":         {many + "}", fault.MaxListed + 1},
		"a member with long name": {`{"` + long + `":0}`, 1},
		"bad items":               {`{"owners":[` + strings.Repeat("0,", 900) + `0]}`, fault.MaxListed + 1},
		"too many members":        {`{` + manyNames(patch.MaxItems) + `"name":"a"}`, 1},
		"too many items":          {`{"tags":[` + strings.Repeat(`"a",`, patch.MaxItems) + `"a"]}`, 1},
		"too many bad items":      {`{"owners":[` + strings.Repeat(`0,`, 500_000) + `0]}`, 1},
	} {
		t.Run(name, func(t *testing.T) {
			var in input
			refusal, ok := errors.AsType[*fault.Error](patch.Decode([]byte(row.body), &in))
			if !ok || len(refusal.More)+1 != row.listed {
				t.Errorf("%s: %d faults in %.200v", name, len(refusal.More)+1, refusal)
				return
			}
			for _, v := range append(refusal.More, refusal.Violation) {
				if len(v.Field) > 200 || !utf8.ValidString(v.Field) {
					t.Errorf("%s: the field is %d bytes long: %.80q", name, len(v.Field), v.Field)
				}
			}
		})
	}
}

// As many items as the bound allows are read, so that a resource's own limit can be
// reported in its own words.
func TestSaneListsAreReadInFull(t *testing.T) {
	t.Parallel()
	var in input
	err := patch.Decode([]byte(`{"tags":[`+strings.Repeat(`"a",`, patch.MaxItems-1)+`"a"]}`), &in)
	if err != nil || len(in.Tags.Value) != patch.MaxItems {
		t.Errorf("%d tags, %v", len(in.Tags.Value), err)
	}
}

// Reading a body costs a few times its size, whatever it holds.
func TestReadingIsCheap(t *testing.T) {
	for name, body := range map[string]string{
		"items":   `{"owners":[` + strings.Repeat("0,", 520_000) + `0]}`,
		"members": `{"a":0` + strings.Repeat(`,"aa":0`, 140_000) + `}`,
	} {
		t.Run(name, func(t *testing.T) {
			var before, after runtime.MemStats
			var in input
			runtime.ReadMemStats(&before)
			_ = patch.Decode([]byte(body), &in)
			runtime.ReadMemStats(&after)
			if spent := after.TotalAlloc - before.TotalAlloc; spent > 16<<20 {
				t.Errorf("%s: a body of %d bytes takes %d bytes to read", name, len(body), spent)
			}
		})
	}
}

// No input makes the decoder panic, and what it accepts is a JSON object.
func FuzzDecode(f *testing.F) {
	for _, seed := range []string{`{}`, `{"name":null}`, `{"owners":[{"stake":1e9}]}`, `{"owner":{"title":[]}}`, `{"meta":{"a":{"b":[]}}}`, `[`, "\x00", `{"count":99999999999999999999}`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		var in input
		if patch.Decode(body, &in) == nil {
			var object map[string]json.RawMessage
			if err := json.Unmarshal(body, &object); err != nil {
				t.Errorf("accepted %q, which is no JSON object: %v", body, err)
			}
		}
	})
}

// manyNames returns so many members of different names.
func manyNames(count int) string {
	var text strings.Builder
	for i := range count {
		fmt.Fprintf(&text, `"n%d":"a",`, i)
	}
	return text.String()
}

// A member that an object has twice makes a body malformed, at any depth, however its
// name is written, and beside equal names in other objects, which are no matter.
func TestRepeatedMembersAreMalformed(t *testing.T) {
	t.Parallel()
	for body, repeats := range map[string]bool{
		`{"name":"a","name":"a"}`:              true,
		`{"name":"a","n\u0061me":"b"}`:         true,
		`{"meta":{"a":1,"b":[{"c":1,"c":2}]}}`: true,
		`{"meta":{"a":{},"a":[]}}`:             true,
		`{"name":"name","meta":{"name":"name","x":["name","name"],"y":{"name":{}},"z":[{"name":1},{"name":1}]}}`: false,
		`{"name":"a","Name":"b"}`: false,
	} {
		t.Run(body, func(t *testing.T) {
			_, err := patch.Object([]byte(body))
			if (err != nil) != repeats || err != nil && fault.KindOf(err) != fault.Malformed {
				t.Errorf("%s: %v", body, err)
			}
		})
	}
}
