package console

import (
	"strconv"

	"tenantry/customers/onboarding"
	"tenantry/internal/console/page"
	"tenantry/internal/patch"
	"tenantry/tenancy"
)

var onboardingActions = map[string]handler{
	"POST /new":        mintLink,
	"GET /{part}/end":  showEndLink,
	"POST /{part}/end": endLink,
}

// mayMint reports whether the person may hand out onboarding links.
func (v *visit) mayMint() bool { return v.can(onboarding.Scopes) }

var linkLives = []page.Choice{{Value: "1", Text: "A day"}, {Value: "7", Text: "A week"}, {Value: "30", Text: "30 days"}}

var linkScopes = []page.Choice{{Value: "due", Text: "What is needed now"}, {Value: "eventually", Text: "Also what is needed later"}}

var linkLanguages = []page.Choice{{Value: "", Text: "As the browser asks"}, {Value: "en", Text: "English"}, {Value: "es", Text: "Spanish"}}

func (v *visit) linksData(form *page.Form) (map[string]any, error) {
	list, err := v.app.Onboarding.Links(v.r.Context(), v.caller, v.id())
	if err != nil {
		return nil, err
	}
	v.curl("POST", "/v3/customers/"+v.id()+"/onboarding-links", map[string]any{"expiresInSeconds": 86400, "collect": "due"})
	return map[string]any{
		"Links": list, "At": v.at("onboarding"), "MayMint": v.mayMint(), "Form": form,
		"Lives": linkLives, "Scopes": linkScopes, "Languages": linkLanguages,
	}, nil
}

func showLinks(v *visit) error {
	data, err := v.linksData(&page.Form{})
	if err != nil {
		return err
	}
	return v.show("links", data)
}

// mintLink makes an onboarding link and shows it, once.
func mintLink(v *visit) error {
	form := page.Typed(v.r.PostForm)
	in := onboarding.LinkInput{}
	if days, err := strconv.Atoi(form.Value("days")); err == nil {
		in.ExpiresInSeconds = patch.Of(days * 24 * 60 * 60)
	}
	for name, into := range map[string]*patch.Field[string]{"collect": &in.Collect, "locale": &in.Locale, "returnUrl": &in.ReturnURL} {
		if text := form.Value(name); text != "" {
			*into = patch.Of(text)
		}
	}
	minted, err := v.app.Onboarding.MintLink(v.r.Context(), v.caller, v.id(), in)
	data, failed := v.linksData(form)
	if failed != nil {
		return failed
	}
	if err != nil {
		return v.again("links", form, data, err)
	}
	data["URL"], data["Expires"] = v.kit.Absolute(v.r, "/onboarding/"+minted.Token.Reveal()), minted.Link.Expires
	return v.show("links", data)
}

func showEndLink(v *visit) error {
	v.curl("DELETE", "/v3/customers/"+v.id()+"/onboarding-links/"+v.r.PathValue("part"), nil)
	return v.show("confirm", confirmation{
		Title: "End the onboarding link?", Text: "It opens nothing any more, also where somebody is at work with it. What was saved stays saved.",
		Action: v.at("onboarding/" + v.r.PathValue("part") + "/end"), Back: v.at("onboarding"), Button: "End the link", Danger: true,
	})
}

func endLink(v *visit) error {
	if _, err := v.app.Onboarding.EndLink(v.r.Context(), v.caller, v.id(), v.r.PathValue("part")); err != nil {
		return err
	}
	return v.done("The link was ended.", v.at("onboarding"))
}

// mayOnboard reports whether links can be handed out for the customer that a page is about.
func (v *visit) mayOnboard() bool { return v.mayMint() && !tenancy.IsOperator(v.customer) }
