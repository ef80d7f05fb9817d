package console

import (
	"net/http"
	"net/url"
	"path"
	"strings"

	"tenantry/customers/access"
	"tenantry/internal/console/page"
	"tenantry/internal/fault"
	"tenantry/internal/secret"
)

// cookieSession is the cookie of a session.
const cookieSession = "tenantry-session"

// signInPage is what the page of signing in shows.
type signInPage struct {
	Form *page.Form
	// Next is where the person wanted to go.
	Next string
	// Account reports whether the field of the account is shown.
	Account bool
	// Plain reports that the connection is not encrypted and leaves this machine.
	Plain bool
	// Unset reports that the operator has no users: the page also leads to setting up.
	Unset bool
}

func (c *Console) showSignIn(w http.ResponseWriter, r *http.Request) {
	if c.kit.Cookie(r, cookieSession) != "" {
		if _, err := c.caller(r, ""); err == nil {
			c.kit.Redirect(w, r, "/console")
			return
		}
	}
	state, err := c.app.Sessions.Setup(r.Context())
	if fault.KindOf(err) == fault.Unavailable {
		c.pages.Fail(w, r, page.Page{}, err)
		return
	}
	if err == nil && state.Alone && r.URL.Query().Get("stay") == "" {
		c.kit.Redirect(w, r, "/setup")
		return
	}
	c.writeSignIn(w, r, http.StatusOK, signInPage{Form: &page.Form{}, Next: nextOf(r.URL.Query().Get("next")), Unset: err == nil && !state.HasUsers})
}

func (c *Console) writeSignIn(w http.ResponseWriter, r *http.Request, status int, shown signInPage) {
	shown.Account, shown.Plain = shown.Form.Value("account") != "" || shown.Form.Value("username") != "", c.unencrypted(r)
	c.pages.Write(w, r, page.Page{Name: "sign-in", Status: status, Data: shown})
}

func (c *Console) signIn(w http.ResponseWriter, r *http.Request) {
	if err := c.kit.CheckForm(w, r, c.kit.Visit(w, r)); err != nil {
		c.pages.Fail(w, r, page.Page{}, err)
		return
	}
	form, next := page.Typed(r.PostForm), nextOf(r.PostForm.Get("next"))
	opened, err := c.app.Sessions.SignIn(r.Context(), access.SignInInput{
		Username: strings.TrimSpace(form.Value("username")), Password: secret.New(r.PostForm.Get("password")),
		Account: strings.TrimSpace(form.Value("account")), Address: c.options.Address(r),
	})
	if err != nil {
		if fault.KindOf(err) == fault.Unavailable || !form.Refuse(err) {
			c.pages.Fail(w, r, page.Page{}, err)
			return
		}
		status := http.StatusUnprocessableEntity
		switch fault.KindOf(err) {
		case fault.Unauthenticated:
			form.Faults = nil
			form.Add("", "User name and password do not match. Several accounts may have a user of this name: then name the account too.")
			status = http.StatusUnauthorized
		case fault.RateLimited:
			status = http.StatusTooManyRequests
		}
		c.writeSignIn(w, r, status, signInPage{Form: form, Next: next})
		return
	}
	c.open(w, r, opened)
	c.kit.Redirect(w, r, next)
}

// open hands a new session to the browser.
func (c *Console) open(w http.ResponseWriter, r *http.Request, opened access.OpenedSession) {
	c.kit.SetCookie(w, r, cookieSession, opened.Secret.Reveal(), opened.Ends.Sub(c.options.Now()))
}

func (c *Console) signOut(w http.ResponseWriter, r *http.Request) {
	if err := c.kit.CheckForm(w, r, c.kit.Cookie(r, cookieSession)); err != nil {
		c.pages.Fail(w, r, page.Page{}, err)
		return
	}
	if err := c.app.Sessions.SignOut(r.Context(), secret.New(c.kit.Cookie(r, cookieSession))); err != nil {
		c.pages.Fail(w, r, page.Page{}, err)
		return
	}
	c.kit.SetCookie(w, r, cookieSession, "", -1e9)
	c.kit.Notice(w, r, "You are signed out.")
	c.kit.Redirect(w, r, "/console/sign-in")
}

// nextOf returns the page of the console that somebody wanted to see, and nothing else: no
// link may lead a person who signs in to another place.
func nextOf(text string) string {
	next, err := url.Parse(text)
	if err != nil || next.IsAbs() || next.Host != "" || !strings.HasPrefix(next.Path+"/", "/console/") ||
		strings.ContainsAny(text, "\\\r\n") || path.Clean(next.Path) != next.Path || strings.HasPrefix(next.Path, "/console/sign-") {
		return "/console"
	}
	return next.RequestURI()
}

// unencrypted reports whether a password would leave the machine in clear.
func (c *Console) unencrypted(r *http.Request) bool {
	https := r.TLS != nil
	if c.options.HTTPS != nil {
		https = c.options.HTTPS(r)
	}
	host := r.Host
	if at := strings.LastIndexByte(host, ':'); at > 0 && !strings.HasSuffix(host, "]") {
		host = host[:at]
	}
	host = strings.Trim(host, "[]")
	return !https && host != "localhost" && !strings.HasPrefix(host, "127.") && host != "::1"
}
