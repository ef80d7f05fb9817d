package console

import (
	"embed"
	"errors"
	"fmt"
	"html/template"
	"io"
	"net/http"
	"time"

	"tenantry/internal/app"
	"tenantry/internal/console/page"
	"tenantry/tenancy"
)

//go:embed pages/*.html parts/*.html
var templates embed.FS

// Options are what a Console is made of. Only App is required.
type Options struct {
	App *app.App
	// Base and Origin are the path and the scheme and host of public_url.
	Base, Origin string
	// Sandbox reports whether the installation is one.
	Sandbox bool
	// Version is the version of the program.
	Version string
	// Address returns where a request came from, for the limits of log-ins; default: the
	// peer of the connection.
	Address func(r *http.Request) string
	// HTTPS reports whether a request came by https.
	HTTPS func(r *http.Request) bool
	// Admit takes a page from the rate of whoever is signed in, and returns RateLimited if
	// none is left; nil is no limit.
	Admit func(caller tenancy.Caller) error
	// Facts are told on the page of the system; may be nil.
	Facts func() []Fact
	// Files returns the state of the store's files, for the page of the system; nil where the
	// store has none here.
	Files func() Files
	// Report is told of faults that a page does not show.
	Report func(r *http.Request, err error)
	Now    func() time.Time
	Random io.Reader
}

// Fact is something that the program knows of itself.
type Fact struct{ Name, Value string }

// Files is what a store with files of its own tells of them.
type Files struct {
	// Database and Journal are sizes in bytes.
	Database, Journal int64
	// Checkpoint is when all of the journal was last copied into the database, zero for not
	// since the start.
	Checkpoint time.Time
	// Waiting is the number of writes that wait.
	Waiting int64
}

// Console serves the pages. It is safe for concurrent use.
type Console struct {
	app     *app.App
	options Options
	kit     *page.Kit
	pages   *page.Set
}

// New returns a Console. Its errors are a missing option and faults of the embedded files.
func New(o Options) (*Console, error) {
	if o.App == nil {
		return nil, errors.New("console: an option is missing")
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Address == nil {
		o.Address = func(r *http.Request) string { return r.RemoteAddr }
	}
	kit, err := page.New(page.Options{
		Base: o.Base, Origin: o.Origin, Sandbox: o.Sandbox, HTTPS: o.HTTPS, Report: o.Report, Now: o.Now, Random: o.Random,
	})
	if err != nil {
		return nil, fmt.Errorf("making the pages: %w", err)
	}
	c := &Console{app: o.App, options: o, kit: kit}
	if c.pages, err = kit.Set(templates, template.FuncMap(functions)); err != nil {
		return nil, fmt.Errorf("reading the pages: %w", err)
	}
	return c, nil
}

// Kit returns what the pages of other rooms share with these.
func (c *Console) Kit() *page.Kit { return c.kit }

// Prefixes are the paths that Handler serves, each with all below it.
var Prefixes = []string{"/console", "/setup"}
