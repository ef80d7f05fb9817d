package view

import "tenantry/customers"

// The words for whether a nested object is usable.
const (
	Active   = "active"
	Inactive = "inactive"
	Disabled = "disabled"
)

func BankStatus(bank *customers.Bank) string {
	if bank.Active {
		return Active
	}
	return Inactive
}

func ShowBank(bank *customers.Bank) BankView {
	return BankView{
		ID: bank.ID.String(), Object: "bank", NameOnAccount: bank.NameOnAccount,
		AccountHolderType: bank.AccountHolderType, AccountType: bank.AccountType, BankName: bank.BankName,
		RoutingNumber: bank.RoutingNumber, Last4: bank.AccountNumber.Last4, Fingerprint: bank.AccountNumber.Fingerprint,
		Currency: bank.Currency, Country: bank.Country, IsDefault: bank.IsDefault, IsApDefault: bank.IsApDefault,
		BillingAddress: ShowAddress(bank.BillingAddress), ExternalID: bank.ExternalID,
		Dropped: bank.Drops != nil, Verified: bank.Verified, Status: BankStatus(bank), Meta: bank.Meta,
		Created: Stamp(bank.Created), LastUpdated: Stamp(bank.LastUpdated), Kept: !bank.Token.IsZero() && bank.Token == bank.ID,
	}
}

func ShowCard(card *customers.Card) CardView {
	status := Active
	if !card.Active {
		status = Inactive
	}
	return CardView{
		ID: card.ID.String(), Object: "card", NameOnCard: card.NameOnCard, Brand: card.Brand, Last4: card.Last4,
		ExpirationMonth: card.ExpirationMonth, ExpirationYear: card.ExpirationYear, Fingerprint: card.Fingerprint,
		BillingAddress: ShowAddress(card.BillingAddress), IsDefault: card.IsDefault, Status: status, Meta: card.Meta,
		Created: Stamp(card.Created), LastUpdated: Stamp(card.LastUpdated), Kept: !card.Token.IsZero() && card.Token == card.ID,
	}
}

func ShowUser(user *customers.User) UserView {
	status := Active
	if !user.Active {
		status = Disabled
	}
	return UserView{
		ID: user.ID.String(), Object: "user", Username: user.Username, Role: user.Role, Status: status,
		Created: Stamp(user.Created),
	}
}

func ShowIdentity(i *customers.Identity) IdentityView {
	view := IdentityView{
		Object: "identity", Status: i.Status, Provider: i.Provider, Reason: i.Reason, Messages: i.Messages,
		Decisions: make([]DecisionView, 0, len(i.Decisions)), Started: StampOf(i.Started), Updated: StampOf(i.Updated),
		Trigger: i.Trigger, Processing: i.Processing, Report: i.Report(),
	}
	if i.Status == customers.IdentityPending {
		view.NextAttempt = StampOf(i.Due)
	}
	if !i.ReviewID.IsZero() {
		view.ReviewID = i.ReviewID.String()
	}
	for _, decision := range i.Decisions {
		shown := DecisionView{
			Status: decision.Status, At: Stamp(decision.At),
			Provider: decision.Provider, Reason: decision.Reason,
		}
		if !decision.ReviewID.IsZero() {
			shown.ReviewID = decision.ReviewID.String()
		}
		if !decision.Actor.IsZero() {
			shown.ActorID = decision.Actor.String()
		}
		view.Decisions = append(view.Decisions, shown)
	}
	return view
}

// IdentityOf shows the review of a customer that this service gave.
func IdentityOf(c *customers.Customer) IdentityView { return ShowIdentity(&c.Identity) }
