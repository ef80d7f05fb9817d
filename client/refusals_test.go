package client_test

import (
	"testing"

	"tenantry/client"
)

// The codes that the comments of methods name are those that the service answers.
func TestRefusalsAreThoseOfTheComments(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	h, c := installed(t)
	shop := got(c.Customers.Create(ctx, client.CustomerInput{Name: "Shop", Email: "s@example.com", PlanKey: "merchant", MerchantKey: client.Set("shop-1")}))(t)
	user := got(c.Users.Create(ctx, shop.ID, client.UserInput{Username: "ada", Password: client.NewSecret("lantern-harbor-42")}))(t)
	session := got(c.Access.Grant(ctx, client.GrantInput{GrantType: "password", Username: "ada", Password: client.NewSecret("lantern-harbor-42")}))(t)
	admin := got(client.New(h.URL, client.WithKey(session.AccessToken.Reveal()), client.WithCustomer(shop.ID)))(t)
	bank := got(c.Banks.Create(ctx, shop.ID, client.BankInput{RoutingNumber: "121000248", AccountNumber: client.NewSecret("123456789")}))(t)
	other := got(c.Banks.Create(ctx, shop.ID, client.BankInput{RoutingNumber: "121000248", AccountNumber: client.NewSecret("987654321")}))(t)
	got(c.Banks.Update(ctx, shop.ID, other.ID, client.BankChange{Status: "inactive"}))(t)
	got(c.Banks.StartDrops(ctx, shop.ID, bank.ID))(t)
	token := got(c.Tokens.Create(ctx, client.TokenInput{Bank: &client.BankInput{RoutingNumber: "121000248", AccountNumber: client.NewSecret("555555555")}}))(t)
	got(c.Banks.Create(ctx, shop.ID, client.BankInput{Token: token.Token}))(t)
	report := client.ActivityInput{Type: client.ActivityCredit, Amount: "10.00", Reference: "r-1"}
	got(c.Activities.Create(ctx, shop.ID, report))(t)
	owner := c.As(shop.ID)

	for name, row := range map[string]struct {
		call func() error
		want error
	}{
		"a merchant key that is taken": {func() error {
			_, err := c.Customers.Create(ctx, client.CustomerInput{Name: "Shop", Email: "s@example.com", PlanKey: "merchant", MerchantKey: client.Set("shop-1")})
			return err
		}, client.ErrConflict},
		"a customer below one whose plan lets it have none": {func() error {
			_, err := owner.Customers.Create(ctx, client.CustomerInput{Name: "Shop", Email: "s@example.com", PlanKey: "merchant"})
			return err
		}, client.ErrInsufficientPlan},
		"deleting a customer with activity": {func() error { return c.Customers.Delete(ctx, shop.ID) }, client.ErrCustomerHasActivity},
		"reading in full where no policy allows it": {func() error {
			_, err := c.Customers.Unmasked(ctx, shop.ID, "a dispute")
			return err
		}, client.ErrPolicyForbids},
		"a username that is taken": {func() error {
			_, err := c.Users.Create(ctx, shop.ID, client.UserInput{Username: "ada", Password: client.NewSecret("lantern-harbor-42")})
			return err
		}, client.ErrConflict},
		"the last active administrator": {func() error {
			_, err := admin.Users.Update(ctx, shop.ID, user.ID, client.UserChange{Role: client.RoleClerk})
			return err
		}, client.ErrConflict},
		"a token that was used": {func() error {
			_, err := c.Banks.Create(ctx, shop.ID, client.BankInput{Token: token.Token})
			return err
		}, client.ErrConflict},
		"a token that is none": {func() error {
			_, err := c.Banks.Create(ctx, shop.ID, client.BankInput{Token: "nonsense"})
			return err
		}, client.ErrValidationError},
		"an inactive bank as the default": {func() error {
			_, err := c.Banks.SetDefault(ctx, shop.ID, other.ID)
			return err
		}, client.ErrConflict},
		"wrong amounts": {func() error {
			_, err := c.Banks.ConfirmDrops(ctx, shop.ID, bank.ID, client.DropsInput{Amounts: []string{"1", "2"}})
			return err
		}, client.ErrBankFailure},
		"another activity of the same reference": {func() error {
			another := report
			another.Amount = "11.00"
			_, err := c.Activities.Create(ctx, shop.ID, another)
			return err
		}, client.ErrConflict},
		"deciding a review that waits for nobody": {func() error {
			_, err := c.Identity.Decide(ctx, shop.ID, client.DecisionInput{Status: client.IdentityVerified})
			return err
		}, client.ErrIdentityNotDecidable},
		"questions before they are started": {func() error {
			_, err := c.Identity.Questions(ctx, shop.ID)
			return err
		}, client.ErrNotFound},
		"the user behind a key": {func() error {
			_, err := c.Users.Own(ctx)
			return err
		}, client.ErrNotFound},
		"credentials that are wrong": {func() error {
			_, err := c.Access.Grant(ctx, client.GrantInput{GrantType: "password", Username: "ada", Password: client.NewSecret("wrong")})
			return err
		}, client.ErrInvalidCredentials},
		"a policy of one's own": {func() error {
			_, err := c.Settings.Update(ctx, c.Customer(), client.SettingsInput{Customers: &client.CustomerSettingsInput{UniqueEmail: client.Set(true)}})
			return err
		}, client.ErrInsufficientResourceAccess},
	} {
		t.Run(name, func(t *testing.T) { demand(t, "the call", row.call(), row.want) })
	}
}
