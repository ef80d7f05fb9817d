package page

import (
	"crypto/rand"
	"embed"
	"io"
	"net/http"
	"strings"
	"time"
)

//go:embed layouts/*.html parts/*.html messages/*.json
var shared embed.FS

// Options are what a Kit is made of; all may be left out.
type Options struct {
	// Base is the path that clients put before the paths of the service, without a slash at
	// its end: that of public_url.
	Base string
	// Origin is the scheme and host of public_url; empty for those of each request.
	Origin string
	// Sandbox reports whether the installation is one, which every page shows.
	Sandbox bool
	// HTTPS reports whether a request came by https, to the service or a proxy in front;
	// default: to the service.
	HTTPS func(r *http.Request) bool
	// Report is told of faults that a page does not show; default: nobody is.
	Report func(r *http.Request, err error)
	Now    func() time.Time
	Random io.Reader
}

// Kit is what all pages of an installation share. It is safe for concurrent use.
type Kit struct {
	options Options
	files   *files
	words   words
}

// New returns a Kit. Its errors are faults of the embedded files.
func New(o Options) (*Kit, error) {
	o.Base = strings.TrimRight(o.Base, "/")
	if o.HTTPS == nil {
		o.HTTPS = func(r *http.Request) bool { return r.TLS != nil }
	}
	if o.Report == nil {
		o.Report = func(*http.Request, error) {}
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Random == nil {
		o.Random = rand.Reader
	}
	own, err := readWords(shared)
	if err != nil {
		return nil, err
	}
	found, err := readAssets()
	if err != nil {
		return nil, err
	}
	return &Kit{options: o, words: own, files: found}, nil
}

// URL returns the path by which clients reach a path of the service.
func (k *Kit) URL(path string) string { return k.options.Base + path }

// Absolute returns the whole URL by which clients reach a path of the service.
func (k *Kit) Absolute(r *http.Request, path string) string {
	origin := k.options.Origin
	if origin == "" {
		origin = "http://" + r.Host
		if k.options.HTTPS(r) {
			origin = "https://" + r.Host
		}
	}
	return origin + k.URL(path)
}

// Redirect sends the reader of a page to another of ours, by GET.
func (k *Kit) Redirect(w http.ResponseWriter, r *http.Request, path string) {
	http.Redirect(w, r, k.URL(path), http.StatusSeeOther)
}
