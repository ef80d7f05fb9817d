package console

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"tenantry/customers/access"
	"tenantry/customers/view"
	"tenantry/internal/console/page"
	"tenantry/internal/fault"
	"tenantry/internal/patch"
	"tenantry/tenancy"
)

var keyActions = map[string]handler{
	"GET /new":            showNewKey,
	"POST /new":           mintKey,
	"GET /rotate":         showRotate,
	"POST /rotate":        rotateKeys,
	"GET /{part}/revoke":  showRevokeKey,
	"POST /{part}/revoke": revokeKey,
}

func seesKeys(v *visit) bool {
	return v.can(tenancy.Read|tenancy.KeysWrite) || v.can(tenancy.KeysRevoke)
}

// keyRow is a key with who minted it.
type keyRow struct {
	view.KeyView
	By        string
	MayRevoke bool
}

func showKeys(v *visit) error {
	list, err := v.app.Access.Keys(v.r.Context(), v.caller, v.id())
	if err != nil {
		return err
	}
	rows := make([]keyRow, 0, len(list))
	pairs := 0
	for _, key := range slices.Backward(list) {
		row := keyRow{KeyView: key, MayRevoke: key.Status == view.Active && (v.can(tenancy.KeysWrite) || v.can(tenancy.KeysRevoke))}
		for _, other := range list {
			if other.ID == key.CreatedBy {
				row.By = other.Name
			}
		}
		for i := range v.customer.Users {
			if v.customer.Users[i].ID.String() == key.CreatedBy {
				row.By = v.customer.Users[i].Username
			}
		}
		if key.Type == "pair" && key.Status == view.Active {
			pairs++
		}
		rows = append(rows, row)
	}
	v.curl("GET", "/v3/customers/"+v.id()+"/keys", nil)
	return v.show("keys", map[string]any{
		"Keys": rows, "Pairs": pairs, "At": v.at("keys"), "MayMint": v.can(tenancy.KeysWrite), "MayRotate": v.can(tenancy.Full),
	})
}

// scopeChoice is a scope as the form of a new key shows it.
type scopeChoice struct {
	Name, Text string
	Checked    bool
}

// scopeWords say what a scope allows.
var scopeWords = map[string]string{
	"read": "Read records, except for unmasked values", "customers:write": "Create and change customers and their evidence", "customers:delete": "Delete customers",
	"customers:status": "Switch customers off and on", "banks:write": "Add and change banks and cards", "keys:write": "Mint keys, and revoke those that may do no more",
	"keys:revoke": "List and revoke restricted keys", "users:write": "Add and change users that may do no more", "webhooks:write": "Configure and test receivers of events",
	"unmask": "Read sensitive values in full, where the policy allows", "identity:decide": "Decide identity reviews",
}

var keyLives = []page.Choice{{Value: "", Text: "Until it is revoked"}, {Value: "86400", Text: "A day"}, {Value: "604800", Text: "A week"}, {Value: "2592000", Text: "30 days"}, {Value: "7776000", Text: "90 days"}, {Value: "31536000", Text: "A year"}}

func (v *visit) newKeyData(form *page.Form) map[string]any {
	var scopes []scopeChoice
	for _, name := range (tenancy.Full & v.caller.Credential.Scopes).Names() {
		scopes = append(scopes, scopeChoice{Name: name, Text: scopeWords[name], Checked: slices.Contains(form.Values["scopes"], name)})
	}
	v.curl("POST", "/v3/customers/"+v.id()+"/keys", map[string]any{"name": "reporting", "scopes": []string{"read"}})
	return map[string]any{"Form": form, "Scopes": scopes, "Lives": keyLives, "Action": v.at("keys/new"), "Back": v.at("keys")}
}

func showNewKey(v *visit) error {
	return v.show("key-new", v.newKeyData(page.NewForm("scopes", "read")))
}

// linesOf returns the words of a text, by lines, spaces or commas.
func linesOf(text string) []string {
	return strings.FieldsFunc(text, func(r rune) bool { return r == '\n' || r == '\r' || r == ' ' || r == ',' })
}

func (v *visit) terms() (in access.KeyTermsInput) {
	if seconds, err := strconv.Atoi(v.r.PostForm.Get("expiresInSeconds")); err == nil {
		in.ExpiresInSeconds = patch.Of(seconds)
	}
	if list := linesOf(v.r.PostForm.Get("allowedAddresses")); len(list) > 0 {
		in.AllowedAddresses = patch.Of(list)
	}
	return in
}

func mintKey(v *visit) error {
	form := page.Typed(v.r.PostForm)
	in := access.RestrictedKeyInput{Name: patch.Of(strings.TrimSpace(form.Value("name"))), Scopes: patch.Of(form.Values["scopes"]), KeyTermsInput: v.terms()}
	minted, err := v.app.Access.MintKey(v.r.Context(), v.caller, v.id(), in)
	if err != nil {
		return v.again("key-new", form, v.newKeyData(form), err)
	}
	v.shell.Curl = ""
	return v.show("key-made", map[string]any{"Title": "The key “" + minted.Key.Name + "” was minted", "Secret": minted.Secret.Reveal(), "Back": v.at("keys")})
}

var graces = []page.Choice{{Value: "0", Text: "At once"}, {Value: "3600", Text: "After an hour"}, {Value: "86400", Text: "After a day"}, {Value: "604800", Text: "After 7 days"}}

func (v *visit) rotateData(form *page.Form) map[string]any {
	v.curl("POST", "/v3/customers/"+v.id()+"/keys/rotate", map[string]any{"graceSeconds": 86400})
	return map[string]any{"Form": form, "Graces": graces, "Lives": keyLives, "Action": v.at("keys/rotate"), "Back": v.at("keys")}
}

func showRotate(v *visit) error {
	return v.show("rotate", v.rotateData(page.NewForm("graceSeconds", "86400")))
}

func rotateKeys(v *visit) error {
	form := page.Typed(v.r.PostForm)
	in := access.RotateInput{KeyTermsInput: v.terms()}
	if seconds, err := strconv.Atoi(form.Value("graceSeconds")); err == nil {
		in.GraceSeconds = patch.Of(seconds)
	}
	rotated, err := v.app.Access.RotateKeys(v.r.Context(), v.caller, v.id(), in)
	if err != nil {
		return v.again("rotate", form, v.rotateData(form), err)
	}
	v.shell.Curl = ""
	return v.show("key-made", map[string]any{
		"Title": "A new pair was minted", "Secret": rotated.Pair.Secret.Reveal(), "Publishable": rotated.Pair.Publishable.Reveal(), "Previous": rotated.Previous, "Back": v.at("keys"),
	})
}

func (v *visit) theKey() (view.KeyView, error) {
	list, err := v.app.Access.Keys(v.r.Context(), v.caller, v.id())
	if err != nil {
		return view.KeyView{}, err
	}
	i := slices.IndexFunc(list, func(key view.KeyView) bool { return key.ID == v.r.PathValue("part") })
	if i < 0 {
		return view.KeyView{}, fault.NotFoundError()
	}
	return list[i], nil
}

func keyName(key view.KeyView) string {
	if key.Name != "" {
		return "the key “" + key.Name + "”"
	}
	return "the pair ending in " + key.Hint
}

func showRevokeKey(v *visit) error {
	key, err := v.theKey()
	if err != nil {
		return err
	}
	v.curl("DELETE", "/v3/customers/"+v.id()+"/keys/"+key.ID, nil)
	return v.showEnding(key.ID, confirmation{
		Title: "Revoke " + keyName(key) + "?", Text: "Whatever uses it is refused from the next request on, with every access token that it issued. It cannot be brought back.",
		Action: v.at("keys/" + key.ID + "/revoke"), Back: v.at("keys"), Button: "Revoke", Danger: true,
	})
}

func revokeKey(v *visit) error {
	key, err := v.app.Access.RevokeKey(v.r.Context(), v.caller, access.RevokeInput{
		CustomerID: v.id(), KeyID: v.r.PathValue("part"), Cascade: v.r.PostForm.Get("cascade") != "",
	})
	if err != nil {
		return err
	}
	return v.done(capital(keyName(key))+" was revoked.", v.at("keys"))
}

// number makes a number of a field of a body, where it is one.
func number(body map[string]any, name string) {
	if text, is := body[name].(string); is {
		if _, err := strconv.Atoi(text); err == nil {
			body[name] = json.Number(text)
		}
	}
}
