package console

import (
	"net/http"
	"net/url"
	"strings"

	"tenantry/customers"
	"tenantry/customers/access"
	"tenantry/customers/view"
	"tenantry/internal/console/page"
	"tenantry/internal/fault"
	"tenantry/internal/secret"
	"tenantry/tenancy"
)

// caller resolves who sends a request, acting for a customer; empty is its own.
func (c *Console) caller(r *http.Request, subject string) (tenancy.Caller, error) {
	return c.app.Sessions.Caller(r.Context(), access.PresentedSession{
		Secret: secret.New(c.kit.Cookie(r, cookieSession)), SubjectID: subject, Address: c.options.Address(r),
	})
}

// visit is one request of a signed-in person.
type visit struct {
	*Console
	w      http.ResponseWriter
	r      *http.Request
	secret string
	// caller acts for its own customer.
	caller tenancy.Caller
	// own is the customer that the person belongs to.
	own  *customers.Customer
	user view.UserView
	// customer is the one that the page is about, nil for none.
	customer *customers.Customer
	shell    shell
}

// handler serves a page to a signed-in person. What it returns is shown on a page of its
// own; what a form can show it has shown itself.
type handler func(v *visit) error

// signed returns the handler of a page for signed-in people. Others are asked to sign in
// and come back; a change is refused unless it comes from a form of the session.
func (c *Console) signed(serve handler) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		v := &visit{Console: c, w: w, r: r, secret: c.kit.Cookie(r, cookieSession)}
		var err error
		v.caller, err = c.caller(r, "")
		if fault.KindOf(err) == fault.Unauthenticated {
			c.toSignIn(w, r)
			return
		}
		if err == nil {
			v.own, v.user, err = c.app.People.Me(v.caller)
		}
		if err != nil {
			c.pages.Fail(w, r, page.Page{}, err)
			return
		}
		v.begin()
		if c.options.Admit != nil {
			if err := c.options.Admit(v.caller); err != nil {
				c.pages.Fail(w, r, v.page("", nil), err)
				return
			}
		}
		if r.Method == http.MethodPost && !isUpload(r) {
			err = c.kit.CheckForm(w, r, v.secret)
		}
		if err == nil {
			err = serve(v)
		}
		if err != nil {
			c.app.Access.NoteDenied(r.Context(), v.caller, r.Method+" "+r.Pattern, err)
			c.pages.Fail(w, r, v.page("", nil), err)
		}
	}
}

// isUpload reports whether a request sends a document, whose handler checks the form as it
// reads it. Every other form is checked before its handler runs, whatever it says it is.
func isUpload(r *http.Request) bool {
	return strings.HasSuffix(r.Pattern, "/documents/new")
}

func (c *Console) toSignIn(w http.ResponseWriter, r *http.Request) {
	next := ""
	if r.Method == http.MethodGet && r.URL.Path != "/console" {
		next = "?next=" + url.QueryEscape(r.URL.RequestURI())
	}
	if r.Header.Get(headerFragment) != "" {
		http.Error(w, "signed out", http.StatusUnauthorized) // the script then loads the page itself
		return
	}
	c.kit.Redirect(w, r, "/console/sign-in"+next)
}

// headerFragment asks for a part of a page: main for what stands between head and foot.
const headerFragment = "X-Fragment"

// page returns the page of that name, in the frame of the console.
func (v *visit) page(name string, data any) page.Page {
	p := page.Page{Name: name, Layout: "console", Secret: v.secret, Shell: &v.shell, Data: data}
	if v.r.Header.Get(headerFragment) == "main" {
		p.Fragment = "main"
	}
	return p
}

// show writes a page.
func (v *visit) show(name string, data any) error {
	v.pages.Write(v.w, v.r, v.page(name, data))
	return nil
}

// again writes the page of a form once more, with what was typed and what is wrong with it.
// It returns the refusals that a form cannot show.
func (v *visit) again(name string, form *page.Form, data any, err error) error {
	if fault.KindOf(err) == fault.Forbidden || !form.Refuse(err) {
		return err
	}
	p := v.page(name, data)
	p.Status, p.Fragment = http.StatusUnprocessableEntity, ""
	switch fault.KindOf(err) {
	case fault.Conflict:
		p.Status = http.StatusConflict
	case fault.RateLimited:
		p.Status = http.StatusTooManyRequests
	case fault.Unavailable:
		p.Status = http.StatusServiceUnavailable
	}
	v.pages.Write(v.w, v.r, p)
	return nil
}

// done says on the next page what was done, and leads there.
func (v *visit) done(notice, path string) error {
	v.kit.Notice(v.w, v.r, notice)
	v.kit.Redirect(v.w, v.r, path)
	return nil
}

// can reports whether the person has a scope; pages leave out what would be refused.
func (v *visit) can(scope tenancy.Scope) bool { return v.caller.Credential.Scopes.Has(scope) }

// acting returns the caller acting for a customer that it was allowed to read.
func (v *visit) acting(c *customers.Customer) tenancy.Caller {
	caller := v.caller
	caller.Subject = c
	return caller
}

// about reads the customer that the path names, for a page about it. It returns NotFound,
// in the same words for what is out of reach.
func (v *visit) about() error {
	found, err := v.app.Lifecycle.Get(v.r.Context(), v.caller, v.r.PathValue("id"))
	if err != nil {
		return err
	}
	v.customer = found
	return v.introduce()
}

// aboutOne returns the handler of a page about the customer that the path names.
func aboutOne(serve handler) handler {
	return func(v *visit) error {
		if err := v.about(); err != nil {
			return err
		}
		return serve(v)
	}
}

// id returns the id of the customer that the page is about.
func (v *visit) id() string { return v.customer.ID.String() }

// at returns a path below the page of the customer.
func (v *visit) at(below string) string {
	path := "/console/customers/" + v.id()
	if below != "" {
		path += "/" + below
	}
	return path
}
