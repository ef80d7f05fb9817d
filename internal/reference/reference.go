package reference

import (
	"embed"
	"fmt"
	"html/template"
	"net/http"
	"strings"
	"sync"

	"tenantry/internal/console/page"
	"tenantry/internal/openapi"
)

//go:embed pages/*.html parts/*.html
var templates embed.FS

// Path is where the pages are.
const Path = "/docs"

// Options are what Pages are made of. All are required.
type Options struct {
	Kit *page.Kit
	// Document is the OpenAPI document in YAML.
	Document []byte
	// Version is the version of the program.
	Version string
}

// Pages serves the reference. It is safe for concurrent use.
type Pages struct {
	options Options
	set     *page.Set
	content func() (*content, error)
}

// content is what the pages show. It is read at the first request: most processes are never
// asked for it.
type content struct {
	api    *openapi.Document
	guides []*guide
}

// New returns the pages. Its errors are faults of the embedded files.
func New(o Options) (*Pages, error) {
	p := &Pages{options: o}
	var err error
	if p.set, err = o.Kit.Set(templates, template.FuncMap{
		"md": markdown, "operationPath": operationPath,
		"capital": func(text string) string { return strings.ToUpper(text[:1]) + text[1:] },
	}); err != nil {
		return nil, fmt.Errorf("reading the pages of the reference: %w", err)
	}
	p.content = sync.OnceValues(func() (*content, error) {
		api, err := openapi.Read(o.Document)
		if err != nil {
			return nil, err
		}
		guides, err := readGuides()
		return &content{api: api, guides: guides}, err
	})
	return p, nil
}

// ServeHTTP serves Path and all below it.
func (p *Pages) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		p.show(w, r, nil, shown{name: "missing", status: http.StatusMethodNotAllowed})
		return
	}
	c, err := p.content()
	if err != nil {
		p.set.Fail(w, r, page.Page{Public: true, Language: "en"}, err)
		return
	}
	parts := strings.Split(strings.Trim(strings.TrimPrefix(r.URL.Path, Path), "/"), "/")
	p.show(w, r, c, p.find(r, c, parts))
}

// shown is a page that was found.
type shown struct {
	name, here string
	status     int
	data       any
}

// find returns the page of a path.
func (p *Pages) find(r *http.Request, c *content, parts []string) shown {
	missing := shown{name: "missing", status: http.StatusNotFound}
	first, second, third := parts[0], at(parts, 1), at(parts, 2)
	if len(parts) > 3 || len(parts) > 2 && first != "api" {
		return missing
	}
	switch first {
	case "":
		return shown{name: "start", data: map[string]any{"API": c.api, "Guides": c.guides}}
	case "api":
		for _, tag := range c.api.Tags {
			if tag.Name != second {
				continue
			}
			if third == "" {
				return shown{name: "tag", here: tag.Name, data: tag}
			}
			for i, operation := range tag.Operations {
				if operation.ID == third {
					return shown{name: "operation", here: tag.Name, data: p.operation(r, c, tag, i)}
				}
			}
		}
	case "objects":
		if second == "" {
			return shown{name: "objects", here: "objects", data: c.api.Objects}
		}
		if object, ok := c.api.Object(second); ok {
			return shown{name: "object", here: "objects", data: map[string]any{"Name": second, "Schema": object, "Example": c.api.Example(second), "Used": usedBy(c.api, second)}}
		}
	case "errors":
		if second == "" {
			return shown{name: "errors", here: "errors", data: Catalog}
		}
		for _, entry := range Catalog {
			if string(entry.Code) == second {
				return shown{name: "error", here: "errors", data: entry}
			}
		}
	case "events":
		if second == "" {
			return shown{name: "events", here: "events", data: c.api.Events}
		}
	case "guides":
		for _, guide := range c.guides {
			if guide.Name == second {
				return shown{name: "guide", here: "guide " + guide.Name, data: guide}
			}
		}
	case "search":
		if second == "" {
			query := strings.TrimSpace(r.URL.Query().Get("q"))
			return shown{name: "search", data: map[string]any{"Query": query, "Hits": search(c, query)}}
		}
	}
	return missing
}

func at(parts []string, i int) string {
	if i < len(parts) {
		return parts[i]
	}
	return ""
}

// shell is what the layout shows beside a page.
type shell struct {
	Tags        []*openapi.Tag
	Guides      []*guide
	Here, Query string
	Version     string
}

func (p *Pages) show(w http.ResponseWriter, r *http.Request, c *content, s shown) {
	around := shell{Here: s.here, Version: p.options.Version, Query: r.URL.Query().Get("q")}
	if c != nil {
		around.Tags, around.Guides = c.api.Tags, c.guides
	}
	p.set.Write(w, r, page.Page{Name: s.name, Layout: "docs", Language: "en", Status: s.status, Public: true, Shell: around, Data: s.data})
}

func operationPath(o *openapi.Operation) string { return Path + "/api/" + o.Tag + "/" + o.ID }
