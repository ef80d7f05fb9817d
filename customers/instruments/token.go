package instruments

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"tenantry/customers"
	"tenantry/customers/fields"
	"tenantry/customers/registry"
	"tenantry/customers/rows"
	"tenantry/customers/view"
	"tenantry/internal/fault"
	"tenantry/internal/patch"
	"tenantry/internal/secret"
	"tenantry/tenancy"
)

const (
	// tokenLife is how long a token can be used.
	tokenLife   = 30 * time.Minute
	tokenPrefix = "tok_"
	tokenLabel  = "single-use token"

	tokenBank = "bank"
	tokenCard = "card"
)

// Box is what a token carries, encrypted under the service's key. Nothing is
// stored before it is used, so that strangers with a publishable key can fill no
// disk.
type Box struct {
	ID      tenancy.ID      `json:"id"`
	Owner   tenancy.Ref     `json:"owner"`
	Expires time.Time       `json:"expires"`
	Bank    *BoxedBank      `json:"bank,omitempty"`
	Card    *customers.Card `json:"card,omitempty"`
}

// BoxedBank is a bank as sent, with its account number.
type BoxedBank struct {
	Bank          customers.Bank `json:"bank"`
	AccountNumber string         `json:"accountNumber"`
}

// Tokenize exchanges a bank or a card for a single-use token of 30 minutes, which
// the subject or a customer below it can then add. It stores nothing, and shows no
// fingerprint: whoever has the publishable key, which every page shows, could ask
// for those of all numbers. It returns Forbidden insufficientScope and Invalid with
// every failing field.
func (s *Service) Tokenize(_ context.Context, caller tenancy.Caller, in TokenInput) (Token, error) {
	if err := mayTokenize(caller); err != nil {
		return Token{}, err
	}
	owner := registry.Stored(caller.Subject)
	d := s.registry.Probe(caller, &customers.Customer{ID: owner.ID, Tenant: owner.Tenant})
	box := Box{ID: d.NewID(), Owner: owner.Ref(), Expires: d.Now.Add(tokenLife)}
	token := Token{Created: d.Now, Expires: box.Expires}
	switch {
	case in.Bank.Given() == in.Card.Given():
		d.Faults.Add("bank", fault.BadValue, "send exactly one of bank and card")
	case in.Bank.Given():
		if at := fields.AddBank(d, in.Bank.Value, tokenBank); at >= 0 {
			bank := d.Customer.Banks[at]
			view := view.ShowBank(&bank)
			view.Fingerprint = ""
			bank.AccountNumber = customers.Sealed{}
			box.Bank, token.Bank = &BoxedBank{Bank: bank, AccountNumber: in.Bank.Value.AccountNumber.Value.Reveal()}, &view
		}
	default:
		if card := ReadCard(d, in.Card.Value, tokenCard); card != nil {
			view := view.ShowCard(card)
			view.Fingerprint = ""
			box.Card, token.Card = card, &view
		}
	}
	if err := d.Err(); err != nil {
		return Token{}, err
	}
	text, err := s.sealToken(box)
	token.Text = text
	return token, err
}

// mayTokenize allows publishable keys, and credentials that may write banks.
func mayTokenize(caller tenancy.Caller) error {
	if caller.Credential.Scopes.Has(tenancy.BanksWrite) {
		return nil
	}
	return tenancy.AuthorizeScope(caller, tenancy.Tokenize)
}

func (s *Service) sealToken(box Box) (secret.Text, error) {
	var plain bytes.Buffer
	encoder := json.NewEncoder(&plain)
	encoder.SetEscapeHTML(false) // free data stays as sent
	if err := encoder.Encode(box); err != nil {
		return secret.Text{}, fmt.Errorf("writing a token: %w", err)
	}
	sealed, err := s.sealer.SealBox(nil, tokenLabel, plain.Bytes())
	if err != nil {
		return secret.Text{}, fmt.Errorf("sealing a token: %w", err)
	}
	return secret.New(tokenPrefix + base64.RawURLEncoding.EncodeToString(sealed)), nil
}

// openedToken is a token that was taken, so that no other request can use it.
type openedToken struct {
	Box
	reservation rows.Reservation
}

// takeToken opens a token for a customer and takes it for good. It returns
// Invalid for a text that is no usable token of that kind, and Conflict for one
// that was used. Another try of the same attempt may take it again.
func (s *Service) takeToken(ctx context.Context, c *customers.Customer, text, kind string, attempt tenancy.ID) (*openedToken, error) {
	box, ok := s.openToken(text)
	mine := box.Owner.ID == c.ID || (slices.Contains(c.Path, box.Owner.ID))
	if !ok || !mine || (box.Bank != nil) != (kind == tokenBank) || !s.registry.Now().Before(box.Expires) {
		return nil, fault.New(fault.Invalid, fault.CodeValidation,
			"is not a "+kind+" token that this customer can use now; a token lasts 30 minutes, so make a new one").About("token", fault.BadValue)
	}
	token := &openedToken{Box: box, reservation: rows.Reservation{
		Key: "token:" + box.ID.String(), Customer: c.Ref(), Taken: s.registry.Now(), Ends: box.Expires.Add(registry.ReservationGrace),
	}}
	if !attempt.IsZero() {
		token.reservation.Request = attempt[:]
	}
	holder, taken, err := s.store.Reserve(ctx, token.reservation)
	if err != nil {
		return nil, rows.StoreFault(err, "taking a token")
	}
	if !taken {
		if err := s.retakeToken(ctx, token, holder); err != nil {
			return nil, err
		}
	}
	return token, nil
}

// usedToken returns the refusal of a token that was used.
func usedToken() error {
	return fault.New(fault.Conflict, fault.CodeConflict, "this token was used already; make a new one").About("token", fault.Duplicate)
}

// retakeToken takes over a token whose taker ended before it wrote anything, and returns
// Conflict when it was used. The write of that taker may still come: it relies on the
// reservation, and so fails.
func (s *Service) retakeToken(ctx context.Context, token *openedToken, holder rows.Reservation) error {
	mine := len(holder.Request) > 0 && bytes.Equal(holder.Request, token.reservation.Request)
	if holder.Answer != nil {
		return usedToken()
	}
	if !mine {
		past, err := registry.PastGrace(ctx, s.store, holder.Taken, s.registry.Now())
		if err != nil {
			return err
		}
		if !past {
			return usedToken()
		}
	}
	unused := func(rows.Reservation) error {
		if c, err := s.store.Get(ctx, holder.Customer); err != nil || UsedToken(c, token.ID) {
			return usedToken()
		}
		return nil
	}
	if err := unused(holder); err != nil {
		return err
	}
	if !mine { // an earlier try of the same attempt makes the same of the token
		contested, ok, err := registry.Contest(ctx, s.store, holder, unused)
		if err != nil || !ok {
			return usedToken()
		}
		holder = contested
	}
	token.reservation = registry.Succeeding(holder, token.reservation)
	if ok, err := s.store.CompareAndSwap(ctx, holder, token.reservation); err != nil || !ok {
		return usedToken()
	}
	return nil
}

// UsedToken reports whether a bank or card of the customer was made of that token.
func UsedToken(c *customers.Customer, id tenancy.ID) bool {
	return slices.ContainsFunc(c.Banks, func(b customers.Bank) bool { return b.Token == id }) ||
		slices.ContainsFunc(c.Cards, func(card customers.Card) bool { return card.Token == id })
}

func (s *Service) openToken(text string) (box Box, ok bool) {
	encoded, found := strings.CutPrefix(text, tokenPrefix)
	sealed, err := base64.RawURLEncoding.DecodeString(encoded)
	if !found || err != nil {
		return Box{}, false
	}
	plain, err := s.sealer.OpenBox(nil, tokenLabel, sealed)
	if err != nil || json.Unmarshal(plain, &box) != nil {
		return Box{}, false
	}
	return box, true
}

// spendToken notes that a token was used, so that it stays used when what was made of it
// is deleted. Losing the note does no harm: until then the record itself has the token.
func (s *Service) spendToken(ctx context.Context, token *openedToken) {
	if token == nil {
		return
	}
	spent := token.reservation
	spent.Answer = []byte{1}
	_, _ = s.store.CompareAndSwap(context.WithoutCancel(ctx), token.reservation, spent)
}

// returnToken releases a token after the change that was to use it failed with err,
// which it returns.
func (s *Service) returnToken(ctx context.Context, token *openedToken, err error) error {
	if token != nil && fault.KindOf(err) != fault.Unavailable {
		s.registry.Release(ctx, []rows.Reservation{token.reservation})
	}
	return err
}

// bank returns the input of the bank in the token, with the details that the request
// adds.
func (t *openedToken) bank(in fields.BankInput) fields.BankInput {
	boxed := t.Bank.Bank
	given := func(text string) patch.Field[string] {
		if text == "" {
			return patch.Field[string]{}
		}
		return patch.Of(text)
	}
	in.Token = patch.Field[string]{}
	in.RoutingNumber, in.AccountNumber = patch.Of(boxed.RoutingNumber), patch.Of(secret.New(t.Bank.AccountNumber))
	in.Currency, in.Country = patch.Of(boxed.Currency), patch.Of(boxed.Country)
	in.AccountHolderType, in.AccountType = given(boxed.AccountHolderType), given(boxed.AccountType)
	in.BankName = given(boxed.BankName)
	if !in.Nickname.Set {
		in.Nickname = given(boxed.Nickname)
	}
	if !in.NameOnAccount.Set {
		in.NameOnAccount = given(boxed.NameOnAccount)
	}
	if !in.ExternalID.Set {
		in.ExternalID = given(boxed.ExternalID)
	}
	if !in.Meta.Set && boxed.Meta != nil {
		in.Meta = patch.Of(boxed.Meta)
	}
	if !in.BillingAddress.Set && boxed.BillingAddress != nil {
		a := boxed.BillingAddress
		in.BillingAddress = patch.Of(fields.AddressInput{
			Street1: given(a.Street1), Street2: given(a.Street2), City: given(a.City), State: given(a.State),
			PostalCode: given(a.PostalCode), Country: given(a.Country),
		})
	}
	return in
}
