package console_test

import (
	"net/http"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"tenantry/customers"
	"tenantry/internal/testkit"
)

// customerPages are all pages about a customer, by their paths below it.
func customerPages(on testkit.Target) []string {
	return []string{
		"", "/profile", "/entity", "/entity/owners/new", "/entity/owners/" + on.Owner, "/entity/owners/" + on.Owner + "/remove",
		"/banks", "/banks/new", "/banks/" + on.Bank + "/confirm", "/banks/" + on.Bank + "/status", "/cards", "/cards/" + on.Card + "/remove",
		"/documents", "/documents/new", "/documents/" + on.Document + "/decide", "/documents/" + on.Document + "/read",
		"/identity", "/identity/decide", "/onboarding", "/onboarding/" + testkit.UnknownID + "/end", "/edit", "/status?to=disabled", "/status?to=locked", "/delete", "/unmask", "/branch",
	}
}

// Every page is shown to whom it is for, is small, and is one that a strict policy allows:
// nothing inline, nothing of another origin, and in the frame the environment and whom one
// acts for.
func TestEveryPage(t *testing.T) {
	t.Parallel()
	s, shop, on := open(t)
	at := "/console/customers/" + shop.ID
	operator := []string{
		"/console", "/console/welcome", "/console/customers", "/console/customers/" + s.Cove.ID + "/children?status=active&q=o&order=name", "/console/customers/" + s.Cove.ID + "/new", "/console/customers/" + s.Cove.ID + "/settings/pages",
		"/console/customers/" + s.Cove.ID, "/console/customers/" + s.Operator.ID, "/console/customers/" + s.Operator.ID + "/edit",
		"/console/search", "/console/search?q=o&stay=1", "/console/reviews", "/console/reviews/" + shop.ID, "/console/system", "/console/me",
	}
	for _, below := range customerPages(on) {
		operator = append(operator, at+below)
	}
	for name, paths := range map[string][]string{
		"olga":  operator,
		"petra": {"/console", "/console/customers", at, at + "/identity", "/console/reviews", "/console/me", "/console/customers/" + s.Cove.ID},
		"mara":  {at, at + "/banks", at + "/entity", at + "/documents", at + "/edit", "/console/me"},
		"karl":  {"/console", at, at + "/banks", "/console/customers"},
	} {
		b := s.as(t, name)
		for _, path := range paths {
			t.Run(name+" "+path, func(t *testing.T) {
				b := &browser{site: b.site, t: t, client: b.client}
				got := b.get(path).ok(http.StatusOK)
				isSound(t, got)
				got.has("Acting for", "env-sandbox", "Show as curl")
				if strings.Contains(got.Text, "ZgotmplZ") || strings.Contains(got.Text, "&lt;no value") {
					t.Error("a template shows what it must not")
				}
			})
		}
	}
	b := s.visitor(t)
	for _, path := range []string{"/console/sign-in?stay=1", "/setup", "/console/sign-in/nothing"} {
		isSound(t, b.get(path))
	}
}

// isSound demands of a page that nothing in it needs a lenient policy, that each field has
// a label, and that it is small.
func isSound(t testing.TB, got shown) {
	t.Helper()
	policy := got.Header.Get("Content-Security-Policy")
	for _, rule := range []string{"default-src 'none'", "script-src 'self'", "style-src 'self'", "form-action 'self'", "base-uri 'none'", "frame-ancestors 'none'"} {
		if !strings.Contains(policy, rule) {
			t.Errorf("%s: the policy lacks %s: %s", got.Path, rule, policy)
		}
	}
	if strings.Contains(policy, "unsafe") || got.Header.Get("X-Content-Type-Options") != "nosniff" || got.Header.Get("Cache-Control") != "no-store" {
		t.Errorf("%s: the headers are %v", got.Path, got.Header)
	}
	if len(got.Text) > 60_000 {
		t.Errorf("%s has %d bytes", got.Path, len(got.Text))
	}
	document, err := html.Parse(strings.NewReader(got.Text))
	testkit.Must(t, err)
	labeled, ids, headings := map[string]bool{}, map[string]bool{}, 0
	each(document, func(n *html.Node) {
		if n.Type == html.ElementNode && n.Data == "label" {
			labeled[attribute(n, "for")] = true
		}
	})
	each(document, func(n *html.Node) {
		if n.Type != html.ElementNode {
			return
		}
		if n.Data == "h1" {
			headings++
		}
		if id := attribute(n, "id"); id != "" {
			if ids[id] {
				t.Errorf("%s has the id %s twice", got.Path, id)
			}
			ids[id] = true
		}
		switch n.Data {
		case "script":
			if attribute(n, "src") == "" || n.FirstChild != nil {
				t.Errorf("%s has a script of its own", got.Path)
			}
		case "style":
			t.Errorf("%s has a style of its own", got.Path)
		case "input", "select", "textarea":
			kind := attribute(n, "type")
			if kind != "hidden" && kind != "radio" && !labeled[attribute(n, "id")] {
				t.Errorf("%s: the field %s has no label", got.Path, attribute(n, "name"))
			}
		case "form":
			token := false
			each(n, func(inner *html.Node) {
				token = token || attribute(inner, "name") == "formToken" && attribute(inner, "value") != ""
			})
			if attribute(n, "method") == "post" && !token {
				t.Errorf("%s has a form without a token", got.Path)
			}
		}
		for _, a := range n.Attr {
			if a.Key == "style" || strings.HasPrefix(a.Key, "on") || strings.HasPrefix(a.Key, "hx-on") {
				t.Errorf("%s has the attribute %s", got.Path, a.Key)
			}
			if (a.Key == "src" || a.Key == "href" || a.Key == "action") && (strings.Contains(a.Val, "://") || strings.HasPrefix(a.Val, "//")) {
				t.Errorf("%s leads to another origin: %s", got.Path, a.Val)
			}
		}
	})
	if headings != 1 {
		t.Errorf("%s has %d first headings", got.Path, headings)
	}
}

func attribute(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

// The home of an account names the receivers that are not served any more of everybody
// below it, however deep, and of nobody else.
func TestHomeNamesDisabledReceivers(t *testing.T) {
	t.Parallel()
	s, _, _ := open(t)
	for _, of := range []testkit.Party{s.Cove, s.Rival} {
		s.Row(of, "Deaf", func(c *customers.Customer) {
			c.Webhooks = []customers.Webhook{{ID: c.ID, URL: "https://hooks.example/" + of.ID, Created: c.Created, Disabled: &c.Created}}
		})
	}
	s.as(t, "olga").get("/console").has("https://hooks.example/"+s.Cove.ID, "https://hooks.example/"+s.Rival.ID)
	s.as(t, "petra").get("/console").has("https://hooks.example/" + s.Cove.ID).lacks("https://hooks.example/" + s.Rival.ID)
}

// What all pages load is small, and its name changes with its content, so that it is kept
// for ever.
func TestAssets(t *testing.T) {
	t.Parallel()
	s, _, _ := open(t)
	b := s.as(t, "olga")
	page := b.get("/console").ok(http.StatusOK)
	document, err := html.Parse(strings.NewReader(page.Text))
	testkit.Must(t, err)
	total, found := len(page.Text), 0
	each(document, func(n *html.Node) {
		source := attribute(n, "src")
		if n.Data == "link" {
			source = attribute(n, "href")
		}
		if n.Type != html.ElementNode || source == "" {
			return
		}
		found++
		got := b.get(source, "Accept-Encoding", "gzip").ok(http.StatusOK)
		total += len(got.Text)
		if !strings.Contains(got.Header.Get("Cache-Control"), "immutable") || got.Header.Get("Content-Encoding") != "gzip" {
			t.Errorf("%s: the headers are %v", source, got.Header)
		}
	})
	if found != 4 || total > 60_000 {
		t.Errorf("a page loads %d assets and takes %d bytes", found, total)
	}
	b.get("/console/assets/style.css").ok(http.StatusNotFound)
}

// Whoever has not signed in is asked to, and comes back to the page.
func TestSignedOutPeopleAreAskedToSignIn(t *testing.T) {
	t.Parallel()
	s, shop, on := open(t)
	b := s.visitor(t)
	b.get("/console").leadsTo("/console/sign-in")
	for _, below := range customerPages(on) {
		path := "/console/customers/" + shop.ID + below
		got := b.get(path)
		if !strings.HasPrefix(got.Header.Get("Location"), "/console/sign-in?next=%2Fconsole%2Fcustomers%2F") {
			t.Errorf("%s is answered %d %s", path, got.Status, got.Header.Get("Location"))
		}
	}
	b.get("/console/sign-in?next=%2Fconsole%2Fcustomers").has(`name="next" value="/console/customers"`)
	b.post("/console/sign-in", "username", "olga", "password", password, "next", "/console/customers").leadsTo("/console/customers")
}

// Who signs in is never led to another place.
func TestNextStaysHere(t *testing.T) {
	t.Parallel()
	s, _, _ := open(t)
	for _, next := range []string{"https://evil.example/", "//evil.example/console", "/\\evil.example", "/v3/whoami", "/console/sign-out", "javascript:alert(1)", "/console/../v3", "/consoles"} {
		t.Run(next, func(t *testing.T) {
			s := s.in(t)
			b := s.visitor(t)
			b.get("/console/sign-in?stay=1")
			got := b.post("/console/sign-in", "username", "olga", "password", password, "next", next)
			if to := got.Header.Get("Location"); got.Status != http.StatusSeeOther || to != "/console" {
				t.Errorf("it leads to %q", to)
			}
		})
	}
}

// A customer out of reach is not there, in the same words as one that never was.
func TestForeignCustomersAreNotThere(t *testing.T) {
	t.Parallel()
	s, shop, on := open(t)
	rita, mara := s.as(t, "rita"), s.as(t, "mara")
	missing := rita.get("/console/customers/" + testkit.UnknownID).ok(http.StatusNotFound)
	for _, below := range customerPages(on) {
		got := rita.get("/console/customers/" + shop.ID + below).ok(http.StatusNotFound)
		if got.words() != missing.words() && !strings.Contains(missing.words(), "There is nothing here") {
			t.Errorf("%s: %s", below, got.words())
		}
		mara.get("/console/customers/" + s.Cove.ID + below).ok(http.StatusNotFound)
	}
	rita.get("/console/reviews/" + shop.ID).ok(http.StatusNotFound)
	s.as(t, "petra").get("/console/system").ok(http.StatusNotFound)
}

// A merchant sees its own account, and nothing above it has a name.
func TestAMerchantSeesNothingAbove(t *testing.T) {
	t.Parallel()
	s, shop, _ := open(t)
	b := s.as(t, "mara")
	at := "/console/customers/" + shop.ID
	b.get("/console").leadsTo(at)
	for _, below := range []string{"", "/profile", "/entity", "/banks", "/cards", "/documents", "/identity", "/edit"} {
		b.get(at+below).ok(http.StatusOK).lacks("Cove", s.Cove.ID, s.Operator.ID, "ops@cove.example", ">Reviews<", ">System<", "New customer")
	}
}

// A clerk reads, and is offered nothing that would be refused.
func TestAClerkReadsAlone(t *testing.T) {
	t.Parallel()
	s, shop, on := open(t)
	b := s.as(t, "karl")
	at := "/console/customers/" + shop.ID
	b.get(at).lacks(">Edit<", "Disable…", "Delete…", "New customer")
	b.get(at+"/banks").lacks("Add a bank", "Make default")
	before := s.Record(shop.ID).Version
	b.get(at)
	for _, path := range []string{"/edit", "/status", "/banks/" + on.Bank + "/default", "/entity/certify"} {
		if got := b.post(at+path, "name", "Other", "to", "disabled"); got.Status != http.StatusForbidden {
			t.Errorf("%s is answered %d: %s", path, got.Status, got.words())
		}
	}
	if s.Record(shop.ID).Version != before {
		t.Error("a clerk wrote")
	}
}
