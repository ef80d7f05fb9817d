package check_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"tenantry/internal/check"
	"tenantry/internal/fault"
)

const mostOfEmail = 128

// E-mail addresses are taken as people have them, and refused where they could be
// something else: a name, a list, a route, a second line.
func TestEmail(t *testing.T) {
	t.Parallel()
	for _, good := range []string{
		"a@b.co", "first.last+tag@sub.example.com", "o'brien@example.com", "ä@bücher.example", "用户@例え.テスト", "A@EXAMPLE.COM", "1@2.co",
		strings.Repeat("a", 64) + "@example.com", "a@" + strings.Repeat("b", 118) + ".example",
	} {
		t.Run(good, func(t *testing.T) {
			var faults fault.List
			if !check.Email(&faults, good, "email", mostOfEmail) || !check.IsEmail(good, mostOfEmail) {
				t.Errorf("%q is refused: %v", good, faults.Err())
			}
		})
	}
	for _, bad := range []string{
		"", "a", "@example.com", "a@", "a@b", "a@@b.co", "a b@example.com", "a@exa mple.com", " a@b.co", "a@b.co ", "a@b.co\n", "a@b.co\r\nBcc: x@y.co",
		"A <a@b.co>", "<a@b.co>", "a@b.co, c@d.co", "a@b..co", "a@.co", "a@b.co.", "a@-b.co", "a@b-.co", "a@b_c.co", "a@[127.0.0.1]", `"a b"@c.co`, "a(comment)@b.co",
		".a@b.co", "a.@b.co", "a..b@c.co", "a\x00@b.co", "a\xff@b.co", "mailto:a@b.co", strings.Repeat("a", 65) + "@example.com", strings.Repeat("ä", 65) + "@example.com",
		"a@" + strings.Repeat("b", 127) + ".co", "a@" + strings.Repeat("b", 119) + ".example",
	} {
		t.Run(bad, func(t *testing.T) {
			var faults fault.List
			if check.Email(&faults, bad, "email", mostOfEmail) || faults.Len() != 1 || check.IsEmail(bad, mostOfEmail) {
				t.Errorf("%q is accepted, or refused %d times", bad, faults.Len())
			}
		})
	}
}

// FuzzEmail holds that an accepted address has one @ that counts, a domain with a
// dot, and nothing that could break a header or a line.
func FuzzEmail(f *testing.F) {
	for _, seed := range []string{"a@b.co", `"a@b"@c.co`, "A <a@b.co>", "a@b.co\n", "ä@bücher.example", "a@b.co (x)", "=?utf-8?q?a?=@b.co"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		var faults fault.List
		if !check.Email(&faults, text, "email", mostOfEmail) {
			if faults.Empty() {
				t.Errorf("%q is refused without a word", text)
			}
			return
		}
		local, domain, found := strings.Cut(text, "@")
		if !found || local == "" || !strings.Contains(domain, ".") || strings.ContainsAny(text, " <>,;:\"()[]\\\r\n\t\x00") ||
			!utf8.ValidString(text) || utf8.RuneCountInString(text) > mostOfEmail || utf8.RuneCountInString(local) > 64 || strings.Contains(domain, "@") {
			t.Errorf("%q is accepted", text)
		}
	})
}
