package seal_test

import (
	"encoding/base64"
	"encoding/hex"
	"strings"
	"testing"

	"tenantry/internal/seal"
	"tenantry/internal/secret"
	"tenantry/tenancy"
)

// Three different secrets of 32 bytes, in base64.
var (
	root   = encoded("r")
	first  = encoded("1")
	second = encoded("2")
)

func encoded(letter string) string {
	return base64.StdEncoding.EncodeToString([]byte(strings.Repeat(letter, 32)))
}

// whole is a ring of two keys as a file holds it.
func whole() string {
	return `{
  "format": 1,
  "root": "` + root + `",
  "keys": [
    {"version": 1, "key": "` + first + `", "created": "2026-01-02T03:04:05Z"},
    {"version": 2, "key": "` + second + `", "created": "2026-02-03T04:05:06Z"}
  ],
  "current": 2
}
`
}

// Values of earlier releases must open forever: this ring and what was sealed under it
// were written down once and are never to be changed.
func TestTheFormatStays(t *testing.T) {
	t.Parallel()
	ring, err := seal.Parse([]byte(whole()))
	if err != nil {
		t.Fatal(err)
	}
	value, err := hex.DecodeString(goldenField)
	if err != nil {
		t.Fatal(err)
	}
	if plain, err := ring.Unseal(alice, tenancy.ID{}, field, value); err != nil || !plain.Equal(taxID) {
		t.Errorf("the field opens as %q, error %v", plain.Reveal(), err)
	}
	box, err := hex.DecodeString(goldenBox)
	if err != nil {
		t.Fatal(err)
	}
	if plain, err := ring.OpenBox(nil, "label", box); err != nil || string(plain) != "answer" {
		t.Errorf("the box opens as %q, error %v", plain, err)
	}
	if got := ring.Fingerprint(alice.Tenant, "ssn", secret.New("123456789")); got != goldenFingerprint {
		t.Errorf("the fingerprint is %s", got)
	}
	if value, err = hex.DecodeString(goldenPart); err != nil {
		t.Fatal(err)
	}
	if plain, err := ring.Unseal(alice, tenancy.ID{7}, field, value); err != nil || !plain.Equal(taxID) {
		t.Errorf("the field of a part opens as %q, error %v", plain.Reveal(), err)
	}
}

// The order of members and of keys, and the space between, do not matter.
func TestParseTakesAnyOrder(t *testing.T) {
	t.Parallel()
	text := `{"current":1,"keys":[{"created":"2026-02-03T04:05:06+02:00","key":"` + second + `","version":2},` +
		`{"key":"` + first + `","version":1,"created":"2026-01-02T03:04:05Z"}],"root":"` + root + `","format":1}`
	ring, err := seal.Parse([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	if ring.Current() != 1 || addVersion(t, ring).Current() != 3 {
		t.Error("the order of keys or the current version is not kept")
	}
}

// A ring that is tampered with, or was written by something else, is refused
// with a text that names what is wrong and shows none of what was read.
func TestParseRefuses(t *testing.T) {
	t.Parallel()
	swap := func(old, with string) string { return strings.Replace(whole(), old, with, 1) }
	zeros := base64.StdEncoding.EncodeToString(make([]byte, 32))
	for name, c := range map[string]struct{ text, says string }{
		"empty":               {"", "JSON"},
		"not JSON":            {"format: 1", "JSON"},
		"a list":              {"[]", "not a JSON object"},
		"null":                {"null", "not a JSON object"},
		"no members":          {"{}", "lacks current, format, keys, root"},
		"two documents":       {whole() + whole(), "JSON"},
		"later format":        {swap(`"format": 1`, `"format": 3`), "format is 3"},
		"rotated format":      {swap(`"format": 1`, `"format": 2`), "lacks links, tokens"},
		"format as text":      {swap(`"format": 1`, `"format": "1"`), "member format"},
		"unknown member":      {swap(`"format"`, `"hunter2": 1, "format"`), "unknown"},
		"member in capitals":  {swap(`"root"`, `"Root"`), "unknown"},
		"repeated member":     {swap(`"current": 2`, `"current": 2, "current": 1`), "repeated"},
		"unknown in a key":    {swap(`"version": 1`, `"hunter2": 1, "version": 1`), "entry 1 of keys: it has an unknown"},
		"repeated in a key":   {swap(`"version": 2`, `"version": 1, "version": 2`), "entry 2 of keys: it has an unknown or a repeated"},
		"key is a number":     {swap(`"`+first+`"`, `7`), "member key"},
		"key is an entry":     {swap(`{"version": 1`, `7, {"version": 1`), "entry 1 of keys: it is not a JSON object"},
		"keys is an object":   {swap(`"keys": [`, `"keys": {}, "x": [`), "member keys"},
		"no root":             {swap(`"root": "`+root+`",`, ``), "lacks root"},
		"null root":           {swap(`"`+root+`"`, `null`), "root must be 32 bytes"},
		"short root":          {swap(root, root[4:]), "root must be 32 bytes"},
		"long root":           {swap(root, root[:4]+root), "root must be 32 bytes"},
		"root not base64":     {swap(root, "!"+root[1:]), "root is not proper base64"},
		"root of 33 bytes":    {swap(root, base64.StdEncoding.EncodeToString(make([]byte, 33))), "root is not proper base64"},
		"loose last bits":     {swap(root, root[:42]+"J="), "root is not proper base64"},
		"line break inside":   {swap(root, root[:42]+`\n=`), "root is not proper base64"},
		"zero root":           {swap(root, zeros), "root is all zeros"},
		"no keys":             {`{"format": 1, "root": "` + root + `", "keys": [], "current": 1}`, "no keys"},
		"short key":           {swap(first, first[4:]), "version 1 must be 32 bytes"},
		"zero key":            {swap(second, zeros), "version 2 is all zeros"},
		"no version":          {swap(`"version": 1, `, ``), "entry 1 of keys: it lacks version"},
		"version 0":           {swap(`"version": 1`, `"version": 0`), "version 0"},
		"negative version":    {swap(`"version": 1`, `"version": -1`), "member version"},
		"fractional version":  {swap(`"version": 1`, `"version": 1.5`), "member version"},
		"version too large":   {swap(`"version": 1`, `"version": 4294967296`), "member version"},
		"duplicate version":   {swap(`"version": 1`, `"version": 2`), "version 2 appears twice"},
		"one key twice":       {swap(second, first), "versions 1 and 2 hold the same key"},
		"root as key":         {swap(second, root), "version 2 is the root"},
		"current not present": {swap(`"current": 2`, `"current": 3`), "current version is 3"},
		"current missing":     {swap(`"current": 2`, `"current": null`), "current version is 0"},
		"created not a time":  {swap(`2026-01-02T`, `yesterday `), "version 1 has a created"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := seal.Parse([]byte(c.text))
			if err == nil {
				t.Fatal("accepted")
			}
			if !strings.Contains(err.Error(), c.says) {
				t.Errorf("the text %q does not say %q", err, c.says)
			}
			mustShowNothing(t, err.Error(), "r", "1", "2")
			if strings.Contains(err.Error(), "hunter2") {
				t.Errorf("the text %q quotes what was read", err)
			}
		})
	}
}

// A file that was written half is refused at every length.
func TestParseRefusesEveryBeginning(t *testing.T) {
	t.Parallel()
	text := strings.TrimSpace(whole())
	for length := range text {
		if _, err := seal.Parse([]byte(text[:length])); err == nil {
			t.Errorf("the first %d bytes were accepted", length)
		} else {
			mustShowNothing(t, err.Error(), "r", "1", "2")
		}
	}
}

// Any text is either refused or makes a ring that works; no error shows the keys that
// stand in it.
func FuzzParse(f *testing.F) {
	f.Add([]byte(whole()))
	f.Add([]byte(strings.Replace(whole(), `"current": 2`, `"current": 1`, 1)))
	f.Add([]byte(strings.Replace(whole(), first, second, 1)))
	f.Add([]byte(whole()[:100]))
	f.Add([]byte(`{"format":1,"root":"","keys":[],"current":0}`))
	f.Add([]byte(`{"keys":[{}]}`))
	f.Add([]byte(`[[[[`))
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, text []byte) {
		ring, err := seal.Parse(text)
		if err != nil {
			mustShowNothing(t, err.Error(), "r", "1", "2")
			return
		}
		value := sealed(t, ring, taxID)
		if back, err := ring.Unseal(alice, tenancy.ID{}, field, value); err != nil || !back.Equal(taxID) || !ring.IsCurrent(value) {
			t.Errorf("an accepted ring does not work: %v", err)
		}
	})
}
