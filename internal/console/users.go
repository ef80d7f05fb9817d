package console

import (
	"slices"
	"strings"

	"tenantry/customers"
	"tenantry/customers/access"
	"tenantry/customers/view"
	"tenantry/internal/console/page"
	"tenantry/internal/fault"
	"tenantry/internal/patch"
	"tenantry/internal/secret"
	"tenantry/tenancy"
)

var userActions = map[string]handler{
	"GET /new":             showInvite,
	"POST /new":            inviteUser,
	"POST /{part}/again":   inviteAgain,
	"GET /{part}/end":      showEndInvitation,
	"POST /{part}/end":     endInvitation,
	"GET /{part}/edit":     showEditUser,
	"POST /{part}/edit":    saveUser,
	"GET /{part}/disable":  showDisableUser,
	"POST /{part}/disable": disableUser,
	"POST /{part}/enable":  enableUser,
}

var roles = []page.Choice{
	{Value: string(customers.RoleClerk), Text: "Clerk: may read, but sees no keys"},
	{Value: string(customers.RoleAdmin), Text: "Administrator: may do all that a secret key may"},
}

// userRow is a user with its invitation, if it was not accepted.
type userRow struct {
	view.UserView
	Invitation *view.InvitationView
	Self       bool
}

func showUsers(v *visit) error {
	users, err := v.app.Access.Users(v.r.Context(), v.caller, v.id())
	if err != nil {
		return err
	}
	invitations, err := v.app.Invitations.List(v.r.Context(), v.caller, v.id())
	if err != nil {
		return err
	}
	rows := make([]userRow, 0, len(users))
	for _, user := range users {
		row := userRow{UserView: user, Self: user.ID == v.user.ID}
		if i := slices.IndexFunc(invitations, func(one view.InvitationView) bool { return one.ID == user.ID }); i >= 0 {
			row.Invitation = &invitations[i]
		}
		rows = append(rows, row)
	}
	v.curl("GET", "/v3/customers/"+v.id()+"/users", nil)
	return v.show("users", map[string]any{"Users": rows, "At": v.at("users"), "MayWrite": v.can(tenancy.UsersWrite)})
}

// theUser returns the user that the path names.
func (v *visit) theUser() (view.UserView, error) {
	users, err := v.app.Access.Users(v.r.Context(), v.caller, v.id())
	if err != nil {
		return view.UserView{}, err
	}
	i := slices.IndexFunc(users, func(user view.UserView) bool { return user.ID == v.r.PathValue("part") })
	if i < 0 {
		return view.UserView{}, fault.NotFoundError()
	}
	return users[i], nil
}

// lifetimes are how long links last, by their words.
var lifetimes = []page.Choice{{Value: "86400", Text: "A day"}, {Value: "604800", Text: "A week"}, {Value: "2592000", Text: "30 days"}}

func inviteParts() []part {
	return []part{{key: "person", title: "Person", text: "They set their own password by a link that you send them.", rows: [][]spec{
		{f("username", "User name", "required", "maxlength=128", "autocomplete=off", "hint=They sign in with it. An e-mail address will do.")},
		{f("name", "Name", "optional", "maxlength=128", "autocomplete=off")},
	}}, {key: "may", title: "What they may do", rows: [][]spec{
		{f("role", "Role", roles)},
		{f("expiresInSeconds", "The link works for", lifetimes, "hint=Once, and only while you may invite others yourself.")},
	}}}
}

func (v *visit) inviteForm() customerForm {
	v.curl("POST", "/v3/customers/"+v.id()+"/users/invitations", map[string]any{"username": "mira@example.com", "role": "clerk"})
	return customerForm{Title: "Invite a user", Action: v.at("users/new"), Back: v.at("users"), Button: "Make the link"}
}

func showInvite(v *visit) error {
	return v.writeForm(page.NewForm("role", string(customers.RoleClerk), "expiresInSeconds", "604800"), v.inviteForm(), inviteParts(), nil)
}

func inviteUser(v *visit) error {
	var in access.InvitationInput
	body, err := bodyOf(v.r.PostForm, namesOf(inviteParts()), nil)
	if err == nil {
		number(body, "expiresInSeconds")
		_, err = decode(body, &in)
	}
	if err == nil {
		err = v.invite(in)
	}
	if err != nil {
		return v.writeForm(page.Typed(v.r.PostForm), v.inviteForm(), inviteParts(), err)
	}
	return nil
}

// invite shows the link of a new invitation, which is shown only now.
func (v *visit) invite(in access.InvitationInput) error {
	sent, err := v.app.Invitations.Invite(v.r.Context(), v.caller, v.id(), in)
	if err != nil {
		return err
	}
	v.shell.Curl = ""
	return v.show("invited", map[string]any{
		"Invitation": sent.Invitation, "URL": v.kit.Absolute(v.r, invitationPage+sent.Token.Reveal()), "Back": v.at("users"),
	})
}

func inviteAgain(v *visit) error {
	user, err := v.theUser()
	if err != nil {
		return err
	}
	return v.invite(access.InvitationInput{Username: patch.Of(user.Username)})
}

func showEndInvitation(v *visit) error {
	user, err := v.theUser()
	if err != nil {
		return err
	}
	v.curl("DELETE", "/v3/customers/"+v.id()+"/users/invitations/"+user.ID, nil)
	return v.show("confirm", confirmation{
		Title: "End the invitation of " + user.Username + "?", Text: "The link that they were sent stops working at once, and the user name is free.",
		Action: v.at("users/" + user.ID + "/end"), Back: v.at("users"), Button: "End the invitation", Danger: true,
	})
}

func endInvitation(v *visit) error {
	if err := v.app.Invitations.End(v.r.Context(), v.caller, v.id(), v.r.PathValue("part")); err != nil {
		return err
	}
	return v.done("The invitation has ended.", v.at("users"))
}

func editUserParts() []part {
	return []part{{key: "person", title: "Person", rows: [][]spec{
		{f("name", "Name", "optional", "maxlength=128", "autocomplete=off")}, {f("role", "Role", roles, "hint=It holds from their next request on.")},
	}}, {key: "password", title: "New password", text: "Only if they lost theirs. Their sessions and access tokens end at once.", folded: true, rows: [][]spec{
		{f("password", "New password", "type=password", "autocomplete=new-password", "hint=At least 8 characters; four unrelated words are good.")},
	}}}
}

func (v *visit) editUserForm(user view.UserView) customerForm {
	v.curl("PATCH", "/v3/customers/"+v.id()+"/users/"+user.ID, map[string]any{"role": user.Role})
	return customerForm{Title: user.Username, Action: v.at("users/" + user.ID + "/edit"), Back: v.at("users"), Button: "Save"}
}

func showEditUser(v *visit) error {
	user, err := v.theUser()
	if err != nil {
		return err
	}
	return v.writeForm(page.NewForm("name", user.Name, "role", string(user.Role)), v.editUserForm(user), editUserParts(), nil)
}

func saveUser(v *visit) error {
	user, err := v.theUser()
	if err != nil {
		return err
	}
	in := access.UserChange{Role: patch.Of(v.r.PostForm.Get("role")), Name: patch.Field[string]{Set: true, Null: true}}
	if name := strings.TrimSpace(v.r.PostForm.Get("name")); name != "" {
		in.Name = patch.Of(name)
	}
	if password := v.r.PostForm.Get("password"); password != "" {
		in.Password = patch.Of(secret.New(password))
	}
	if _, err := v.app.Access.UpdateUser(v.r.Context(), v.caller, v.id(), user.ID, in); err != nil {
		return v.writeForm(page.Typed(v.r.PostForm), v.editUserForm(user), editUserParts(), err)
	}
	return v.done(user.Username+" was changed.", v.at("users"))
}

// ending is what the page shows on which a key or a user is ended, with all that it made.
type ending struct {
	confirmation
	Made view.MadeView
	// Cascade names what can be ended along; empty if there is nothing.
	Cascade string
}

// showEnding asks whether a credential is to be ended, and names what it made.
func (v *visit) showEnding(credential string, asked confirmation) error {
	made, err := v.app.People.Made(v.r.Context(), v.caller, v.id(), credential)
	if err != nil {
		return err
	}
	data := ending{confirmation: asked, Made: made}
	if len(made.Keys)+len(made.Users)+len(made.Webhooks) > 0 {
		data.Cascade = "End all of these too"
	}
	return v.show("ending", data)
}

func showDisableUser(v *visit) error {
	user, err := v.theUser()
	if err != nil {
		return err
	}
	v.curl("PATCH", "/v3/customers/"+v.id()+"/users/"+user.ID, map[string]any{"status": "disabled"})
	text := "Sessions and access tokens of " + user.Username + " end at once, and invitations that they sent stop working. You can enable the user again."
	return v.showEnding(user.ID, confirmation{
		Title: "Disable " + user.Username + "?", Text: text, Action: v.at("users/" + user.ID + "/disable"), Back: v.at("users"), Button: "Disable", Danger: true,
	})
}

func disableUser(v *visit) error { return v.setUserStatus(view.Disabled, "disabled") }
func enableUser(v *visit) error  { return v.setUserStatus(view.Active, "enabled") }

func (v *visit) setUserStatus(status, done string) error {
	in := access.UserChange{Status: patch.Of(status), Cascade: v.r.PostForm.Get("cascade") != ""}
	changed, err := v.app.Access.UpdateUser(v.r.Context(), v.caller, v.id(), v.r.PathValue("part"), in)
	if err != nil {
		return err
	}
	if status == view.Disabled && changed.ID == v.user.ID {
		v.kit.Redirect(v.w, v.r, "/console/sign-in") // that ended this session
		return nil
	}
	return v.done(changed.Username+" is "+done+".", v.at("users"))
}
