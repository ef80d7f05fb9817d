package patch_test

import (
	"encoding/json"
	"errors"
	"testing"

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

// Absent, null and given members are told apart, nested and in lists.
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
	err := patch.Decode([]byte(`{"id":"x","nmae":"typo","taxId":765432,"count":1.5,"owners":[{"titel":"a"},3],"owner":[],"meta":[1]}`), &in)
	refusal, ok := errors.AsType[*fault.Error](err)
	if !ok {
		t.Fatalf("got %v", err)
	}
	got := map[string]fault.Detail{refusal.Field: refusal.Detail}
	for _, v := range refusal.More {
		got[v.Field] = v.Detail
	}
	want := map[string]fault.Detail{
		"id": fault.Immutable, "nmae": fault.Unknown, "taxId": fault.BadValue, "count": fault.BadValue,
		"owners.0.titel": fault.Unknown, "owners.1": fault.BadValue, "owner": fault.BadValue,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// What is not one JSON object is malformed, never a validation error.
func TestOnlyOneObjectIsRead(t *testing.T) {
	t.Parallel()
	for _, body := range []string{"", "nonsense", `{"name":`, `[]`, `"x"`, `null`, `{} {}`, `{"name":"a"} x`} {
		var in input
		if err := patch.Decode([]byte(body), &in); fault.KindOf(err) != fault.Malformed {
			t.Errorf("%q gives %v", body, err)
		}
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
