package console

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"tenantry/customers/access"
	"tenantry/customers/evidence"
	"tenantry/customers/fields"
	"tenantry/customers/instruments"
	"tenantry/customers/lifecycle"
	"tenantry/customers/rows"
	"tenantry/customers/view"
	"tenantry/internal/console/page"
	"tenantry/internal/fault"
	"tenantry/internal/patch"
	"tenantry/internal/secret"
	"tenantry/plans"
	"tenantry/tenancy"
)

// markSent notes that the deposits to a bank of the customer were sent.
func (v *visit) markSent(bank string) (view.BankView, error) {
	return v.app.Instruments.MarkDropsSent(v.r.Context(), v.caller, v.id(), bank)
}

// showHome shows what waits for somebody. Who has no customers below sees the own account.
func showHome(v *visit) error {
	if !v.app.View.Plan(v.own).Has(plans.CreateCustomers) {
		v.kit.Redirect(v.w, v.r, "/console/customers/"+v.own.ID.String())
		return nil
	}
	shown := map[string]any{"Own": v.shell.Own, "Operator": tenancy.IsOperator(v.own), "MayCreate": v.can(tenancy.CustomersWrite)}
	found, err := v.waitingReviews(lifecycle.ListInput{Limit: 6}, false)
	if err != nil {
		return err
	}
	shown["Reviews"], shown["ReviewTotal"] = v.queue(found), page.Total(found.Total, found.AtLeast)
	if tenancy.IsOperator(v.own) && v.can(tenancy.Unmask) && !v.options.Sandbox {
		due, err := v.app.Instruments.DueDrops(v.r.Context(), v.caller, instruments.DueDropsInput{Limit: 6})
		if err != nil {
			return err
		}
		shown["Drops"] = due.Drops
	}
	waiting, err := v.waitingDocuments()
	if err != nil {
		return err
	}
	shown["Documents"] = waiting
	disabled, err := v.disabledWebhooks()
	if err != nil {
		return err
	}
	shown["Webhooks"] = disabled
	summary, err := v.app.Lifecycle.Summarize(v.r.Context(), v.caller, true)
	if err != nil {
		return err
	}
	shown["Stats"] = statsOf(summary, "/console/customers/"+v.own.ID.String()+"/children?deep=true")
	latest, err := v.app.Lifecycle.List(v.r.Context(), v.caller, lifecycle.ListInput{Deep: true, Limit: 6})
	if err != nil {
		return err
	}
	var newest []row
	for _, c := range latest.Customers {
		newest = append(newest, v.row(c))
	}
	shown["Newest"] = newest
	v.curl("GET", "/v3/customers?deep=true&identityStatus=review", nil)
	return v.show("home", shown)
}

// waiting is something that waits, with whose it is and since when.
type waiting struct {
	ID, Name, Text string
	Since          time.Time
}

// waitingDocuments returns the documents that wait for a decision, the longest waiting
// first.
func (v *visit) waitingDocuments() (list []waiting, err error) {
	found, err := v.app.Evidence.Documents(v.r.Context(), v.caller, evidence.DocumentsInput{Deep: true, Status: "pending", Limit: 6})
	if err != nil {
		return nil, err
	}
	names := map[string]string{}
	for _, one := range found.Documents {
		if names[one.CustomerID] == "" {
			c, err := v.app.Lifecycle.Get(v.r.Context(), v.caller, one.CustomerID)
			if err != nil {
				return nil, err
			}
			names[one.CustomerID] = c.Name
		}
		list = append(list, waiting{one.CustomerID, names[one.CustomerID], string(one.Type), time.Time(one.Created)})
	}
	return list, nil
}

// statsOf returns the numbers of a summary that somebody acts on; at is where they are
// listed.
func statsOf(summary lifecycle.Summary, at string) []stat {
	return []stat{
		{"Customers", at, summary.Count},
		{"To review", "/console/reviews", summary.IdentityStatus["review"]},
		{"Incomplete", at + "&planStatus=unverified", summary.PlanStatus[plans.Unverified]},
		{"Disabled", at + "&status=disabled", summary.Status["disabled"]},
		{"Locked", at + "&status=locked", summary.Status["locked"]},
	}
}

// disabledWebhooks returns the receivers of the own account and of those below it that are
// not served any more, the longest time first.
func (v *visit) disabledWebhooks() (list []waiting, err error) {
	below, err := v.app.Lifecycle.List(v.r.Context(), v.caller, lifecycle.ListInput{Deep: true, Filter: rows.Filter{Webhooks: rows.WebhooksDisabled}, Limit: rows.MaxLimit, Uncounted: true})
	if err != nil {
		return nil, err
	}
	for _, c := range append(below.Customers, v.own) {
		for i := range c.Webhooks {
			if one := &c.Webhooks[i]; one.Disabled != nil {
				list = append(list, waiting{c.ID.String(), c.Name, one.URL, *one.Disabled})
			}
		}
	}
	slices.SortFunc(list, func(a, b waiting) int { return a.Since.Compare(b.Since) })
	return list, nil
}

// showSystem shows the operator how the installation is.
func showSystem(v *visit) error {
	if !tenancy.IsOperator(v.own) {
		return fault.NotFoundError()
	}
	shown := map[string]any{"Version": v.options.Version, "Sandbox": v.options.Sandbox}
	shown["Ready"] = "It is ready: the store answers."
	if err := v.app.Registry.Ready(v.r.Context()); err != nil {
		shown["Ready"], shown["Unready"] = err.Error(), true
	}
	backlog, err := v.app.Relay.Backlog(v.r.Context())
	if err != nil {
		return err
	}
	shown["Backlog"], shown["Damaged"] = backlog, v.app.Registry.Damaged()
	if !backlog.Oldest.IsZero() {
		shown["Lag"] = v.options.Now().Sub(backlog.Oldest).Round(time.Second).String()
	}
	if v.options.Facts != nil {
		shown["Facts"] = v.options.Facts()
	}
	if v.options.Files != nil {
		shown["Files"] = v.options.Files()
	}
	type swept struct {
		Name  string
		Count int64
	}
	var sweeps []swept
	for name, count := range v.app.Swept {
		sweeps = append(sweeps, swept{words(name), count.Load()})
	}
	slices.SortFunc(sweeps, func(a, b swept) int { return cmp.Compare(a.Name, b.Name) })
	shown["Swept"] = sweeps
	v.curl("GET", "/readyz", nil)
	return v.show("system", shown)
}

// showMe shows a person the own password and sessions.
func showMe(v *visit) error { return v.writeMe(&page.Form{}, nil) }

func (v *visit) writeMe(form *page.Form, refusal error) error {
	sessions, err := v.app.Sessions.Sessions(v.r.Context(), v.caller, secret.New(v.secret))
	if err != nil {
		return err
	}
	slices.SortFunc(sessions, func(a, b access.SessionView) int { return b.Seen.Compare(a.Seen) })
	v.curl("GET", "/v3/users/me", nil)
	data := map[string]any{"Form": form, "Sessions": sessions, "User": v.user}
	if refusal != nil {
		return v.again("me", form, data, refusal)
	}
	return v.show("me", data)
}

// changePassword sets a new password of the person, which ends all its sessions, and signs
// this browser in again.
func changePassword(v *visit) error {
	form := page.Typed(v.r.PostForm)
	if form.Values.Get("newPassword") != form.Values.Get("repeated") {
		return v.writeMe(form, fault.New(fault.Invalid, fault.CodeValidation, "the two passwords differ; type the same one twice").About("repeated", fault.BadValue))
	}
	in := access.OwnPasswordInput{}
	for name, into := range map[string]*patch.Field[secret.Text]{"currentPassword": &in.CurrentPassword, "newPassword": &in.NewPassword} {
		if text := form.Values.Get(name); text != "" {
			*into = patch.Of(secret.New(text))
		}
	}
	if _, err := v.app.People.ChangePassword(v.r.Context(), v.caller, in); err != nil {
		return v.writeMe(form, err)
	}
	opened, err := v.app.Sessions.SignIn(v.r.Context(), access.SignInInput{
		Username: v.user.Username, Password: in.NewPassword.Value, Account: v.own.ID.String(), Address: v.options.Address(v.r),
	})
	if err != nil {
		v.kit.Redirect(v.w, v.r, "/console/sign-in")
		return nil //nolint:nilerr // the password was changed: the person signs in with it
	}
	v.open(v.w, v.r, opened)
	return v.done("Your password was changed, and all other sessions and access tokens ended.", "/console/me")
}

func endSession(v *visit) error {
	if err := v.app.Sessions.EndSession(v.r.Context(), v.caller, v.r.PathValue("session")); err != nil {
		return err
	}
	return v.done("The session was ended.", "/console/me")
}

// showWelcome is the second step of setting up: the first platform.
func showWelcome(v *visit) error { return v.writeWelcome(&page.Form{}, nil) }

func (v *visit) writeWelcome(form *page.Form, refusal error) error {
	available, err := v.plans(v.caller, "")
	if err != nil {
		return err
	}
	v.curl("POST", "/v3/customers", map[string]any{"name": "Acme", "email": "ops@acme.example", "planKey": "platform"})
	chosen := ""
	for _, one := range available {
		if one.Value == "platform" || chosen == "" {
			chosen = one.Value
		}
	}
	data := map[string]any{"Form": form, "Plans": available, "Plan": chosen, "Own": v.shell.Own}
	if refusal != nil {
		return v.again("welcome", form, data, refusal)
	}
	return v.show("welcome", data)
}

func createFirst(v *visit) error {
	form := page.Typed(v.r.PostForm)
	in := lifecycle.CreateInput{Input: fields.Input{}}
	for name, into := range map[string]*patch.Field[string]{"name": &in.Name, "email": &in.Email, "planKey": &in.PlanKey} {
		if text := strings.TrimSpace(form.Value(name)); text != "" {
			*into = patch.Of(text)
		}
	}
	made, err := v.app.Lifecycle.Create(v.r.Context(), v.caller, in)
	if err != nil {
		return v.writeWelcome(form, err)
	}
	return v.showMade(made.Customer, made.Keys.Publishable, made.Keys.Secret)
}

// chooseTheme keeps the theme that a person chose.
func chooseTheme(v *visit) error {
	v.kit.Choose(v.w, v.r, v.r.PostForm.Get("theme"), "")
	back, err := url.Parse(v.r.PostForm.Get("back"))
	if err != nil || !strings.HasPrefix(back.Path, "/console") {
		back = &url.URL{Path: "/console"}
	}
	v.kit.Redirect(v.w, v.r, nextOf(back.Path))
	return nil
}

// nowhere answers what is no page.
func (c *Console) nowhere(w http.ResponseWriter, r *http.Request) {
	c.pages.Fail(w, r, page.Page{}, fault.NotFoundError())
}
