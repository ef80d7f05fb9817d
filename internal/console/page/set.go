package page

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"html/template"
	"io/fs"
	"net/http"
	"time"
)

// Set holds the pages of a room in every language. It is safe for concurrent use.
type Set struct {
	kit   *Kit
	words words
	// templates hold every page of a language in one tree of templates: a copy of what all
	// share for each page was 20 MB, which the garbage collector went through all day.
	templates map[string]*template.Template
}

// Page is one page to be written.
type Page struct {
	// Name is the file in pages/ without its ending.
	Name string
	// Layout is plain (a card on an empty page; the default), console or onboarding.
	Layout string
	// Status defaults to 200.
	Status int
	// Secret is what the forms of the page are bound to; default: the secret of the visit.
	Secret string
	// Language overrides that of the request; empty for none.
	Language string
	// Framers are the origins that may show the page in a frame.
	Framers []string
	// Public pages are the same for everybody: they run no script, know no visitor, and may be
	// kept for a while.
	Public bool
	// Retry makes browsers load the page again after that time; zero for never.
	Retry time.Duration
	// Fragment is the name of the one template that is written, for scripts that asked for a
	// part of the page; main for what the layout is around; empty for the whole.
	Fragment string
	// Shell is what the layout shows beside the page.
	Shell any
	// Data is what the page shows.
	Data any
}

// View is what the templates of a page get.
type View struct {
	Lang, Theme string
	// Path is the path of the request, without Base.
	Path string
	// Sandbox is shown by every page.
	Sandbox bool
	// Token is the token of the page's forms.
	Token string
	// Notice says that something was done; empty for nothing.
	Notice string
	// Retry is when the page loads itself again, in seconds; 0 for never.
	Retry int
	// Title and Main are what the page defines, for its layout.
	Title, Main template.HTML
	Shell       any
	Data        any
}

// Set returns the pages of a room, with the functions that its templates call beside those
// of the kit. Its errors are faults of the files.
func (k *Kit) Set(files fs.FS, more template.FuncMap) (*Set, error) {
	own, err := readWords(files)
	if err != nil {
		return nil, err
	}
	s := &Set{kit: k, words: k.words.with(own), templates: map[string]*template.Template{}}
	for _, language := range languages {
		all := template.New("").Funcs(s.functions(language)).Funcs(more)
		if all, err = all.ParseFS(shared, "layouts/*.html", "parts/*.html"); err != nil {
			return nil, err
		}
		for _, pattern := range []string{"parts/*.html", "pages/*.html"} {
			names, err := fs.Glob(files, pattern)
			if err != nil {
				return nil, err
			}
			if len(names) == 0 {
				continue // a room without parts
			}
			if all, err = all.ParseFS(files, names...); err != nil {
				return nil, err
			}
		}
		s.templates[language] = all
	}
	return s, nil
}

// Text returns the text of a key in the language of a request.
func (s *Set) Text(r *http.Request, key string, pairs ...any) string {
	return s.words.text(languageOf(r), key, pairs...)
}

// Write writes a page.
func (s *Set) Write(w http.ResponseWriter, r *http.Request, p Page) {
	content, err := s.render(w, r, p)
	if err != nil {
		s.kit.options.Report(r, fmt.Errorf("rendering the page %s: %w", p.Name, err))
		http.Error(w, "This page cannot be shown: a fault of the service, which its log tells of.", http.StatusInternalServerError)
		return
	}
	if p.Status == 0 {
		p.Status = http.StatusOK
	}
	var zipped []byte
	if len(content) > 1400 && takesGzip(r) {
		zipped = compressed(content, gzip.DefaultCompression)
	}
	send(w, r, p.Status, "text/html; charset=utf-8", content, zipped)
}

func (s *Set) render(w http.ResponseWriter, r *http.Request, p Page) ([]byte, error) {
	language := p.Language
	if !known(language) {
		language = languageOf(r)
	}
	all := s.templates[language]
	view := View{Lang: language, Path: r.URL.Path, Sandbox: s.kit.options.Sandbox, Retry: int(p.Retry / time.Second), Shell: p.Shell, Data: p.Data}
	if !p.Public {
		if p.Secret == "" {
			p.Secret = s.kit.Visit(w, r)
		}
		view.Theme, view.Token = themeOf(r), s.kit.FormToken(p.Secret)
		if p.Fragment == "" {
			view.Notice = s.kit.takeNotice(w, r)
		}
	}
	if p.Retry > 0 {
		w.Header().Set("Refresh", fmt.Sprint(view.Retry))
	}
	Protect(w.Header(), p.Framers...)
	if p.Public {
		protectPublic(w.Header())
	}
	if p.Fragment != "" && p.Fragment != mainPart {
		return execute(all, p.Fragment, view)
	}
	main, err := execute(all, p.Name+"."+mainPart, view)
	if err != nil || p.Fragment == mainPart {
		return main, err
	}
	title, err := execute(all, p.Name+".title", view)
	if err != nil {
		return nil, err
	}
	if p.Layout == "" {
		p.Layout = "plain"
	}
	// Both were escaped by their own templates.
	view.Title, view.Main = template.HTML(title), template.HTML(main) //nolint:gosec // see above
	return execute(all, "layout-"+p.Layout, view)
}

// mainPart is the part of a page that stands in its layout.
const mainPart = "main"

func execute(all *template.Template, name string, view View) ([]byte, error) {
	var content bytes.Buffer
	if err := all.ExecuteTemplate(&content, name, view); err != nil {
		return nil, err
	}
	return content.Bytes(), nil
}
