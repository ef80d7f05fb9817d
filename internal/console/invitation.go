package console

import (
	"net/http"

	"tenantry/customers/access"
	"tenantry/internal/console/page"
	"tenantry/internal/fault"
	"tenantry/internal/patch"
	"tenantry/internal/secret"
)

// invitationPage is the path of the page where an invitation is accepted; its token follows.
const invitationPage = "/console/invitation/"

// invitationData is what the page of an invitation shows. Whom it invites it says once it
// was accepted: whoever finds a link reads nothing.
type invitationData struct {
	Form   *page.Form
	Action string
	// Plain reports that the connection is not encrypted and leaves this machine, Dead that
	// the link is not good any more.
	Plain, Dead bool
}

func (c *Console) showInvitation(w http.ResponseWriter, r *http.Request) {
	c.writeInvitation(w, r, http.StatusOK, invitationData{Form: &page.Form{}})
}

func (c *Console) writeInvitation(w http.ResponseWriter, r *http.Request, status int, data invitationData) {
	data.Action, data.Plain = invitationPage+r.PathValue("token"), c.unencrypted(r)
	c.pages.Write(w, r, page.Page{Name: "invitation", Status: status, Data: data})
}

// acceptInvitation sets the password of the invited person and signs it in.
func (c *Console) acceptInvitation(w http.ResponseWriter, r *http.Request) {
	if err := c.kit.CheckForm(w, r, c.kit.Visit(w, r)); err != nil {
		c.pages.Fail(w, r, page.Page{}, err)
		return
	}
	form, password := page.Typed(r.PostForm), r.PostForm.Get("password")
	in := access.AcceptInput{Token: patch.Of(secret.New(r.PathValue("token"))), Address: c.options.Address(r)}
	if password != "" {
		in.Password = patch.Of(secret.New(password))
	}
	if password != r.PostForm.Get("repeated") {
		form.Add("repeated", "the two passwords differ; type the same one twice")
		c.writeInvitation(w, r, http.StatusUnprocessableEntity, invitationData{Form: form})
		return
	}
	of, user, err := c.app.Invitations.Accept(r.Context(), in)
	switch {
	case fault.KindOf(err) == fault.Unauthenticated:
		c.writeInvitation(w, r, http.StatusUnauthorized, invitationData{Dead: true})
		return
	case fault.KindOf(err) == fault.Invalid && form.Refuse(err):
		c.writeInvitation(w, r, http.StatusUnprocessableEntity, invitationData{Form: form})
		return
	case err != nil:
		c.pages.Fail(w, r, page.Page{}, err)
		return
	}
	opened, err := c.app.Sessions.SignIn(r.Context(), access.SignInInput{
		Username: user.Username, Password: in.Password.Value, Account: of.ID.String(), Address: c.options.Address(r),
	})
	if err != nil { // the password is set: it can be typed on the next page
		c.kit.Notice(w, r, "Your password is set. Sign in as "+user.Username+".")
		c.kit.Redirect(w, r, "/console/sign-in")
		return
	}
	c.open(w, r, opened)
	c.kit.Notice(w, r, "Welcome. You sign in as "+user.Username+" from now on.")
	c.kit.Redirect(w, r, "/console")
}
