package console

import (
	"slices"
	"strings"
	"time"

	"tenantry/customers"
	"tenantry/customers/fields"
	"tenantry/customers/instruments"
	"tenantry/customers/view"
	"tenantry/internal/console/page"
	"tenantry/internal/patch"
	"tenantry/tenancy"
)

var bankActions = map[string]handler{
	"GET /new":              showNewBank,
	"POST /new":             addBank,
	"POST /{part}/default":  setDefaultBank,
	"POST /{part}/start":    startDrops,
	"GET /{part}/confirm":   showConfirmDrops,
	"POST /{part}/confirm":  confirmDrops,
	"GET /{part}/status":    showBankStatus,
	"POST /{part}/status":   setBankStatus,
	"POST /{part}/sent":     dropsSent,
	"GET /{part}/amounts":   showAmounts,
	"POST /{part}/nickname": renameBank,
}

// bankRow is a bank with how far its micro-deposits are.
type bankRow struct {
	view.BankView
	Started, Sent *time.Time
	Failures      int
	// MayStart and the like say which buttons there are.
	MayStart, MayConfirm, MaySend bool
}

func (v *visit) bankRows() ([]bankRow, error) {
	banks, err := v.app.Instruments.Banks(v.r.Context(), v.caller, v.id())
	if err != nil {
		return nil, err
	}
	write := v.can(tenancy.BanksWrite)
	var list []bankRow
	for _, bank := range banks {
		row := bankRow{BankView: bank}
		if at := slices.IndexFunc(v.customer.Banks, func(b customers.Bank) bool { return b.ID.String() == bank.ID }); at >= 0 {
			if drops := v.customer.Banks[at].Drops; drops != nil {
				row.Started, row.Sent, row.Failures = &drops.Started, drops.Sent, drops.Failures
			}
		}
		active := bank.Status == view.Active && !bank.Verified && write
		row.MayStart, row.MayConfirm = active && row.Started == nil, active && row.Started != nil
		row.MaySend = active && row.Started != nil && row.Sent == nil && tenancy.IsOperator(v.own) && !v.options.Sandbox
		list = append(list, row)
	}
	return list, nil
}

func showBanks(v *visit) error {
	list, err := v.bankRows()
	if err != nil {
		return err
	}
	v.curl("GET", "/v3/customers/"+v.id()+"/banks", nil)
	return v.show("banks", map[string]any{"Banks": list, "At": v.at("banks"), "MayWrite": v.can(tenancy.BanksWrite), "Sandbox": v.options.Sandbox})
}

func newBankParts() []part {
	return []part{{key: "bank", title: "Bank account", text: "The account number is kept encrypted and shown as its last four digits.", rows: bankRows("")}}
}

func (v *visit) writeForm(form *page.Form, shown customerForm, parts []part, refusal error) error {
	if refusal != nil && !form.Refuse(refusal) {
		return refusal
	}
	var err error
	shown.Form = form
	if shown.Sections, err = sectionsOf(form, parts); err != nil {
		return err
	}
	p := v.page("customer-form", shown)
	if refusal != nil {
		p.Status = statusOf(refusal)
	}
	v.pages.Write(v.w, v.r, p)
	return nil
}

func (v *visit) bankForm() customerForm {
	v.curl("POST", "/v3/customers/"+v.id()+"/banks", map[string]any{"routingNumber": "…", "accountNumber": "…"})
	return customerForm{Title: "New bank", Action: v.at("banks/new"), Back: v.at("banks"), Button: "Add the bank"}
}

func showNewBank(v *visit) error {
	return v.writeForm(page.NewForm("nameOnAccount", v.customer.Name, "country", "USA", "currency", "USD"), v.bankForm(), newBankParts(), nil)
}

func addBank(v *visit) error {
	var in fields.BankInput
	body, err := bodyOf(v.r.PostForm, namesOf(newBankParts()), nil)
	if err == nil {
		_, err = decode(body, &in)
	}
	if err == nil {
		_, err = v.app.Instruments.AddBank(v.r.Context(), v.caller, v.id(), in)
	}
	if err != nil {
		return v.writeForm(page.Typed(v.r.PostForm), v.bankForm(), newBankParts(), err)
	}
	return v.done("The bank was added.", v.at("banks"))
}

func setDefaultBank(v *visit) error {
	bank, err := v.app.Instruments.SetDefaultBank(v.r.Context(), v.caller, v.id(), v.r.PathValue("part"))
	if err != nil {
		return err
	}
	return v.done("The bank ending in "+bank.Last4+" is the default.", v.at("banks"))
}

func startDrops(v *visit) error {
	bank, err := v.app.Instruments.StartDrops(v.r.Context(), v.caller, v.id(), v.r.PathValue("part"))
	if err != nil {
		return err
	}
	return v.done("Two deposits to the bank ending in "+bank.Last4+" were started.", v.at("banks"))
}

func dropsSent(v *visit) error {
	bank, err := v.markSent(v.r.PathValue("part"))
	if err != nil {
		return err
	}
	return v.done("Noted: the deposits to the bank ending in "+bank.Last4+" were sent.", v.at("banks"))
}

func (v *visit) bank() (view.BankView, error) {
	return v.app.Instruments.Bank(v.r.Context(), v.caller, v.id(), v.r.PathValue("part"))
}

func showConfirmDrops(v *visit) error {
	bank, err := v.bank()
	if err != nil {
		return err
	}
	v.curl("PUT", "/v3/customers/"+v.id()+"/banks/"+bank.ID+"/drops", map[string]any{"amounts": []string{"…", "…"}})
	return v.show("drops", map[string]any{"Bank": bank, "Form": &page.Form{}, "Action": v.at("banks/" + bank.ID + "/confirm"), "Back": v.at("banks"), "Sandbox": v.options.Sandbox})
}

func confirmDrops(v *visit) error {
	form := page.Typed(v.r.PostForm)
	bank, err := v.bank()
	if err != nil {
		return err
	}
	in := instruments.ConfirmDropsInput{Amounts: patch.Of([]string{strings.TrimSpace(form.Value("amount1")), strings.TrimSpace(form.Value("amount2"))})}
	if _, err := v.app.Instruments.ConfirmDrops(v.r.Context(), v.caller, v.id(), bank.ID, in); err != nil {
		return v.again("drops", form, map[string]any{"Bank": bank, "Form": form, "Action": v.at("banks/" + bank.ID + "/confirm"), "Back": v.at("banks"), "Sandbox": v.options.Sandbox}, err)
	}
	return v.done("The bank ending in "+bank.Last4+" is proven.", v.at("banks"))
}

func showAmounts(v *visit) error {
	bank, err := v.bank()
	if err != nil {
		return err
	}
	amounts, err := v.app.Instruments.DropAmounts(v.r.Context(), v.caller, v.id(), bank.ID)
	if err != nil {
		return err
	}
	v.curl("GET", "/v3/customers/"+v.id()+"/banks/"+bank.ID+"/drops", nil)
	return v.show("amounts", map[string]any{"Bank": bank, "Amounts": amounts, "Back": v.at("banks")})
}

func showBankStatus(v *visit) error {
	bank, err := v.bank()
	if err != nil {
		return err
	}
	v.curl("PUT", "/v3/customers/"+v.id()+"/banks/"+bank.ID, map[string]any{"status": "inactive"})
	if bank.Status != view.Active {
		return v.show("confirm", confirmation{
			Title: "Use the bank ending in " + bank.Last4 + " again?", Text: "It becomes active, and can be the default.",
			Action: v.at("banks/" + bank.ID + "/status"), Back: v.at("banks"), Button: "Activate", Hidden: map[string]string{"status": view.Active},
		})
	}
	return v.show("confirm", confirmation{
		Title: "Take the bank ending in " + bank.Last4 + " out of use?", Text: "Nothing is paid to it any more. If it is the default, another bank becomes it, or there is none.",
		Action: v.at("banks/" + bank.ID + "/status"), Back: v.at("banks"), Button: "Take it out of use", Danger: true, Hidden: map[string]string{"status": view.Inactive},
	})
}

func setBankStatus(v *visit) error {
	bank, err := v.app.Instruments.UpdateBank(v.r.Context(), v.caller, v.id(), v.r.PathValue("part"), fields.BankInput{Status: patch.Of(v.r.PostForm.Get("status"))})
	if err != nil {
		return err
	}
	return v.done("The bank ending in "+bank.Last4+" is "+bank.Status+".", v.at("banks"))
}

func renameBank(v *visit) error {
	name := patch.Field[string]{Set: true, Null: true}
	if text := strings.TrimSpace(v.r.PostForm.Get("nickname")); text != "" {
		name = patch.Of(text)
	}
	if _, err := v.app.Instruments.UpdateBank(v.r.Context(), v.caller, v.id(), v.r.PathValue("part"), fields.BankInput{Nickname: name}); err != nil {
		return err
	}
	return v.done("The bank was renamed.", v.at("banks"))
}

var cardActions = map[string]handler{
	"POST /{part}/default": setDefaultCard,
	"GET /{part}/remove":   showRemoveCard,
	"POST /{part}/remove":  removeCard,
}

func showCards(v *visit) error {
	list, err := v.app.Instruments.Cards(v.r.Context(), v.caller, v.id())
	if err != nil {
		return err
	}
	v.curl("GET", "/v3/customers/"+v.id()+"/cards", nil)
	return v.show("cards", map[string]any{"Cards": list, "At": v.at("cards"), "MayWrite": v.can(tenancy.BanksWrite)})
}

func setDefaultCard(v *visit) error {
	card, err := v.app.Instruments.UpdateCard(v.r.Context(), v.caller, v.id(), v.r.PathValue("part"), instruments.CardInput{IsDefault: patch.Of(true)})
	if err != nil {
		return err
	}
	return v.done("The card ending in "+card.Last4+" is the default.", v.at("cards"))
}

func showRemoveCard(v *visit) error {
	card, err := v.app.Instruments.Card(v.r.Context(), v.caller, v.id(), v.r.PathValue("part"))
	if err != nil {
		return err
	}
	v.curl("DELETE", "/v3/customers/"+v.id()+"/cards/"+card.ID, nil)
	return v.show("confirm", confirmation{
		Title: "Remove the card ending in " + card.Last4 + "?", Text: "It is taken out of the record and cannot be brought back.",
		Action: v.at("cards/" + card.ID + "/remove"), Back: v.at("cards"), Button: "Remove the card", Danger: true,
	})
}

func removeCard(v *visit) error {
	if err := v.app.Instruments.DeleteCard(v.r.Context(), v.caller, v.id(), v.r.PathValue("part")); err != nil {
		return err
	}
	return v.done("The card was removed.", v.at("cards"))
}
