package reference

import (
	"bytes"
	"fmt"
	"html/template"
	"io/fs"
	"slices"
	"strings"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"

	"tenantry/docs"
)

// guide is a page of docs/.
type guide struct {
	Name, Title, Lead string
	// Kind is api for the page of an API that is served, tutorial for one to begin with,
	// otherwise guide.
	Kind  string
	plain string
	html  template.HTML
	// Headings are those of the second level.
	Headings []heading
}

type heading struct{ ID, Text string }

// HTML returns the page without its title.
func (g *guide) HTML() template.HTML { return g.html }

// The pages of APIs, in the order that they are shown in; all others are guides.
var apis = []string{"native", "balanced", "dwolla", "straddle"}

// The pages for newcomers, in the order that they are read in.
var tutorials = []string{"first-platform", "first-webhook", "moving-from-dwolla", "going-live"}

// The pages that are not for users of an installation, or are lists of their folder.
var inside = []string{"README", "architecture", "data-model"}

var renderer = goldmark.New(goldmark.WithExtensions(extension.Table), goldmark.WithParserOptions(parser.WithAutoHeadingID()))

// readGuides reads the pages of docs/. Raw HTML in them is left out.
func readGuides() ([]*guide, error) {
	names, err := fs.Glob(docs.Pages, "*.md")
	if err != nil {
		return nil, fmt.Errorf("listing the guides: %w", err)
	}
	var list []*guide
	for _, file := range names {
		name := strings.TrimSuffix(file, ".md")
		if slices.Contains(inside, name) {
			continue
		}
		source, err := fs.ReadFile(docs.Pages, file)
		if err != nil {
			return nil, fmt.Errorf("reading a guide: %w", err)
		}
		made, err := readGuide(name, source)
		if err != nil {
			return nil, err
		}
		list = append(list, made)
	}
	slices.SortStableFunc(list, func(a, b *guide) int { return rank(a) - rank(b) })
	return list, nil
}

func rank(g *guide) int {
	ordered := slices.Concat(apis, tutorials)
	if i := slices.Index(ordered, g.Name); i >= 0 {
		return i
	}
	return len(ordered)
}

func readGuide(name string, source []byte) (*guide, error) {
	g := &guide{Name: name, Kind: "guide", Title: name, plain: string(source)}
	switch {
	case slices.Contains(apis, name):
		g.Kind = "api"
	case slices.Contains(tutorials, name):
		g.Kind = "tutorial"
	}
	tree := renderer.Parser().Parse(text.NewReader(source))
	var title, pictures []ast.Node
	err := ast.Walk(tree, func(node ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			return ast.WalkContinue, nil
		}
		switch node := node.(type) {
		case *ast.Heading:
			if node.Level == 1 && len(title) == 0 {
				g.Title, title = plainText(node, source), append(title, node)
			} else if id, ok := node.AttributeString("id"); ok && node.Level == 2 {
				g.Headings = append(g.Headings, heading{ID: fmt.Sprintf("%s", id), Text: plainText(node, source)})
			}
		case *ast.Paragraph:
			if g.Lead == "" && node.Parent() == tree {
				g.Lead, _, _ = strings.Cut(plainText(node, source), ". ")
			}
		case *ast.Link:
			node.Destination = []byte(destination(string(node.Destination)))
		case *ast.Image:
			pictures = append(pictures, node) // they stay in the repository
		}
		return ast.WalkContinue, nil
	})
	if err != nil {
		return nil, fmt.Errorf("reading the guide %s: %w", name, err)
	}
	for _, node := range append(title, pictures...) {
		node.Parent().RemoveChild(node.Parent(), node)
	}
	var out bytes.Buffer
	if err := renderer.Renderer().Render(&out, source, tree); err != nil {
		return nil, fmt.Errorf("rendering the guide %s: %w", name, err)
	}
	// Wide tables scroll by themselves, also by keyboard.
	page := strings.NewReplacer("<table>", `<div class="scroll" role="group" aria-label="Table" tabindex="0"><table>`, "</table>", "</table></div>",
		"<pre>", `<pre tabindex="0">`).Replace(out.String())
	g.html = template.HTML(page) //nolint:gosec // of a page of ours, without its raw HTML
	return g, nil
}

// destination returns where a link of docs/ leads at /docs. What is not shown there is named
// by where it stands in the repository, from the start page.
func destination(link string) string {
	file, fragment, _ := strings.Cut(link, "#")
	name, isPage := strings.CutSuffix(file, ".md")
	if fragment != "" {
		fragment = "#" + fragment
	}
	switch {
	case file == "" || strings.Contains(file, ":"):
		return link
	case isPage && !strings.Contains(name, "/") && !slices.Contains(inside, name):
		return name + fragment
	}
	return "../../docs"
}

func plainText(node ast.Node, source []byte) string {
	var b strings.Builder
	_ = ast.Walk(node, func(n ast.Node, entering bool) (ast.WalkStatus, error) { // returns no error
		if t, ok := n.(*ast.Text); ok && entering {
			b.Write(t.Segment.Value(source))
			if t.SoftLineBreak() {
				b.WriteByte(' ')
			}
		}
		return ast.WalkContinue, nil
	})
	return b.String()
}

// markdown renders a text of the OpenAPI document.
func markdown(source string) template.HTML {
	var out bytes.Buffer
	if err := renderer.Convert([]byte(source), &out); err != nil {
		return template.HTML(template.HTMLEscapeString(source)) //nolint:gosec // escaped
	}
	return template.HTML(out.String()) //nolint:gosec // of a text of ours, without its raw HTML
}
