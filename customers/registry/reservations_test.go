package registry_test

import (
	"strconv"
	"testing"

	"tenantry/customers/access"
	"tenantry/customers/lifecycle"
	"tenantry/internal/fault"
	"tenantry/internal/patch"
	"tenantry/internal/secret"
	"tenantry/internal/testkit"
)

// A username is taken in the whole tenant, whatever its case: for new customers and for
// further users alike, of the same customer too. Another tenant has it free, once.
func TestUsernamesAreUniqueInTheTenant(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	holder, other := h.Create(h.Cove, testkit.One(testkit.User("Zoë@example.com"))), h.Create(h.Cove, testkit.One(""))
	h.Create(h.Rival, testkit.One(testkit.User("zoë@example.com")))
	for _, name := range []string{"Zoë@example.com", "zoë@example.com", "ZOË@EXAMPLE.COM"} {
		t.Run(name, func(t *testing.T) {
			h := h.In(t)
			for _, parent := range []testkit.Party{h.Cove, h.Rival} {
				before := len(h.Children(parent))
				_, err := h.TryCreate(parent, testkit.One(testkit.User(name)))
				testkit.Duplicate(t, err, "username")
				if len(h.Children(parent)) != before {
					t.Errorf("a refused creation with %s left a customer behind", name)
				}
			}
			for _, p := range []testkit.Party{holder, other} {
				_, err := h.Svc.Access.AddUser(t.Context(), h.As(p), "", access.UserInput{Username: patch.Of(name), Password: patch.Of(secret.New("battery-staple"))})
				testkit.Duplicate(t, err, "username")
			}
		})
	}
	if users := h.Record(holder.ID).Users; len(users) != 1 {
		t.Errorf("the customer has %d users now", len(users))
	}
}

// A merchant key is unique under its parent and free under any other, a child of
// the same platform included; its case counts. A vanity name is unique everywhere.
func TestMerchantKeysAreUniqueUnderTheirParent(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	middle := h.Create(h.Cove, `{"name":"M","email":"m@example.com","planKey":"platform","merchantKey":"shop"}`)
	_, err := h.TryCreate(h.Cove, testkit.One(`,"merchantKey":"shop"`))
	testkit.Duplicate(t, err, "merchantKey")
	h.Create(h.Cove, testkit.One(`,"merchantKey":"Shop"`))
	h.Create(h.Rival, testkit.One(`,"merchantKey":"shop"`))
	h.Create(middle, testkit.One(`,"merchantKey":"shop"`))

	h.Create(h.Cove, testkit.One(`,"vanityName":"shop"`))
	for _, parent := range []testkit.Party{h.Cove, middle, h.Rival, h.Operator} {
		_, err := h.TryCreate(parent, testkit.One(`,"vanityName":"shop"`))
		testkit.Duplicate(t, err, "vanityName")
	}
	taker := h.Create(h.Cove, testkit.One(``))
	for field, name := range map[string]string{"merchantKey": "shop", "vanityName": "shop"} {
		t.Run(field, func(t *testing.T) {
			h := h.In(t)
			_, err := h.Update(h.Cove, taker.ID, `{"name":"New","`+field+`":"`+name+`"}`)
			testkit.Duplicate(t, err, field)
		})
	}
	if record := h.Record(taker.ID); record.Version != 1 {
		t.Error("a refused change was written")
	}
}

// Under the policy an account holds each e-mail once, in any case, also those that
// were there before it and have no reservation; other accounts do not matter, and
// without the policy neither do repeats.
func TestUniqueEmailCoversWhatWasThereBefore(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	early, twin := h.Create(h.Cove, testkit.One(``)), h.Create(h.Cove, testkit.One(``))
	_, err := h.Update(h.Operator, h.Cove.ID, `{"settings":{"customers":{"uniqueEmail":true}}}`)
	testkit.Must(t, err)
	_, err = h.TryCreate(h.Cove, `{"name":"N","email":"N@Example.COM","planKey":"payer"}`)
	testkit.Duplicate(t, err, "email")
	late := h.Create(h.Cove, `{"name":"N","email":"late@example.com","planKey":"payer"}`)
	_, err = h.TryCreate(h.Cove, `{"name":"N","email":"LATE@example.com","planKey":"payer"}`)
	testkit.Duplicate(t, err, "email")
	for _, email := range []string{"n@example.com", "N@EXAMPLE.com"} {
		t.Run(email, func(t *testing.T) {
			h := h.In(t)
			_, err = h.Update(late, late.ID, `{"email":"`+email+`"}`)
			testkit.Duplicate(t, err, "email")
		})
	}
	_, err = h.Update(early, early.ID, `{"email":"late@example.com"}`)
	testkit.Duplicate(t, err, "email")
	_, err = h.Update(twin, twin.ID, `{"name":"Twin","email":"n@example.com"}`)
	testkit.Must(t, err) // it keeps what it has
	_, err = h.Update(twin, twin.ID, `{"email":"twin@example.com"}`)
	testkit.Must(t, err)
	_, err = h.Update(early, early.ID, `{"email":"N@example.com"}`)
	testkit.Must(t, err) // now its own alone

	h.Create(h.Rival, testkit.One(``))
	_, err = h.Update(h.Operator, h.Cove.ID, `{"settings":{"customers":{"uniqueEmail":false}}}`)
	testkit.Must(t, err)
	h.Create(h.Cove, testkit.One(``))
}

// A creation that is refused over one value releases those that it had reserved,
// at once.
func TestRefusedCreateLeavesNoReservation(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	_, err := h.Update(h.Operator, h.Cove.ID, `{"settings":{"customers":{"uniqueEmail":true}}}`)
	testkit.Must(t, err)
	h.Create(h.Cove, `{"name":"N","email":"taken@example.com","planKey":"payer","merchantKey":"taken"}`)
	before := len(h.Children(h.Cove))
	free := `"planKey":"payer"` + testkit.User("ada") + `,"vanityName":"free"`
	_, err = h.TryCreate(h.Cove, `{"name":"N","email":"free@example.com","merchantKey":"taken",`+free+`}`)
	testkit.Duplicate(t, err, "merchantKey")
	_, err = h.TryCreate(h.Cove, `{"name":"N","email":"taken@example.com","merchantKey":"free",`+free+`}`)
	testkit.Duplicate(t, err, "email")
	_, err = h.TryCreate(h.Cove, `{"name":"N","email":"free@example.com","merchantKey":"free","status":"active",`+free+`}`)
	testkit.Refused(t, err, fault.Invalid, fault.CodeValidation)
	if after := len(h.Children(h.Cove)); after != before {
		t.Errorf("refused creations left %d customers", after-before)
	}
	h.Create(h.Cove, `{"name":"N","email":"free@example.com","merchantKey":"free",`+free+`}`)
}

// Of many creations with one value at the same moment exactly one wins, and the
// others leave nothing.
func TestOneOfManyCreatesWins(t *testing.T) {
	t.Parallel()
	for field, body := range map[string]string{
		"username":    `{"name":"N","email":"n@example.com","planKey":"payer"` + testkit.User("ada") + `}`,
		"merchantKey": testkit.One(`,"merchantKey":"shop"`),
		"vanityName":  testkit.One(`,"vanityName":"shop"`),
		"email":       testkit.One(``),
	} {
		t.Run(field, func(t *testing.T) {
			t.Parallel()
			h := testkit.Open(t)
			_, err := h.Update(h.Operator, h.Cove.ID, `{"settings":{"customers":{"uniqueEmail":`+strconv.FormatBool(field == "email")+`}}}`)
			testkit.Must(t, err)
			caller, in := h.As(h.Cove), testkit.Input[lifecycle.CreateInput](t, body)
			won := 0
			for _, err := range testkit.Together(16, func(int) error { return testkit.Second(h.Svc.Lifecycle.Create(t.Context(), caller, in)) }) {
				if err == nil {
					won++
				} else {
					testkit.Duplicate(t, err, field)
				}
			}
			if left := len(h.Children(h.Cove)); won != 1 || left != 1 {
				t.Errorf("%d creations won, %d customers exist", won, left)
			}
		})
	}
}

// A value is free as soon as its customer moves away from it or is deleted, and
// not before; it can be taken back.
func TestValuesAreFreeAfterTheyWereGivenUp(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	_, err := h.Update(h.Operator, h.Cove.ID, `{"settings":{"customers":{"uniqueEmail":true}}}`)
	testkit.Must(t, err)
	full := `{"name":"N","email":"n@example.com","planKey":"payer","merchantKey":"shop","vanityName":"shop"}`
	holder := h.Create(h.Cove, full)
	_, err = h.Update(holder, holder.ID, `{"merchantKey":"moved","vanityName":null,"email":"moved@example.com"}`)
	testkit.Must(t, err)
	heir := h.Create(h.Cove, full)
	for field, value := range map[string]string{"merchantKey": "shop", "vanityName": "shop", "email": "n@example.com"} {
		t.Run(field, func(t *testing.T) {
			h := h.In(t)
			_, err = h.Update(holder, holder.ID, `{"`+field+`":"`+value+`"}`)
			testkit.Duplicate(t, err, field)
		})
	}
	testkit.Must(t, h.Svc.Lifecycle.Delete(t.Context(), h.As(h.Cove), lifecycle.DeleteInput{CustomerID: heir.ID}))
	_, err = h.Update(holder, holder.ID, `{"merchantKey":"shop","vanityName":"shop","email":"n@example.com"}`)
	testkit.Must(t, err)
	h.Create(h.Cove, `{"name":"N","email":"moved@example.com","planKey":"payer","merchantKey":"moved"}`)

	signedUp := h.Create(h.Rival, testkit.One(testkit.User("ada")))
	testkit.Must(t, h.Svc.Lifecycle.Delete(t.Context(), h.As(h.Rival), lifecycle.DeleteInput{CustomerID: signedUp.ID}))
	h.Create(h.Cove, `{"name":"N","email":"x@example.com","planKey":"payer"`+testkit.User("ADA")+`}`)
}
