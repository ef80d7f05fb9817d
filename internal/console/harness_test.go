package console_test

import (
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"tenantry/internal/api"
	"tenantry/internal/console"
	"tenantry/internal/testkit"
)

// site is an installation with its pages, served as the program serves them.
type site struct {
	*testkit.Env
	t    testing.TB
	URL  string
	base string
}

// password is that of every user here.
const password = "velvet-otter-canal-brick"

// open returns a site whose operator, platform and merchant each have an administrator:
// olga, petra and mara; karl is a clerk of the platform.
func open(t *testing.T, change ...func(*console.Options)) (*site, testkit.Party, testkit.Target) {
	t.Helper()
	return openOn(t, testkit.Open(t, testkit.Crowded), change...)
}

func openOn(t *testing.T, h *testkit.Env, change ...func(*console.Options)) (*site, testkit.Party, testkit.Target) {
	t.Helper()
	shop, parts := h.MerchantWithParts()
	for name, of := range map[string]struct {
		by   testkit.Party
		id   string
		role string
	}{
		"olga": {h.Operator, h.Operator.ID, "admin"}, "petra": {h.Cove, h.Cove.ID, "admin"}, "karl": {h.Cove, h.Cove.ID, "clerk"},
		"mara": {h.Cove, shop.ID, "admin"}, "rita": {h.Rival, h.Rival.ID, "admin"},
	} {
		_, err := h.AddUser(of.by, of.id, `{"username":"`+name+`","password":"`+password+`","role":"`+of.role+`"}`)
		testkit.Must(t, err)
	}
	return serve(t, h, change...), shop, parts
}

// serve serves the pages of an Env.
func serve(t *testing.T, h *testkit.Env, change ...func(*console.Options)) *site {
	t.Helper()
	options := console.Options{App: h.Svc, Sandbox: true, Version: "test", Now: h.Clock.Now, Address: func(*http.Request) string { return "192.0.2.7" }}
	for _, one := range change {
		one(&options)
	}
	made, err := console.New(options)
	testkit.Must(t, err)
	server := h.Serve(api.Options{Console: made.Handler(), Pages: console.Prefixes})
	if options.Base == "" {
		return &site{Env: h, t: t, URL: server.URL}
	}
	proxied := httptest.NewServer(http.StripPrefix(options.Base, server.API.Handler()))
	t.Cleanup(proxied.Close)
	return &site{Env: h, t: t, URL: proxied.URL, base: options.Base}
}

// in returns s for a subtest, which then is what fails.
func (s *site) in(t testing.TB) *site {
	next := *s
	next.Env, next.t = s.In(t), t
	return &next
}

// browser is a person at a browser.
type browser struct {
	*site
	t      testing.TB
	client *http.Client
	// token is that of the last form seen.
	token string
}

// shown is a page as the browser got it.
type shown struct {
	t      testing.TB
	Status int
	Header http.Header
	Text   string
	Path   string
}

// visitor returns a browser that nobody has signed in with.
func (s *site) visitor(t testing.TB) *browser {
	t.Helper()
	jar, err := cookiejar.New(nil)
	testkit.Must(t, err)
	return &browser{site: s, t: t, client: &http.Client{Transport: &http.Transport{}, Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
}

// as returns a browser that a user has signed in with.
func (s *site) as(t testing.TB, name string) *browser {
	t.Helper()
	b := s.visitor(t)
	b.get("/console/sign-in?stay=1").ok(http.StatusOK)
	b.post("/console/sign-in", "username", name, "password", password).ok(http.StatusSeeOther)
	b.get("/console/me").ok(http.StatusOK)
	return b
}

// in returns b for a subtest, which then is what fails.
func (b *browser) in(t testing.TB) *browser {
	next := *b
	next.site, next.t = b.site.in(t), t
	return &next
}

var tokenForm = regexp.MustCompile(`name="formToken" value="([^"]+)"`)

func (b *browser) do(method, path string, body io.Reader, header ...string) shown {
	b.t.Helper()
	request, err := http.NewRequestWithContext(b.t.Context(), method, b.URL+b.base+path, body)
	testkit.Must(b.t, err)
	for i := 0; i+1 < len(header); i += 2 {
		request.Header.Set(header[i], header[i+1])
	}
	response, err := b.client.Do(request)
	testkit.Must(b.t, err)
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	testkit.Must(b.t, err)
	if found := tokenForm.FindSubmatch(text); found != nil {
		b.token = string(found[1])
	}
	return shown{t: b.t, Status: response.StatusCode, Header: response.Header, Text: string(text), Path: path}
}

func (b *browser) get(path string, header ...string) shown {
	b.t.Helper()
	return b.do(http.MethodGet, path, nil, header...)
}

// post sends a form, with the token of the last form seen.
func (b *browser) post(path string, pairs ...string) shown {
	b.t.Helper()
	form := url.Values{"formToken": {b.token}}
	for i := 0; i+1 < len(pairs); i += 2 {
		form.Set(pairs[i], pairs[i+1])
	}
	return b.do(http.MethodPost, path, strings.NewReader(form.Encode()), "Content-Type", "application/x-www-form-urlencoded")
}

// ok demands a status.
func (s shown) ok(status int) shown {
	s.t.Helper()
	if s.Status != status {
		s.t.Fatalf("%s is answered %d and not %d: %s", s.Path, s.Status, status, s.words())
	}
	return s
}

// has demands texts on the page.
func (s shown) has(texts ...string) shown {
	s.t.Helper()
	for _, text := range texts {
		if !strings.Contains(s.Text, text) {
			s.t.Errorf("%s does not show %q: %s", s.Path, text, s.words())
		}
	}
	return s
}

// lacks demands that texts are not on the page.
func (s shown) lacks(texts ...string) shown {
	s.t.Helper()
	for _, text := range texts {
		if strings.Contains(s.Text, text) {
			s.t.Errorf("%s shows %q", s.Path, text)
		}
	}
	return s
}

// leadsTo demands a redirect.
func (s shown) leadsTo(path string) shown {
	s.t.Helper()
	if s.Status != http.StatusSeeOther || s.Header.Get("Location") != path {
		s.t.Fatalf("%s is answered %d and leads to %q, not to %q: %s", s.Path, s.Status, s.Header.Get("Location"), path, s.words())
	}
	return s
}

// words returns the words of the page, for messages of tests.
func (s shown) words() string {
	document, err := html.Parse(strings.NewReader(s.Text))
	if err != nil {
		return s.Text
	}
	var b strings.Builder
	each(document, func(n *html.Node) {
		if n.Type == html.TextNode && strings.TrimSpace(n.Data) != "" {
			b.WriteString(strings.TrimSpace(n.Data) + " ")
		}
	})
	return b.String()[:min(b.Len(), 1500)]
}

func each(n *html.Node, visit func(*html.Node)) {
	visit(n)
	for child := n.FirstChild; child != nil; child = child.NextSibling {
		each(child, visit)
	}
}
