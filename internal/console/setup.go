package console

import (
	"net/http"
	"strings"

	"tenantry/customers/access"
	"tenantry/internal/console/page"
	"tenantry/internal/fault"
	"tenantry/internal/secret"
)

// setupPage is what the page of a set-up link shows.
type setupPage struct {
	Form  *page.Form
	State access.SetupState
	Plain bool
}

// showSetup shows the page that a set-up link leads to. The token of the link stands behind
// a #, so it is in no log; a script puts it into the form, and without one it is pasted.
func (c *Console) showSetup(w http.ResponseWriter, r *http.Request) {
	state, err := c.app.Sessions.Setup(r.Context())
	if err != nil && !fault.IsNotFound(err) {
		c.pages.Fail(w, r, page.Page{}, err)
		return
	}
	c.writeSetup(w, r, http.StatusOK, &page.Form{}, state)
}

func (c *Console) writeSetup(w http.ResponseWriter, r *http.Request, status int, form *page.Form, state access.SetupState) {
	c.pages.Write(w, r, page.Page{Name: "setup", Status: status, Data: setupPage{Form: form, State: state, Plain: c.unencrypted(r)}})
}

func (c *Console) setUp(w http.ResponseWriter, r *http.Request) {
	if err := c.kit.CheckForm(w, r, c.kit.Visit(w, r)); err != nil {
		c.pages.Fail(w, r, page.Page{}, err)
		return
	}
	form := page.Typed(r.PostForm)
	value := func(name string) string { return strings.TrimSpace(form.Value(name)) }
	opened, err := c.app.Sessions.SetUp(r.Context(), access.SetupInput{
		Token: secret.New(value("token")), Name: value("name"), Email: value("email"), Username: value("username"),
		Password: secret.New(r.PostForm.Get("password")), Repeated: secret.New(r.PostForm.Get("repeated")), Address: c.options.Address(r),
	})
	if err != nil {
		state, failed := c.app.Sessions.Setup(r.Context())
		if failed != nil || fault.KindOf(err) == fault.Unavailable || !form.Refuse(err) {
			c.pages.Fail(w, r, page.Page{}, err)
			return
		}
		c.writeSetup(w, r, http.StatusUnprocessableEntity, form, state)
		return
	}
	c.open(w, r, opened)
	c.kit.Redirect(w, r, "/console/welcome")
}
