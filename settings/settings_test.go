package settings_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"tenantry/internal/fault"
	"tenantry/internal/patch"
	"tenantry/settings"
)

func merged(t *testing.T, base *settings.Settings, change string) *settings.Settings {
	t.Helper()
	var p settings.Patch
	if err := patch.Decode([]byte(change), &p); err != nil {
		t.Fatal(err)
	}
	return settings.Merge(base, p)
}

// Objects merge member by member, lists are replaced without repeats, null
// clears, and the base stays as it was.
func TestMerge(t *testing.T) {
	t.Parallel()
	base := merged(t, nil, `{"events":{"enabled":true,"urls":{"always":["https://a.example/1"]}},"customers":{"uniqueEmail":true}}`)
	before, err := json.Marshal(base)
	if err != nil {
		t.Fatal(err)
	}
	rows := []struct{ change, want string }{
		{`{}`, string(before)},
		{`{"events":{"enabled":false}}`, `{"events":{"enabled":false,"urls":{"always":["https://a.example/1"]}},"customers":{"uniqueEmail":true}}`},
		{`{"events":{"urls":{"always":["https://b.example","https://b.example","https://c.example"]}}}`, `{"events":{"enabled":true,"urls":{"always":["https://b.example","https://c.example"]}},"customers":{"uniqueEmail":true}}`},
		{`{"events":null,"customers":{"uniqueEmail":null,"allowDataUnmask":true}}`, `{"customers":{"allowDataUnmask":true}}`},
	}
	for _, row := range rows {
		t.Run(row.change, func(t *testing.T) {
			got, err := json.Marshal(merged(t, base, row.change))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(row.want, string(got)); diff != "" {
				t.Errorf("%s: %s", row.change, diff)
			}
		})
	}
	after, err := json.Marshal(base)
	if err != nil || !bytes.Equal(after, before) {
		t.Errorf("merging changed its base to %s (%v)", after, err)
	}
}

// A child without settings gets a snapshot of its parent's defaults that no later change
// of the parent reaches; its own settings, even empty ones, replace the snapshot.
func TestInheritIsASnapshot(t *testing.T) {
	t.Parallel()
	defaults := merged(t, nil, `{"events":{"enabled":true,"urls":{"always":["https://a.example"]}}}`)
	child := settings.Inherit(nil, defaults)
	if diff := cmp.Diff(defaults, child); diff != "" {
		t.Error(diff)
	}
	defaults.Events.URLs.Always[0] = "https://changed.example"
	*defaults.Events.Enabled = false
	if child.Events.URLs.Always[0] != "https://a.example" || !*child.Events.Enabled {
		t.Error("a later change of the parent reached the child")
	}
	if own := settings.Inherit(&settings.Settings{}, defaults); own.Events != nil {
		t.Error("empty settings must count as set")
	}
	if none := settings.Inherit(nil, nil); none != nil {
		t.Errorf("got %v", none)
	}
}

// Receivers that are not public https URLs are refused with their exact path; sandbox
// mode may allow http and private ones, and one that stood before may stay.
func TestReceiverRules(t *testing.T) {
	t.Parallel()
	live, sandbox := settings.Rules{}, settings.Rules{AllowInsecure: true, AllowPrivate: true, AllowAnyPort: true}
	rows := []struct {
		url           string
		live, sandbox bool
	}{
		{"https://hooks.example/in", true, true},
		{"https://hooks.example:8443/in?x=1", true, true},
		{"http://hooks.example/in", false, true},
		{"http://127.0.0.1/x", false, true},
		{"https://127.0.0.1/x", false, true},
		{"https://[::1]/x", false, true},
		{"https://[::ffff:10.0.0.1]/x", false, false},
		{"https://169.254.169.254/latest", false, true},
		{"https://localhost/x", false, true},
		{"https://LocalHost/x", false, true},
		{"https://ⓛocalhost/x", false, true},
		{"https://a.LOCAL/x", false, true},
		{"https://localhost./x", false, false},
		{"https://0x7f.1/x", false, false},
		{"https://2130706433/x", false, false},
		{"https://0177.0.0.1/x", false, false},
		{"https://[fe80::1%25lo]/x", false, false},
		{"https://@hooks.example/x", false, false},
		{"https://hooks.example:80/x", true, true},
		{"https://hooks.example:1024/x", true, true},
		{"https://hooks.example:22/x", false, true},
		{"https://hooks.example:25/x", false, true},
		{"https://hooks.example:1023/x", false, true},
		{"https://hooks.example:0/x", false, false},
		{"https://10.1.2.3", false, true},
		{"ftp://hooks.example", false, false},
		{"//hooks.example/in", false, false},
		{"/in", false, false},
		{"https://user:pass@hooks.example", false, false},
		{"https://", false, false},
		{"", false, false},
	}
	for _, row := range rows {
		t.Run(row.url, func(t *testing.T) {
			s := &settings.Settings{Events: &settings.Events{URLs: &settings.URLs{Always: []string{"https://fine.example", row.url}}}}
			for _, of := range []struct {
				rules settings.Rules
				want  bool
			}{{live, row.live}, {sandbox, row.sandbox}, {settings.Rules{Stood: []string{row.url}}, true}} {
				rules, want := of.rules, of.want
				var faults fault.List
				rules.Validate(s, "settings", &faults)
				if faults.Empty() != want {
					t.Errorf("%q with %+v: accepted %t, want %t", row.url, rules, faults.Empty(), want)
				}
				if !want && !faults.Has("settings.events.urls.always.1") {
					t.Errorf("%q: the fault does not name the URL: %v", row.url, faults.Err())
				}
			}
		})
	}
}

// More URLs than the limit are refused, and the limit is named.
func TestReceiverLimit(t *testing.T) {
	t.Parallel()
	var faults fault.List
	s := &settings.Settings{Events: &settings.Events{URLs: &settings.URLs{}}}
	for range settings.MaxURLs + 1 {
		s.Events.URLs.Always = append(s.Events.URLs.Always, "https://a.example")
	}
	settings.Rules{}.Validate(s, "defaultSettings", &faults)
	refusal, ok := errors.AsType[*fault.Error](faults.Err())
	if !ok || refusal.Field != "defaultSettings.events.urls.always" || refusal.Detail != fault.TooMany {
		t.Errorf("got %v", faults.Err())
	}
}

// A list that is too long is refused for its length alone: repeats and bad URLs in it
// cost no time.
func TestAnOverlongReceiverListIsNotLookedAt(t *testing.T) {
	t.Parallel()
	var p settings.Patch
	for i := range 200_000 {
		p.Events.Value.URLs.Value.Always.Value = append(p.Events.Value.URLs.Value.Always.Value, strconv.Itoa(i))
	}
	p.Events.Set, p.Events.Value.URLs.Set, p.Events.Value.URLs.Value.Always.Set = true, true, true
	began := time.Now()
	var faults fault.List
	settings.Rules{}.Validate(settings.Merge(nil, p), "settings", &faults)
	if faults.Len() != 1 || !faults.Has("settings.events.urls.always") {
		t.Errorf("got %d faults: %.200v", faults.Len(), faults.Err())
	}
	if spent := time.Since(began); spent > 5*time.Second {
		t.Errorf("it took %s", spent)
	}
}

// An account cannot hand down a policy that it does not hold.
func TestHandingNeverExceedsTheHolder(t *testing.T) {
	t.Parallel()
	flag := rapid.Custom(func(t *rapid.T) *bool {
		if !rapid.Bool().Draw(t, "set") {
			return nil
		}
		b := rapid.Bool().Draw(t, "value")
		return &b
	})
	some := rapid.Custom(func(t *rapid.T) *settings.Settings {
		return &settings.Settings{Customers: &settings.Policies{AllowDataUnmask: flag.Draw(t, "unmask"), AllowIdentitySkip: flag.Draw(t, "skip")}}
	})
	rapid.Check(t, func(t *rapid.T) {
		holder, given := some.Draw(t, "holder"), some.Draw(t, "given")
		var faults fault.List
		settings.Handing(holder, given, "settings", &faults)
		exceeds := given.MayUnmask() && !holder.MayUnmask() || given.MaySkipIdentity() && !holder.MaySkipIdentity()
		if faults.Empty() == exceeds {
			t.Fatalf("holder %+v giving %+v: refused %t", holder.Customers, given.Customers, !faults.Empty())
		}
	})
}

// An international host is kept in its ASCII form, wherever a receiver comes from, so that
// one receiver has one name; what was given stays as it was.
func TestReceiversAreKeptInASCII(t *testing.T) {
	t.Parallel()
	const ascii = "https://xn--bcher-kva.example/in"
	kept := merged(t, nil, `{"events":{"urls":{"always":["https://bücher.example/in","https://BÜCHER.example/in","`+ascii+`"],"filtered":[{"url":"https://bücher.example/x"}]}}}`)
	urls := kept.Events.URLs
	if !slices.Equal(urls.Always, []string{ascii}) || urls.Filtered[0].URL != "https://xn--bcher-kva.example/x" {
		t.Errorf("the receivers are %q and %q", urls.Always, urls.Filtered)
	}
}
