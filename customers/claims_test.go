package customers_test

import (
	"strconv"
	"testing"

	"tenantry/customers"
	"tenantry/internal/fault"
	"tenantry/internal/patch"
	"tenantry/internal/secret"
)

// one is a minimal customer with more members.
func one(more string) string {
	return `{"name":"N","email":"n@example.com","planKey":"payer"` + more + `}`
}

// user are the members that make a dashboard user.
func user(name string) string { return `,"username":"` + name + `","password":"correct-horse"` }

// A username is taken in the whole installation, whatever its case and whoever's
// tenant: for new customers and for further users alike, of the same customer too.
func TestUsernamesAreUniqueInTheInstallation(t *testing.T) {
	t.Parallel()
	h := open(t)
	holder, other := h.create(h.cove, one(user("Zoë@example.com"))), h.create(h.rival, one(""))
	for _, name := range []string{"Zoë@example.com", "zoë@example.com", "ZOË@EXAMPLE.COM"} {
		for _, parent := range []party{h.cove, h.rival, h.operator} {
			before := len(h.children(parent))
			_, err := h.tryCreate(parent, one(user(name)))
			duplicate(t, err, "username")
			if len(h.children(parent)) != before {
				t.Errorf("a refused creation with %s left a customer behind", name)
			}
		}
		for _, p := range []party{holder, other} {
			_, err := h.svc.AddUser(t.Context(), h.as(p), "", customers.UserInput{Username: patch.Of(name), Password: patch.Of(secret.New("battery-staple"))})
			duplicate(t, err, "username")
		}
	}
	if users := h.record(holder.id).Users; len(users) != 1 {
		t.Errorf("the customer has %d users now", len(users))
	}
}

// A merchant key is unique under its parent and free under any other, a child of
// the same platform included; its case counts. A vanity name is unique everywhere.
func TestMerchantKeysAreUniqueUnderTheirParent(t *testing.T) {
	t.Parallel()
	h := open(t)
	middle := h.create(h.cove, `{"name":"M","email":"m@example.com","planKey":"platform","merchantKey":"shop"}`)
	_, err := h.tryCreate(h.cove, one(`,"merchantKey":"shop"`))
	duplicate(t, err, "merchantKey")
	h.create(h.cove, one(`,"merchantKey":"Shop"`))
	h.create(h.rival, one(`,"merchantKey":"shop"`))
	h.create(middle, one(`,"merchantKey":"shop"`))

	h.create(h.cove, one(`,"vanityName":"shop"`))
	for _, parent := range []party{h.cove, middle, h.rival, h.operator} {
		_, err := h.tryCreate(parent, one(`,"vanityName":"shop"`))
		duplicate(t, err, "vanityName")
	}
	taker := h.create(h.cove, one(``))
	for field, name := range map[string]string{"merchantKey": "shop", "vanityName": "shop"} {
		_, err := h.update(h.cove, taker.id, `{"name":"New","`+field+`":"`+name+`"}`)
		duplicate(t, err, field)
	}
	if record := h.record(taker.id); record.Version != 1 {
		t.Error("a refused change was written")
	}
}

// Under the policy an account holds each e-mail once, in any case, also those that
// were there before it and have no claim; other accounts do not matter, and
// without the policy neither do repeats.
func TestUniqueEmailCoversWhatWasThereBefore(t *testing.T) {
	t.Parallel()
	h := open(t)
	early, twin := h.create(h.cove, one(``)), h.create(h.cove, one(``))
	_, err := h.update(h.operator, h.cove.id, `{"settings":{"customers":{"uniqueEmail":true}}}`)
	must(t, err)
	_, err = h.tryCreate(h.cove, `{"name":"N","email":"N@Example.COM","planKey":"payer"}`)
	duplicate(t, err, "email")
	late := h.create(h.cove, `{"name":"N","email":"late@example.com","planKey":"payer"}`)
	_, err = h.tryCreate(h.cove, `{"name":"N","email":"LATE@example.com","planKey":"payer"}`)
	duplicate(t, err, "email")
	for _, email := range []string{"n@example.com", "N@EXAMPLE.com"} {
		_, err = h.update(late, late.id, `{"email":"`+email+`"}`)
		duplicate(t, err, "email")
	}
	_, err = h.update(early, early.id, `{"email":"late@example.com"}`)
	duplicate(t, err, "email")
	_, err = h.update(twin, twin.id, `{"name":"Twin","email":"n@example.com"}`)
	must(t, err) // it keeps what it has
	_, err = h.update(twin, twin.id, `{"email":"twin@example.com"}`)
	must(t, err)
	_, err = h.update(early, early.id, `{"email":"N@example.com"}`)
	must(t, err) // now its own alone

	h.create(h.rival, one(``))
	_, err = h.update(h.operator, h.cove.id, `{"settings":{"customers":{"uniqueEmail":false}}}`)
	must(t, err)
	h.create(h.cove, one(``))
}

// A creation that is refused over one value gives back those that it had reserved,
// at once.
func TestRefusedCreateLeavesNoClaim(t *testing.T) {
	t.Parallel()
	h := open(t)
	_, err := h.update(h.operator, h.cove.id, `{"settings":{"customers":{"uniqueEmail":true}}}`)
	must(t, err)
	h.create(h.cove, `{"name":"N","email":"taken@example.com","planKey":"payer","merchantKey":"taken"}`)
	before := len(h.children(h.cove))
	free := `"planKey":"payer"` + user("ada") + `,"vanityName":"free"`
	_, err = h.tryCreate(h.cove, `{"name":"N","email":"free@example.com","merchantKey":"taken",`+free+`}`)
	duplicate(t, err, "merchantKey")
	_, err = h.tryCreate(h.cove, `{"name":"N","email":"taken@example.com","merchantKey":"free",`+free+`}`)
	duplicate(t, err, "email")
	_, err = h.tryCreate(h.cove, `{"name":"N","email":"free@example.com","merchantKey":"free","status":"active",`+free+`}`)
	refused(t, err, fault.Invalid, fault.CodeValidation)
	if after := len(h.children(h.cove)); after != before {
		t.Errorf("refused creations left %d customers", after-before)
	}
	h.create(h.cove, `{"name":"N","email":"free@example.com","merchantKey":"free",`+free+`}`)
}

// Of many creations with one value at the same moment exactly one wins, and the
// others leave nothing.
func TestOneOfManyCreatesWins(t *testing.T) {
	t.Parallel()
	for field, body := range map[string]string{
		"username":    `{"name":"N","email":"n@example.com","planKey":"payer"` + user("ada") + `}`,
		"merchantKey": one(`,"merchantKey":"shop"`),
		"vanityName":  one(`,"vanityName":"shop"`),
		"email":       one(``),
	} {
		t.Run(field, func(t *testing.T) {
			t.Parallel()
			h := open(t)
			_, err := h.update(h.operator, h.cove.id, `{"settings":{"customers":{"uniqueEmail":`+strconv.FormatBool(field == "email")+`}}}`)
			must(t, err)
			caller, in := h.as(h.cove), input[customers.CreateInput](t, body)
			won := 0
			for _, err := range together(16, func(int) error { return second(h.svc.Create(t.Context(), caller, in)) }) {
				if err == nil {
					won++
				} else {
					duplicate(t, err, field)
				}
			}
			if left := len(h.children(h.cove)); won != 1 || left != 1 {
				t.Errorf("%d creations won, %d customers exist", won, left)
			}
		})
	}
}

// A value is free as soon as its customer moves away from it or is deleted, and
// not before; it can be taken back.
func TestValuesAreFreeAfterTheyWereGivenUp(t *testing.T) {
	t.Parallel()
	h := open(t)
	_, err := h.update(h.operator, h.cove.id, `{"settings":{"customers":{"uniqueEmail":true}}}`)
	must(t, err)
	full := `{"name":"N","email":"n@example.com","planKey":"payer","merchantKey":"shop","vanityName":"shop"}`
	holder := h.create(h.cove, full)
	_, err = h.update(holder, holder.id, `{"merchantKey":"moved","vanityName":null,"email":"moved@example.com"}`)
	must(t, err)
	heir := h.create(h.cove, full)
	for field, value := range map[string]string{"merchantKey": "shop", "vanityName": "shop", "email": "n@example.com"} {
		_, err = h.update(holder, holder.id, `{"`+field+`":"`+value+`"}`)
		duplicate(t, err, field)
	}
	must(t, h.svc.Delete(t.Context(), h.as(h.cove), customers.DeleteInput{CustomerID: heir.id}))
	_, err = h.update(holder, holder.id, `{"merchantKey":"shop","vanityName":"shop","email":"n@example.com"}`)
	must(t, err)
	h.create(h.cove, `{"name":"N","email":"moved@example.com","planKey":"payer","merchantKey":"moved"}`)

	signedUp := h.create(h.rival, one(user("ada")))
	must(t, h.svc.Delete(t.Context(), h.as(h.rival), customers.DeleteInput{CustomerID: signedUp.id}))
	h.create(h.cove, `{"name":"N","email":"x@example.com","planKey":"payer"`+user("ADA")+`}`)
}
