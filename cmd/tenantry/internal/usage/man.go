package usage

import (
	"strings"

	"github.com/alecthomas/kong"
)

// Notes are what manual pages say beside the commands.
type Notes struct {
	Version string
	// ExitCodes and Environment are names with their meanings.
	ExitCodes, Environment [][2]string
}

// Pages returns the manual pages by their file names: one of the program, and one of each
// command that may be typed.
func Pages(app *kong.Application, notes Notes) map[string]string {
	pages := map[string]string{}
	var others []string
	each := func(node *kong.Node) {
		name := pageName(node)
		var p page
		p.head(name, node.Help, notes)
		p.section("SYNOPSIS")
		p.line(".B " + roff(app.Name+" "+node.Path()))
		p.line(roff(strings.TrimSpace(strings.TrimPrefix(node.Summary(), node.Path()))))
		p.section("DESCRIPTION")
		p.prose(node.Help + "\n\n" + node.Detail)
		p.arguments(node)
		p.flags(node.Flags, "OPTIONS")
		p.section("SEE ALSO")
		p.line(`.BR tenantry (1)`)
		pages[name+".1"] = p.text.String()
		others = append(others, name)
	}
	for _, leaf := range app.Leaves(true) {
		each(leaf)
	}
	var p page
	p.head(app.Name, "keeps the customer hierarchy of a payments business", notes)
	p.section("SYNOPSIS")
	p.line(".B " + roff(app.Name))
	p.line(`.I command`)
	p.line(`[\fIflags\fR]`)
	p.section("DESCRIPTION")
	p.prose(app.Help)
	p.section("COMMANDS")
	for _, leaf := range app.Leaves(true) {
		p.item(leaf.Path(), leaf.Help)
	}
	p.flags(app.Flags, "OPTIONS OF EVERY COMMAND")
	p.section("EXIT STATUS")
	for _, code := range notes.ExitCodes {
		p.item(code[0], code[1])
	}
	p.section("ENVIRONMENT")
	for _, variable := range notes.Environment {
		p.item(variable[0], variable[1])
	}
	p.section("SEE ALSO")
	for i, other := range others {
		comma := ","
		if i == len(others)-1 {
			comma = ""
		}
		p.line(".BR " + roff(other) + " (1)" + comma)
	}
	pages[app.Name+".1"] = p.text.String()
	return pages
}

// pageName returns the name of the page of a command: tenantry-keys-rotate.
func pageName(node *kong.Node) string {
	return "tenantry-" + strings.ReplaceAll(node.Path(), " ", "-")
}

// page is a manual page that is being written.
type page struct{ text strings.Builder }

func (p *page) line(text string) {
	if text != "" {
		p.text.WriteString(text + "\n")
	}
}

func (p *page) head(name, does string, notes Notes) {
	p.line(`.TH "` + roff(strings.ToUpper(name)) + `" "1" "" "tenantry ` + roff(notes.Version) + `" "Tenantry"`)
	p.section("NAME")
	does = strings.TrimSuffix(strings.TrimSpace(does), ".")
	if first, rest, ok := strings.Cut(does, " "); ok {
		does = strings.ToLower(first[:1]) + first[1:] + " " + rest
	}
	p.line(roff(name) + ` \- ` + roff(does))
}

func (p *page) section(title string) { p.line(`.SH "` + title + `"`) }

// prose writes paragraphs, and lines that are indented as they stand.
func (p *page) prose(text string) {
	begun, literal := false, false
	for line := range strings.SplitSeq(strings.TrimSpace(text), "\n") {
		indented := strings.HasPrefix(line, "  ")
		switch {
		case strings.TrimSpace(line) == "":
			begun = false
			continue
		case indented && !literal:
			p.line(".PP\n.nf\n.RS 4")
		case !indented && literal:
			p.line(".RE\n.fi\n.PP")
		case !indented && !begun:
			p.line(".PP")
		}
		begun, literal = true, indented
		p.line(roff(strings.TrimSpace(line)))
	}
	if literal {
		p.line(".RE\n.fi")
	}
}

func (p *page) item(name, help string) {
	p.line(".TP\n.B " + roff(name))
	p.line(roff(strings.TrimSpace(strings.ReplaceAll(help, "\n", " "))))
}

func (p *page) arguments(node *kong.Node) {
	if len(node.Positional) == 0 {
		return
	}
	p.section("ARGUMENTS")
	for _, argument := range node.Positional {
		p.item(argument.Summary(), argument.Help)
	}
}

func (p *page) flags(flags []*kong.Flag, title string) {
	shown := 0
	for _, flag := range flags {
		if flag.Hidden {
			continue
		}
		if shown++; shown == 1 {
			p.section(title)
		}
		name := flag.String()
		p.item(name, flag.Help)
	}
}

var roffEscapes = strings.NewReplacer(`\`, `\e`, `-`, `\-`, `'`, `\(aq`, "…", `\[u2026]`, "→", `\(->`, "“", `\(lq`, "”", `\(rq`)

// roff returns a text as a line of a page shows it.
func roff(text string) string {
	text = roffEscapes.Replace(text)
	if strings.HasPrefix(text, ".") {
		text = `\&` + text
	}
	return text
}
