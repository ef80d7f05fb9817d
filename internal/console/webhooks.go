package console

import (
	"errors"
	"slices"
	"strconv"
	"strings"

	"tenantry/customers/lifecycle"
	"tenantry/customers/webhooks"
	"tenantry/internal/console/page"
	"tenantry/internal/fault"
	"tenantry/internal/patch"
	"tenantry/settings"
	"tenantry/tenancy"
)

var webhookActions = map[string]handler{
	"GET /new":            showNewWebhook,
	"POST /new":           addWebhook,
	"GET /{part}":         showWebhook,
	"POST /{part}/test":   testWebhook,
	"POST /{part}/enable": enableWebhook,
	"POST /{part}/pause":  pauseWebhook,
	"GET /{part}/secret":  showNewSecret,
	"POST /{part}/secret": renewSecret,
	"GET /{part}/remove":  showRemoveWebhook,
	"POST /{part}/remove": removeWebhook,
	"POST /{part}/retry":  retryDelivery,
}

func showWebhooks(v *visit) error {
	list, err := v.app.Webhooks.Webhooks(v.r.Context(), v.caller, v.id())
	if err != nil {
		return err
	}
	v.curl("GET", "/v3/customers/"+v.id()+"/webhooks", nil)
	return v.show("webhooks", map[string]any{
		"Webhooks": list, "At": v.at("webhooks"), "Delivers": v.customer.Settings.Delivers(), "MayAdd": v.can(tenancy.CustomersWrite | tenancy.Receivers),
	})
}

var formats = []page.Choice{{Value: "", Text: "Native"}, {Value: string(settings.Straddle), Text: "Straddle"}, {Value: string(settings.Dwolla), Text: "Dwolla"}}

func newWebhookParts() []part {
	return []part{{key: "webhook", title: "Receiver", text: "A URL of yours that is sent what happens, signed.", rows: [][]spec{
		{f("url", "URL", "type=url", "required", "maxlength=2048", "placeholder=https://", "autocomplete=off")},
		{f("types", "Types of event", "optional", "rows=3", "hint=One a line, such as customer.updated, or bank.* for all of banks. Empty is all.")},
		{f("format", "Shape of the messages", formats)},
	}}}
}

func (v *visit) webhookForm() customerForm {
	v.curl("PATCH", "/v3/customers/"+v.id(), map[string]any{"settings": map[string]any{"events": map[string]any{"enabled": true, "urls": map[string]any{"always": []string{"https://example.com/events"}}}}})
	return customerForm{Title: "New webhook", Action: v.at("webhooks/new"), Back: v.at("webhooks"), Button: "Add the webhook"}
}

func showNewWebhook(v *visit) error {
	return v.writeForm(page.NewForm(), v.webhookForm(), newWebhookParts(), nil)
}

// addWebhook adds a receiver to the settings, beside those that are there.
func addWebhook(v *visit) error {
	form := page.Typed(v.r.PostForm)
	always, filtered := []string{}, []settings.ReceiverPatch{}
	if has := v.customer.Settings; has != nil && has.Events != nil && has.Events.URLs != nil {
		always = append(always, has.Events.URLs.Always...)
		for _, one := range has.Events.URLs.Filtered {
			kept := settings.ReceiverPatch{URL: patch.Of(one.URL), Types: patch.Of(one.Types)}
			if one.Format != "" {
				kept.Format = patch.Of(string(one.Format))
			}
			filtered = append(filtered, kept)
		}
	}
	added, types, format := strings.TrimSpace(form.Value("url")), linesOf(form.Value("types")), form.Value("format")
	var urls settings.URLsPatch
	if len(types) == 0 && format == "" {
		urls.Always = patch.Of(append(always, added))
	} else {
		one := settings.ReceiverPatch{URL: patch.Of(added), Types: patch.Of(types)}
		if format != "" {
			one.Format = patch.Of(format)
		}
		urls.Filtered = patch.Of(append(filtered, one))
	}
	in := lifecycle.UpdateInput{CustomerID: v.id(), IfVersions: []int64{v.customer.Version}}
	in.Settings = patch.Of(settings.Patch{Events: patch.Of(settings.EventsPatch{Enabled: patch.Of(true), URLs: patch.Of(urls)})})
	if _, err := v.app.Lifecycle.Update(v.r.Context(), v.caller, in); err != nil {
		return v.writeForm(form, v.webhookForm(), newWebhookParts(), aboutReceiver(err))
	}
	return v.done("The webhook was added. Show its secret to verify what it is sent.", v.at("webhooks"))
}

// aboutReceiver returns a refusal of settings with the fields of the form in place of their
// paths.
func aboutReceiver(err error) error {
	refusal, ok := errors.AsType[*fault.Error](err)
	if !ok {
		return err
	}
	field := func(path string) string {
		switch {
		case !strings.HasPrefix(path, "settings.events"):
			return path
		case strings.Contains(path, ".types"):
			return "types"
		case strings.HasSuffix(path, ".format"):
			return "format"
		default:
			return "url"
		}
	}
	shown := *refusal
	shown.Field, shown.More = field(shown.Field), slices.Clone(shown.More)
	for i := range shown.More {
		shown.More[i].Field = field(shown.More[i].Field)
	}
	return &shown
}

func showWebhook(v *visit) error {
	hook, err := v.app.Webhooks.Webhook(v.r.Context(), v.caller, v.id(), v.r.PathValue("part"))
	if err != nil {
		return err
	}
	sent, err := v.app.Webhooks.WebhookDeliveries(v.r.Context(), v.caller, v.id(), hook.ID, v.r.URL.Query().Get("cursor"), 25)
	if err != nil {
		return err
	}
	v.curl("GET", "/v3/customers/"+v.id()+"/webhooks/"+hook.ID+"/deliveries", nil)
	return v.show("webhook", map[string]any{
		"Webhook": hook, "Deliveries": sent.Deliveries, "Next": sent.NextCursor, "At": v.at("webhooks/" + hook.ID), "Back": v.at("webhooks"), "Events": v.at("events"),
		"MayTest": v.can(tenancy.WebhooksWrite), "MayChange": v.can(tenancy.Receivers),
	})
}

func testWebhook(v *visit) error {
	if _, err := v.app.Webhooks.TestWebhook(v.r.Context(), v.caller, v.id(), v.r.PathValue("part")); err != nil {
		return err
	}
	return v.done("A test event is on its way: it appears among the deliveries.", v.at("webhooks/"+v.r.PathValue("part")))
}

func enableWebhook(v *visit) error {
	if _, err := v.app.Webhooks.EnableWebhook(v.r.Context(), v.caller, v.id(), v.r.PathValue("part")); err != nil {
		return err
	}
	return v.done("The webhook is served again, from the next event on.", v.at("webhooks/"+v.r.PathValue("part")))
}

func pauseWebhook(v *visit) error {
	if _, err := v.app.Webhooks.PauseWebhook(v.r.Context(), v.caller, v.id(), v.r.PathValue("part"), true); err != nil {
		return err
	}
	return v.done("The webhook is paused: it is sent nothing until you enable it.", v.at("webhooks/"+v.r.PathValue("part")))
}

func (v *visit) secretData(hook webhooks.WebhookView, form *page.Form) map[string]any {
	v.curl("POST", "/v3/customers/"+v.id()+"/webhooks/"+hook.ID+"/secret", map[string]any{"graceSeconds": 86400})
	return map[string]any{"Webhook": hook, "Form": form, "Graces": graces, "Action": v.at("webhooks/" + hook.ID + "/secret"), "Back": v.at("webhooks/" + hook.ID)}
}

func showNewSecret(v *visit) error {
	hook, err := v.app.Webhooks.Webhook(v.r.Context(), v.caller, v.id(), v.r.PathValue("part"))
	if err != nil {
		return err
	}
	return v.show("webhook-secret", v.secretData(hook, page.NewForm("graceSeconds", "86400")))
}

func renewSecret(v *visit) error {
	form := page.Typed(v.r.PostForm)
	var in webhooks.WebhookSecretInput
	if seconds, err := strconv.Atoi(form.Value("graceSeconds")); err == nil {
		in.GraceSeconds = patch.Of(seconds)
	}
	made, err := v.app.Webhooks.RenewWebhookSecret(v.r.Context(), v.caller, v.id(), v.r.PathValue("part"), in)
	if err != nil {
		hook, failed := v.app.Webhooks.Webhook(v.r.Context(), v.caller, v.id(), v.r.PathValue("part"))
		if failed != nil {
			return failed
		}
		return v.again("webhook-secret", form, v.secretData(hook, form), err)
	}
	v.shell.Curl = ""
	return v.show("key-made", map[string]any{"Title": "The webhook has a new secret", "Secret": made.Secret.Reveal(), "Webhook": made.Webhook, "Back": v.at("webhooks/" + made.Webhook.ID)})
}

func showRemoveWebhook(v *visit) error {
	hook, err := v.app.Webhooks.Webhook(v.r.Context(), v.caller, v.id(), v.r.PathValue("part"))
	if err != nil {
		return err
	}
	return v.show("confirm", confirmation{
		Title: "Remove the webhook?", Text: hook.URL + " is sent nothing any more, and its secret is forgotten. Deliveries that wait are given up.",
		Action: v.at("webhooks/" + hook.ID + "/remove"), Back: v.at("webhooks/" + hook.ID), Button: "Remove the webhook", Danger: true,
	})
}

func removeWebhook(v *visit) error {
	if _, err := v.app.Webhooks.RemoveWebhook(v.r.Context(), v.caller, v.id(), v.r.PathValue("part")); err != nil {
		return err
	}
	return v.done("The webhook was removed.", v.at("webhooks"))
}

func retryDelivery(v *visit) error {
	if _, err := v.app.Webhooks.RetryDelivery(v.r.Context(), v.caller, v.id(), v.r.PostForm.Get("delivery")); err != nil {
		return err
	}
	return v.done("It is sent again.", v.at("webhooks/"+v.r.PathValue("part")))
}
