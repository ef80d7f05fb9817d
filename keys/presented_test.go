package keys_test

import (
	"bytes"
	"math"
	"strings"
	"testing"

	"tenantry/internal/secret"
	"tenantry/keys"
	"tenantry/tenancy"
)

var sampleRandom = []byte("abcdefghijklmnopqrstu")

// The text of a key is a promise to secret scanners and to every key handed out before:
// it never changes.
func TestTheTextOfAKeyIsFixed(t *testing.T) {
	t.Parallel()
	const want = "sk_test_01IYT0XLWR0AMFAsuNMY54UwMSxIjZ5DYczgvuIE21XiSSifQN2AbPAL5S1O2Jf5sDSEcP2Owifo"
	got := keys.Compose(keys.Secret, keys.Test, owner, 258, sampleRandom)
	if got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

// Parse returns what was written, for every kind, mode and extreme of number.
func TestParseGivesBackWhatWasWritten(t *testing.T) {
	t.Parallel()
	for _, kind := range []keys.Kind{keys.Secret, keys.Publishable, keys.Restricted} {
		for _, mode := range []keys.Mode{keys.Live, keys.Test} {
			for _, number := range []int32{1, 61, 62, math.MaxInt32} {
				p := parse(t, secret.New(keys.Compose(kind, mode, owner, number, sampleRandom)))
				if p.Kind != kind || p.Mode != mode || p.Ref != owner || p.Entry != number {
					t.Errorf("%s %s %d came back as %+v", kind, mode, number, p)
				}
			}
		}
	}
}

// A key with any one character changed is refused.
func TestEveryCharacterOfAKeyCounts(t *testing.T) {
	t.Parallel()
	text := keys.Compose(keys.Secret, keys.Live, owner, 7, sampleRandom)
	for i := range len(text) {
		for _, c := range []byte{'0', 'z', 'Z', '_', ' ', 0, 0xff, text[i] + 1, text[i] ^ 0x20} {
			if c == text[i] {
				continue
			}
			changed := text[:i] + string([]byte{c}) + text[i+1:]
			if _, err := keys.Parse(secret.New(changed)); err == nil {
				t.Errorf("accepted with byte %d at %d", c, i)
			}
		}
	}
}

// A text that Minter cannot have written is refused even if its checksum is right.
func TestParseRefusesWhatWasNeverMinted(t *testing.T) {
	t.Parallel()
	good := keys.Compose(keys.Secret, keys.Live, owner, 7, sampleRandom)
	noTenant, noCustomer := owner, owner
	noTenant.Tenant, noCustomer.ID = tenancy.ID{}, tenancy.ID{}
	at := func(i int, part string) string { return resealed(good[:i] + part + good[i+len(part):]) }
	rows := map[string]string{
		"empty":                     "",
		"prefix only":               "sk_live_",
		"one short":                 good[:len(good)-1],
		"one long":                  good + "0",
		"blank before":              " " + good[:len(good)-1],
		"twice":                     good + good,
		"unknown kind":              at(0, "xk"),
		"upper-case kind":           at(0, "SK"),
		"unknown mode":              at(3, "prod"),
		"no separator after kind":   at(2, "-"),
		"no separator after mode":   at(7, "-"),
		"overflowing block of name": at(8, "zzzzzzzzzz"),
		"overflowing random block":  at(keys.RandomStart+10, "zzzzzzzzzz"),
		"least overflowing block":   at(keys.RandomStart, overflow),
		"foreign digit in name":     at(20, "-"),
		"foreign digit in random":   at(keys.RandomStart+3, "é"),
		"checksum of zeroes":        good[:keys.ChecksumAt] + "000000",
		"checksum plus 2^32":        good[:keys.ChecksumAt] + beyond(good[keys.ChecksumAt:]),
		"checksum after a zero":     good[:keys.ChecksumAt] + "0" + good[keys.ChecksumAt:],
		"overflowing checksum":      good[:keys.ChecksumAt] + "zzzzzz",
		"no tenant":                 keys.Compose(keys.Secret, keys.Live, noTenant, 7, sampleRandom),
		"no customer":               keys.Compose(keys.Secret, keys.Live, noCustomer, 7, sampleRandom),
		"entry zero":                keys.Compose(keys.Secret, keys.Live, owner, 0, sampleRandom),
		"entry below zero":          keys.Compose(keys.Secret, keys.Live, owner, -1, sampleRandom),
	}
	for name, text := range rows {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p, err := keys.Parse(secret.New(text))
			wantRefused(t, err)
			if p != (keys.Presented{}) {
				t.Errorf("a refused key gave %+v", p)
			}
		})
	}
	if _, err := keys.Parse(secret.New(at(keys.RandomStart, greatest))); err != nil {
		t.Errorf("the greatest block was refused: %v", err)
	}
}

// beyond returns the digits of 2^32 more: another number whose low 32 bits agree.
func beyond(digits string) string {
	const alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
	value := uint64(1) << 32
	scale := uint64(1)
	for i := len(digits) - 1; i >= 0; i-- {
		value += uint64(strings.IndexByte(alphabet, digits[i])) * scale
		scale *= 62
	}
	out := make([]byte, len(digits))
	for i := len(out) - 1; i >= 0; i-- {
		out[i] = alphabet[value%62]
		value /= 62
	}
	return string(out)
}

// 2^56 - 1 and 2^56 in ten digits of base 62.
const (
	greatest = "5K1WLnfhB1"
	overflow = "5K1WLnfhB2"
)

// Every bit of the randomness stands in the text: two keys differ if any bit does.
func TestAllRandomBitsAreKept(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for bit := range 21 * 8 {
		random := make([]byte, 21)
		random[bit/8] = 1 << (bit % 8)
		seen[keys.Compose(keys.Secret, keys.Live, owner, 1, random)[keys.RandomStart:keys.ChecksumAt]] = true
	}
	if len(seen) != 168 {
		t.Errorf("168 single bits gave %d texts", len(seen))
	}
}

// Parse never panics, and what it accepts is the one text of that key.
func FuzzParse(f *testing.F) {
	for _, kind := range []keys.Kind{keys.Secret, keys.Publishable, keys.Restricted} {
		good := keys.Compose(kind, keys.Test, owner, 3, sampleRandom)
		f.Add(good)
		f.Add(strings.ToLower(good))
		f.Add(good[:len(good)-1])
		f.Add(resealed(good[:keys.RandomStart] + "zzzzzzzzzz" + good[keys.RandomStart+10:]))
	}
	f.Add("")
	f.Add("sk_live_")
	f.Add(strings.Repeat("\x00", 84))
	f.Fuzz(func(t *testing.T, text string) {
		for _, shown := range []string{text, sealedOrEmpty(text)} {
			p, err := keys.Parse(secret.New(shown))
			if err != nil {
				wantRefused(t, err)
				continue
			}
			if again := recomposed(t, p, shown); again != shown {
				t.Errorf("%q was accepted, but its key is written %q", shown, again)
			}
		}
	})
}

// sealedOrEmpty lets the fuzzer reach past the checksum, which it cannot guess.
func sealedOrEmpty(text string) string {
	if len(text) != 84 {
		return ""
	}
	return resealed(text)
}

// recomposed writes the key anew from what was parsed; the random bytes are read by a
// plain reader of base 62, other than the one under test.
func recomposed(t *testing.T, p keys.Presented, text string) string {
	t.Helper()
	const digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
	var random bytes.Buffer
	for part := text[keys.RandomStart:keys.ChecksumAt]; part != ""; part = part[10:] {
		var value uint64
		for _, c := range part[:10] {
			value = value*62 + uint64(strings.IndexRune(digits, c))
		}
		for shift := 48; shift >= 0; shift -= 8 {
			random.WriteByte(byte(value >> shift))
		}
	}
	return keys.Compose(p.Kind, p.Mode, p.Ref, p.Entry, random.Bytes())
}
