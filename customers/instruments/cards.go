package instruments

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"strconv"

	"tenantry/customers"
	"tenantry/customers/fields"
	"tenantry/customers/registry"
	"tenantry/customers/view"
	"tenantry/internal/check"
	"tenantry/internal/fault"
	"tenantry/internal/secret"
	"tenantry/tenancy"
)

// MaxCards is how many cards a customer may have.
const MaxCards = 50

// Cards lists the cards of a customer. It returns NotFound and Forbidden
// insufficientScope.
func (s *Service) Cards(ctx context.Context, caller tenancy.Caller, id string) ([]view.CardView, error) {
	c, err := s.registry.Read(ctx, caller, id, tenancy.Need{Scope: tenancy.Read})
	if err != nil {
		return nil, err
	}
	list := make([]view.CardView, 0, len(c.Cards))
	for i := range c.Cards {
		list = append(list, view.ShowCard(&c.Cards[i]))
	}
	return list, nil
}

// Card reads one card. It returns NotFound and Forbidden insufficientScope.
func (s *Service) Card(ctx context.Context, caller tenancy.Caller, id, cardID string) (view.CardView, error) {
	c, err := s.registry.Read(ctx, caller, id, tenancy.Need{Scope: tenancy.Read})
	if err != nil {
		return view.CardView{}, err
	}
	at, err := cardIndex(c, cardID)
	if err != nil {
		return view.CardView{}, err
	}
	return view.ShowCard(&c.Cards[at]), nil
}

// AddCard adds a card from a single-use token: numbers never come near a record. It
// returns NotFound, Forbidden, Invalid and Conflict for a token that was used. A card
// that an earlier try of the same attempt added is returned as it is.
func (s *Service) AddCard(ctx context.Context, caller tenancy.Caller, id string, in CardInput) (view.CardView, error) {
	c, err := s.registry.Read(ctx, caller, id, tenancy.Need{Scope: tenancy.BanksWrite})
	if err != nil {
		return view.CardView{}, err
	}
	if !in.Token.Given() || in.CardNumber.Set || in.SecurityCode.Set {
		var faults fault.List
		faults.Add("token", fault.Missing, "send the token of a card, made with POST /v3/tokens; never a card number")
		return view.CardView{}, faults.Err()
	}
	if card, added := cardWith(c, in.ID); added {
		return view.ShowCard(card), nil
	}
	if err := in.besideToken(); err != nil {
		return view.CardView{}, err
	}
	token, err := s.takeToken(ctx, c, in.Token.Value, tokenCard, in.ID)
	if err != nil {
		return view.CardView{}, err
	}
	var added tenancy.ID
	at := registry.At{Customer: c, Need: tenancy.Need{Scope: tenancy.BanksWrite}, Replays: true}
	shown, err := registry.ChangeTo(ctx, s.registry, caller, at, "card.created", func(d *registry.Draft) error {
		if card, mine := cardWith(d.Customer, in.ID); mine {
			added = card.ID
			return nil
		}
		if err := d.Active(); err != nil {
			return err
		}
		added = addCard(d, in, token)
		registry.Rely(d, token.reservation, usedToken())
		return nil
	}, func(c *customers.Customer) (view.CardView, error) { return cardOf(c, added), nil })
	if err != nil {
		return view.CardView{}, s.returnToken(ctx, token, err)
	}
	s.spendToken(ctx, token)
	return shown, nil
}

func addCard(d *registry.Draft, in CardInput, token *openedToken) tenancy.ID {
	if len(d.Customer.Cards) >= MaxCards {
		d.Faults.Add("token", fault.TooMany, fmt.Sprintf("at most %d cards; delete one that you do not use first", MaxCards))
		return tenancy.ID{}
	}
	card := *token.Card
	card.Fingerprint = fields.NewestFingerprint(d, card.Fingerprint)
	card.ID, card.Token, card.Active, card.Created, card.LastUpdated = d.IDFor(in.ID), token.ID, true, d.Now, d.Now
	cardDetails(d, in, &card, "")
	fields.CopyFromRoot(d, &card.BillingAddress, d.Customer.Address)
	d.Customer.Cards = append(d.Customer.Cards, card)
	if in.IsDefault.Or(false) || !slices.ContainsFunc(d.Customer.Cards, func(c customers.Card) bool { return c.IsDefault && c.Active }) {
		MakeDefaultCard(d, len(d.Customer.Cards)-1)
	}
	return card.ID
}

// UpdateCard changes a card's details; the card itself never changes. It returns
// NotFound, Forbidden and Invalid.
func (s *Service) UpdateCard(ctx context.Context, caller tenancy.Caller, id, cardID string, in CardInput) (view.CardView, error) {
	at := registry.At{ID: id, Need: tenancy.Need{Scope: tenancy.BanksWrite}}
	return registry.ChangeTo(ctx, s.registry, caller, at, "card.updated", func(d *registry.Draft) error {
		if err := d.Active(); err != nil {
			return err
		}
		at, err := cardIndex(d.Customer, cardID)
		if err != nil {
			return err
		}
		updateCard(d, in, at)
		return nil
	}, func(c *customers.Customer) (view.CardView, error) {
		place, err := cardIndex(c, cardID)
		if err != nil {
			return view.CardView{}, err
		}
		return view.ShowCard(&c.Cards[place]), nil
	})
}

func updateCard(d *registry.Draft, in CardInput, at int) {
	fields.Unwanted(&d.Faults, fault.Immutable, "the number of a card never changes; add a new card instead",
		fields.Sent{Path: "token", There: in.Token.Set}, fields.Sent{Path: "cardNumber", There: in.CardNumber.Set}, fields.Sent{Path: "securityCode", There: in.SecurityCode.Set})
	card, before := &d.Customer.Cards[at], d.Customer.Cards[at]
	cardDetails(d, in, card, "")
	card.ExpirationMonth, card.ExpirationYear = expiry(d, in, card.ExpirationMonth, card.ExpirationYear, "")
	status := view.ShowCard(card).Status
	fields.Choice(d, in.Status, &status, "status", view.Active, view.Inactive)
	if in.Status.Given() {
		card.Active = status == view.Active
	}
	switch {
	case in.IsDefault.Or(false) && !card.Active:
		d.Faults.Add("isDefault", fault.BadValue, "an inactive card cannot be the default")
	case in.IsDefault.Or(false):
		MakeDefaultCard(d, at)
	case in.IsDefault.Set && card.IsDefault:
		d.Faults.Add("isDefault", fault.BadValue, "make another card the default instead")
	}
	handOverDefaultCard(d)
	if !SameCard(before, *card) {
		card.LastUpdated = d.Now
	}
}

// DeleteCard removes a card. It returns NotFound and Forbidden.
func (s *Service) DeleteCard(ctx context.Context, caller tenancy.Caller, id, cardID string) error {
	at := registry.At{ID: id, Need: tenancy.Need{Scope: tenancy.BanksWrite}, Keep: registry.KeepsDone(ctx)}
	_, err := s.registry.Change(ctx, caller, at, "card.deleted", func(d *registry.Draft) error {
		at, err := cardIndex(d.Customer, cardID)
		if err != nil {
			return err
		}
		d.Customer.Cards = slices.Delete(d.Customer.Cards, at, at+1)
		handOverDefaultCard(d)
		if len(d.Customer.Cards) == 0 {
			d.Customer.Cards = nil
		}
		return nil
	})
	return err
}

// handOverDefaultCard makes the oldest active card the default one when no active
// card is.
func handOverDefaultCard(d *registry.Draft) {
	if slices.ContainsFunc(d.Customer.Cards, func(c customers.Card) bool { return c.Active && c.IsDefault }) {
		return
	}
	if at := slices.IndexFunc(d.Customer.Cards, func(c customers.Card) bool { return c.Active }); at >= 0 {
		MakeDefaultCard(d, at)
	}
}

// MakeDefaultCard makes the card at that index the default one, and no other.
func MakeDefaultCard(d *registry.Draft, at int) {
	for i := range d.Customer.Cards {
		if card := &d.Customer.Cards[i]; card.IsDefault != (i == at) {
			card.IsDefault, card.LastUpdated = i == at, d.Now
		}
	}
}

// cardDetails applies what may change of a card.
func cardDetails(d *registry.Draft, in CardInput, card *customers.Card, path string) {
	fields.Name(d, in.NameOnCard, &card.NameOnCard, fields.Join(path, "nameOnCard"), 128)
	fields.NewAddress(d, in.BillingAddress, &card.BillingAddress, fields.Join(path, "billingAddress"))
	fields.Meta(d, in.Meta, &card.Meta, fields.Join(path, "meta"))
}

// ReadCard reads a card in full and keeps what may be kept of it; nil when it is
// faulty. Number and security code are checked and forgotten.
func ReadCard(d *registry.Draft, in CardInput, path string) *customers.Card {
	found := d.Faults.Len()
	card := customers.Card{ID: d.NewID(), Active: true, Created: d.Now, LastUpdated: d.Now}
	number := check.Compact(in.CardNumber.Value.Reveal())
	switch {
	case !in.CardNumber.Given():
		fields.Missing(d, fields.Join(path, "cardNumber"))
	case !check.IsCardNumber(number):
		d.Faults.Add(fields.Join(path, "cardNumber"), fault.BadValue, "must be a card number of 12 to 19 digits with a valid check digit")
	default:
		card.Brand, card.Last4 = cardBrand(number), number[len(number)-4:]
		card.Fingerprint = d.Sealer().Fingerprint(d.Customer.Tenant, customers.FieldCardNumber, secret.New(number))
	}
	if code := in.SecurityCode.Value.Reveal(); in.SecurityCode.Given() && !check.IsDigits(code, 3, 4) {
		d.Faults.Add(fields.Join(path, "securityCode"), fault.BadValue, "must be 3 or 4 digits")
	}
	if in.Token.Set {
		d.Faults.Add(fields.Join(path, "token"), fault.BadValue, "a token is made from a card, not from another token")
	}
	if !in.ExpirationMonth.Given() {
		fields.Missing(d, fields.Join(path, "expirationMonth"))
	}
	if !in.ExpirationYear.Given() {
		fields.Missing(d, fields.Join(path, "expirationYear"))
	}
	card.ExpirationMonth, card.ExpirationYear = expiry(d, in, 1, d.Now.Year(), path)
	cardDetails(d, in, &card, path)
	if d.Faults.Len() > found {
		return nil
	}
	return &card
}

// expiry applies the month and year of a card's end, which must not have passed.
func expiry(d *registry.Draft, in CardInput, month, year int, path string) (int, int) {
	if !in.ExpirationMonth.Given() && !in.ExpirationYear.Given() {
		return month, year
	}
	if in.ExpirationMonth.Given() {
		n, err := strconv.Atoi(string(in.ExpirationMonth.Value))
		if err != nil || n < 1 || n > 12 {
			d.Faults.AddValue(fields.Join(path, "expirationMonth"), fault.BadValue, string(in.ExpirationMonth.Value), "must be 1 to 12")
			return month, year
		}
		month = n
	}
	if in.ExpirationYear.Given() {
		n, err := strconv.Atoi(string(in.ExpirationYear.Value))
		if err != nil || n < 2000 || n > 2099 {
			d.Faults.AddValue(fields.Join(path, "expirationYear"), fault.BadValue, string(in.ExpirationYear.Value), "must be a year of four digits")
			return month, year
		}
		year = n
	}
	if year < d.Now.Year() || (year == d.Now.Year() && month < int(d.Now.Month())) {
		d.Faults.Add(fields.Join(path, "expirationYear"), fault.BadValue, "the card has expired")
	}
	return month, year
}

// cardWith finds the card of that id; the zero id names none.
func cardWith(c *customers.Customer, id tenancy.ID) (card *customers.Card, found bool) {
	for i := range c.Cards {
		if c.Cards[i].ID == id && !id.IsZero() {
			return &c.Cards[i], true
		}
	}
	return nil, false
}

func cardIndex(c *customers.Customer, cardID string) (int, error) {
	id, err := tenancy.ParseID(cardID)
	if err != nil {
		return 0, fault.NotFoundError()
	}
	at := slices.IndexFunc(c.Cards, func(card customers.Card) bool { return card.ID == id })
	if at < 0 {
		return 0, fault.NotFoundError()
	}
	return at, nil
}

func cardOf(c *customers.Customer, id tenancy.ID) view.CardView {
	at := slices.IndexFunc(c.Cards, func(card customers.Card) bool { return card.ID == id })
	return view.ShowCard(&c.Cards[at])
}

// SameCard reports whether two cards differ in their stamps at most.
func SameCard(a, b customers.Card) bool {
	a.LastUpdated = b.LastUpdated
	return reflect.DeepEqual(a, b)
}
