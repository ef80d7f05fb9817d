package dwolla

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"strings"

	"tenantry/customers/idempotency"
	"tenantry/customers/registry"
	"tenantry/customers/view"
	"tenantry/internal/dialect"
	"tenantry/internal/dialect/dwolla/rules"
	"tenantry/internal/fault"
	"tenantry/internal/patch"
	"tenantry/internal/secret"
)

// fundingBody is a funding source as sent.
type fundingBody struct {
	Name            patch.Field[string]      `json:"name"`
	BankAccountType patch.Field[string]      `json:"bankAccountType"`
	Type            patch.Field[string]      `json:"type"` // of the first clients: bankAccountType
	RoutingNumber   patch.Field[string]      `json:"routingNumber"`
	AccountNumber   patch.Field[secret.Text] `json:"accountNumber"`
	Removed         patch.Field[bool]        `json:"removed"`
	// What follows asks for another kind of funding source than a bank by its numbers.
	PlaidToken patch.Field[string]   `json:"plaidToken"`
	Channels   patch.Field[[]string] `json:"channels"`
	Verified   patch.Field[bool]     `json:"verified"`
	Links      patch.Field[struct{}] `json:"_links"`
}

func readFunding(x *dialect.Request) (rules.FundingSourceInput, error) {
	var b fundingBody
	reading, err := bind(x.Content, &b, fundingWords)
	input := rules.FundingSourceInput{
		Reading: reading, Attempt: x.Attempt.ID, Name: b.Name, AccountType: b.BankAccountType, RoutingNumber: b.RoutingNumber,
		AccountNumber: b.AccountNumber, Removed: b.Removed,
	}
	if !b.BankAccountType.Set {
		input.AccountType = b.Type
	}
	for name, asked := range map[string]bool{
		"plaidToken": b.PlaidToken.Given(), "channels": len(b.Channels.Value) > 0, "verified": b.Verified.Or(false), "_links": b.Links.Given(),
	} {
		if asked {
			input.Unoffered = append(input.Unoffered, name)
		}
	}
	return input, err
}

// shownFunding is a funding source as answered. Here each is a bank.
type shownFunding struct {
	Links       links      `json:"_links"`
	ID          string     `json:"id"`
	Status      string     `json:"status"` // verified, unverified
	Type        string     `json:"type"`   // bank
	AccountType string     `json:"bankAccountType,omitempty"`
	Name        string     `json:"name"`
	Created     view.Stamp `json:"created"`
	Removed     bool       `json:"removed"`
	Channels    []string   `json:"channels"`
	BankName    string     `json:"bankName,omitempty"`
	Fingerprint string     `json:"fingerprint,omitempty"`
	// Default reports whether it is the default bank of the customer; the vendor has no
	// word for it.
	Default bool `json:"default"`
}

func showFunding(base string, f rules.FundingSource) shownFunding {
	bank := f.Bank
	shown := shownFunding{
		Links: fundingLinks(base, f), ID: dialect.UUID(bank.ID), Status: "unverified", Type: "bank", AccountType: rules.AccountType(bank),
		Name: f.Name(), Created: view.Stamp(bank.Created), Removed: !bank.Active, Channels: []string{"ach"}, BankName: bank.BankName,
		Fingerprint: bank.AccountNumber.Fingerprint, Default: bank.IsDefault && bank.Active,
	}
	if bank.Verified {
		shown.Status = "verified"
	}
	return shown
}

// fundingLinks are what can be done with a bank. Money is not moved, so it neither sends
// nor receives.
func fundingLinks(base string, f rules.FundingSource) links {
	self := base + "/funding-sources/" + dialect.UUID(f.Bank.ID)
	deposits := to(self+"/micro-deposits", "micro-deposits")
	l := links{"self": to(self, "funding-source"), "customer": to(base+"/customers/"+dialect.UUID(f.Customer.ID), "customer")}
	if f.Failed() {
		l["failed-verification-micro-deposits"] = deposits
	}
	if !f.Bank.Active {
		return l
	}
	l["remove"] = to(self, "funding-source")
	switch {
	case f.Bank.Verified:
	case f.Deposits != nil:
		l["verify-micro-deposits"] = deposits
	default:
		l["initiate-micro-deposits"] = deposits
	}
	return l
}

func (f *Handler) listFunding(x *dialect.Request) (idempotency.Answer, error) {
	found, id, err := f.findCustomer(x)
	if err != nil {
		return idempotency.Answer{}, err
	}
	removed := true
	var faults fault.List
	switch word := strings.ToLower(x.Request.URL.Query().Get("removed")); word { // Python says False
	case "", "true":
	case "false":
		removed = false
	default:
		faults.AddValue("removed", fault.BadValue, word, "must be true or false")
	}
	if err := faults.Err(); err != nil {
		return idempotency.Answer{}, in(plainWords, err)
	}
	base := f.base(x.Request)
	items := []shownFunding{}
	for _, source := range f.service.Dwolla.FundingSources(found, removed) {
		items = append(items, showFunding(base, source))
	}
	customer := base + "/customers/" + uuid(id)
	return show(object{
		"_links":    links{"self": to(customer+"/funding-sources", "funding-source"), "customer": to(customer, "customer")},
		"_embedded": object{"funding-sources": items}, "total": len(items),
	})
}

func (f *Handler) addFunding(x *dialect.Request) (idempotency.Answer, error) {
	id, err := identify(x)
	if err != nil {
		return idempotency.Answer{}, err
	}
	if id == x.Caller.Subject.Ref().ID.String() {
		return idempotency.Answer{}, fault.NotFoundError() // The account is none of its customers.
	}
	input, err := readFunding(x)
	if err != nil {
		return idempotency.Answer{}, err
	}
	input.CustomerID = id
	answer, err := dialect.Answered(x, func(ctx context.Context) (string, error) {
		return f.service.Dwolla.AddFundingSource(ctx, x.Caller, input)
	}, func(added string) (idempotency.Answer, error) { return f.created(x, "/funding-sources/"+uuid(added)) })
	return answer, in(fundingWords, err)
}

func (f *Handler) getFunding(x *dialect.Request) (idempotency.Answer, error) {
	id, err := identify(x)
	if err != nil {
		return idempotency.Answer{}, err
	}
	found, err := f.service.Dwolla.FundingSource(x, x.Caller, id)
	if err != nil {
		return idempotency.Answer{}, in(fundingWords, err)
	}
	return show(showFunding(f.base(x.Request), found))
}

func (f *Handler) changeFunding(x *dialect.Request) (idempotency.Answer, error) {
	id, err := identify(x)
	if err != nil {
		return idempotency.Answer{}, err
	}
	input, err := readFunding(x)
	if err != nil {
		return idempotency.Answer{}, in(fundingWords, err)
	}
	input.ID = id
	return f.changedFunding(x, input)
}

// removeFunding removes a bank as the first clients do, who send no body.
func (f *Handler) removeFunding(x *dialect.Request) (idempotency.Answer, error) {
	id, err := identify(x)
	if err != nil {
		return idempotency.Answer{}, err
	}
	return f.changedFunding(x, rules.FundingSourceInput{ID: id, Removed: patch.Of(true)})
}

// changedFunding answers with the bank as a change leaves it.
func (f *Handler) changedFunding(x *dialect.Request, input rules.FundingSourceInput) (idempotency.Answer, error) {
	answer, err := dialect.Answered(x, func(ctx context.Context) (rules.FundingSource, error) {
		return f.service.Dwolla.ChangeFundingSource(ctx, x.Caller, input)
	}, func(changed rules.FundingSource) (idempotency.Answer, error) {
		return show(showFunding(f.base(x.Request), changed))
	})
	return answer, in(fundingWords, err)
}

func (f *Handler) getDeposits(x *dialect.Request) (idempotency.Answer, error) {
	id, err := identify(x)
	if err != nil {
		return idempotency.Answer{}, err
	}
	found, err := f.service.Dwolla.Deposits(x, x.Caller, id)
	if err != nil {
		return idempotency.Answer{}, err
	}
	return show(showDeposits(f.base(x.Request), found))
}

// showDeposits shows the micro-deposits of a bank. When the payment process has sent them is
// not known here, and they can be confirmed from the start.
func showDeposits(base string, f rules.FundingSource) object {
	self := to(base+"/funding-sources/"+dialect.UUID(f.Bank.ID)+"/micro-deposits", "micro-deposits")
	l := links{"self": self}
	if f.Bank.Active && !f.Bank.Verified {
		l["verify-micro-deposits"] = self
	}
	return object{"_links": l, "created": view.Stamp(f.Deposits.Started), "status": "processed"}
}

// depositsBody are the amounts of micro-deposits.
type depositsBody struct {
	First  patch.Field[rules.AmountInput] `json:"amount1"`
	Second patch.Field[rules.AmountInput] `json:"amount2"`
}

// postDeposits starts the micro-deposits of a bank, or confirms them where amounts are sent.
func (f *Handler) postDeposits(x *dialect.Request) (idempotency.Answer, error) {
	id, err := identify(x)
	if err != nil {
		return idempotency.Answer{}, err
	}
	var b depositsBody
	var reading error
	if content := bytes.TrimSpace(x.Content); len(content) > 0 && string(content) != "null" {
		if reading, err = bind(x.Content, &b, plainWords); err != nil {
			return idempotency.Answer{}, err
		}
	}
	if reading == nil && !b.First.Set && !b.Second.Set {
		answer, err := dialect.Answered(x, func(ctx context.Context) (registry.Done, error) {
			return registry.Done{}, f.service.Dwolla.StartDeposits(ctx, x.Caller, id)
		}, func(registry.Done) (idempotency.Answer, error) {
			return f.created(x, "/funding-sources/"+uuid(id)+"/micro-deposits")
		})
		return answer, in(plainWords, err)
	}
	answer, err := dialect.Answered(x, func(ctx context.Context) (registry.Done, error) {
		return registry.Done{}, f.service.Dwolla.ConfirmDeposits(ctx, x.Caller, rules.DepositsInput{ID: id, Reading: reading, First: b.First, Second: b.Second, Attempt: x.Attempt.ID})
	}, func(registry.Done) (idempotency.Answer, error) {
		base := f.base(x.Request) + "/funding-sources/" + uuid(id)
		return show(object{"_links": links{"self": to(base+"/micro-deposits", "micro-deposits"), "funding-source": to(base, "funding-source")}})
	})
	if found, ok := errors.AsType[*fault.Error](err); ok && found.Code == rules.CodeNoDeposits {
		err = refuse(http.StatusNotFound, codeNotFound, found)
	}
	return answer, in(plainWords, err)
}
