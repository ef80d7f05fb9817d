package term_test

import (
	"strings"
	"testing"
	"time"

	"tenantry/cmd/tenantry/internal/term"
)

// Columns stay aligned with wide letters and with colors.
func TestColumnsAreAligned(t *testing.T) {
	t.Parallel()
	table := term.Table{Heading: []string{"NAME", "STATUS", "PLAN"}}
	table.Add(term.Cell{Text: "Ada"}, term.Cell{Text: "active", Color: term.Good}, term.Cell{Text: "payer"})
	table.Add(term.Cell{Text: "日本商店"}, term.Cell{Text: "disabled", Color: term.Bad}, term.Cell{})
	var b strings.Builder
	if err := table.Write(&b, term.Printer{}); err != nil {
		t.Fatal(err)
	}
	want := "NAME      STATUS    PLAN\n" +
		"Ada       active    payer\n" +
		"日本商店  disabled\n"
	if b.String() != want {
		t.Errorf("got\n%swant\n%s", b.String(), want)
	}
	b.Reset()
	if err := table.Write(&b, term.Printer{Color: true}); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(b.String(), "\x1b[32mactive\x1b[0m    payer") {
		t.Errorf("colors shift columns: %q", b.String())
	}
}

// A name can neither control the terminal nor forge a second line.
func TestNamesCannotSteerTheTerminal(t *testing.T) {
	t.Parallel()
	const evil = "a\x1b[2Jb\rc\nd\u202ee\u2028f\x9b1m"
	var b strings.Builder
	table := term.Table{Heading: []string{"NAME"}}
	table.Add(term.Cell{Text: evil})
	_ = table.Write(&b, term.Printer{})
	var r term.Record
	r.Add("name", evil, term.Plain)
	_ = r.Write(&b, term.Printer{})
	if strings.ContainsAny(b.String(), "\x1b\r\u202e\u2028\u009b") || strings.Count(b.String(), "\n") != 3 {
		t.Errorf("%q", b.String())
	}
}

// Shortened texts fit, and show that something is missing.
func TestShorten(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{"short": "short", "sixty-one": "sixty…", "日本商店": "日本…"} {
		t.Run(text, func(t *testing.T) {
			if got := term.Shorten(text, 6); got != want || term.Width(got) > 6 {
				t.Errorf("%s: %s", text, got)
			}
		})
	}
}

// The bar is full at the end, grows on one line, and stays within its line if there is
// more to do than was counted.
func TestProgress(t *testing.T) {
	t.Parallel()
	now := time.Unix(0, 0)
	var b strings.Builder
	p := term.NewProgress(&b, func() time.Time { return now }, "re-encrypting", 2000)
	p.Done(1) // drawn
	p.Done(2) // too soon
	now = now.Add(time.Second)
	p.Done(1000)
	p.Done(2000)
	p.Done(2001)
	p.End()
	lines := strings.Split(strings.TrimSpace(b.String()), "\r")
	if len(lines) != 4 || !strings.HasSuffix(lines[1], " 50 %  1,000 of 2,000") ||
		!strings.HasSuffix(lines[2], "[==============================] 100 %  2,000 of 2,000") ||
		!strings.HasSuffix(lines[3], "100 %  2,001 of 2,001") {
		t.Errorf("%q", lines)
	}
	var none *term.Progress
	none.Done(1)
	none.End()
}

// Tables fit the terminal: columns that matter less go, texts are cut, and ids never.
func TestTablesFitTheTerminal(t *testing.T) {
	t.Parallel()
	const id = "65be9a3f1c2d4e5f60718293"
	people := func() *term.Table {
		table := &term.Table{Heading: []string{"ID", "NAME", "E-MAIL", "PARENT"}, Less: []string{"E-MAIL"}, Whole: []string{"PARENT"}}
		table.Add(term.Cell{Text: id}, term.Cell{Text: "A name that is rather long"}, term.Cell{Text: "ada@example.com"}, term.Cell{Text: id})
		return table
	}
	for columns, want := range map[int]string{
		0:   id + "  A name that is rather long  ada@example.com  " + id,
		100: id + "  A name that is rather long  ada@example.com  " + id,
		80:  id + "  A name that is rather long  " + id,
		70:  id + "  A name that is ra…  " + id,
		20:  id + "  A name …  " + id,
	} {
		var b strings.Builder
		if err := people().Write(&b, term.Printer{Columns: columns}); err != nil {
			t.Fatal(err)
		}
		lines := strings.Split(strings.TrimSpace(b.String()), "\n")
		if len(lines) != 2 || lines[1] != want {
			t.Errorf("at %d columns it is %q, want %q", columns, lines[1], want)
		}
	}
}
