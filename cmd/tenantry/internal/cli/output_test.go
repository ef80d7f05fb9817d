package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"go.yaml.in/yaml/v3"
)

// YAML says the same as JSON, with its members in their order: texts that look like numbers
// stay texts.
func TestYAMLSaysTheSame(t *testing.T) {
	t.Parallel()
	const body = `{"id":"007","n":12,"f":1.5,"yes":true,"none":null,"text":"true","date":"2026-02-03","list":[{"z":1,"a":"x: y\n#"}],"empty":{},"no":[],"smile":"\ud83d\ude00","big":18446744073709551615}`
	var out bytes.Buffer
	p := &Program{Stdout: &out, Flags: Flags{Output: AsYAML, JSON: true}}
	if err := p.PrintRaw([]byte(body)); err != nil {
		t.Fatal(err)
	}
	var want, got any
	if err := json.Unmarshal([]byte(body), &want); err != nil {
		t.Fatal(err)
	}
	if err := yaml.Unmarshal(out.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(got)
	if err != nil {
		t.Fatal(err)
	}
	var again any
	if err := json.Unmarshal(text, &again); err != nil || !reflect.DeepEqual(again, want) {
		t.Errorf("it is\n%s%v, want %v (%v)", out.String(), again, want, err)
	}
	if !strings.HasPrefix(out.String(), "---\nid: \"007\"\nn: 12\n") {
		t.Errorf("the order is %s", out.String())
	}
}

// Colors are for terminals that can show them, unless --color says otherwise.
func TestColors(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		environ []string
		flag    string
		shows   bool
		want    bool
	}{
		"terminal": {nil, "auto", true, true}, "pipe": {nil, "auto", false, false},
		"NO_COLOR": {[]string{"NO_COLOR=1"}, "auto", true, false}, "dumb": {[]string{"TERM=dumb"}, "auto", true, false},
		"always": {[]string{"NO_COLOR=1", "TERM=dumb"}, "always", false, true}, "never": {nil, "never", true, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := &Program{Environ: row.environ, Shows: row.shows}
			if err := p.Obey(Flags{Color: row.flag, Output: AsTable}, nil); err != nil || p.Printer.Color != row.want {
				t.Errorf("colored is %t (%v)", p.Printer.Color, err)
			}
		})
	}
}

// Watching shows what is new and no more, until it is interrupted.
func TestWatchShowsWhatIsNew(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	var out bytes.Buffer
	p := &Program{Stdout: &out, Now: time.Now}
	looks := 0
	err := p.Watched(ctx, Watch{Watch: true, Every: leastWatch}, func() error {
		if looks++; looks == 4 {
			cancel()
		}
		return p.Print("%s\n", []string{"", "created", "created", "active", "active"}[looks])
	})
	if err != nil || out.String() != "created\nactive\n" {
		t.Errorf("it showed %q, %v", out.String(), err)
	}
	if err := p.Watched(t.Context(), Watch{Watch: true}, func() error { return nil }); err == nil {
		t.Error("it looks without a pause")
	}
}

// What the service says of members is said of the flags that filled them.
func TestTextsSpeakOfFlags(t *testing.T) {
	t.Parallel()
	p := &Program{FlagOf: map[string]string{"graceSeconds": "--grace", "email": "--email", "planKey": "--plan"}}
	for want, row := range map[string][2]string{
		"--grace: must be 0s to 604800s (7 days)":                                        {"graceSeconds", "must be 0 to 604800 (7 days)"},
		"--email is required; give it":                                                   {"email", "email is required; send it"},
		"--plan: is not a plan that you can hand out; `tenantry plans list` shows those": {"planKey", "is not a plan that you can hand out; GET /v3/plans lists those"},
		"address.state: is no state":                                                     {"address.state", "is no state"},
		"something is wrong":                                                             {"", "something is wrong"},
	} {
		t.Run(fmt.Sprint(row), func(t *testing.T) {
			t.Parallel()
			if got := p.inFlags(row[0], row[1]); got != want {
				t.Errorf("%q, want %q", got, want)
			}
		})
	}
}
