package customers

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"strconv"

	"tenantry/internal/check"
	"tenantry/internal/fault"
	"tenantry/internal/secret"
	"tenantry/tenancy"
)

const maxCards = 50

// Cards lists the cards of a customer. It returns NotFound and Forbidden
// insufficientScope.
func (s *Service) Cards(ctx context.Context, caller tenancy.Caller, id string) ([]CardView, error) {
	c, err := s.reach(ctx, caller, id, tenancy.Need{Scope: tenancy.Read})
	if err != nil {
		return nil, err
	}
	list := make([]CardView, 0, len(c.Cards))
	for i := range c.Cards {
		list = append(list, cardView(&c.Cards[i]))
	}
	return list, nil
}

// Card reads one card. It returns NotFound and Forbidden insufficientScope.
func (s *Service) Card(ctx context.Context, caller tenancy.Caller, id, cardID string) (CardView, error) {
	c, err := s.reach(ctx, caller, id, tenancy.Need{Scope: tenancy.Read})
	if err != nil {
		return CardView{}, err
	}
	at, err := cardIndex(c, cardID)
	if err != nil {
		return CardView{}, err
	}
	return cardView(&c.Cards[at]), nil
}

// AddCard adds a card from a single-use token: numbers never come near a record.
// It returns NotFound, Forbidden, Invalid and Conflict for a token that was used.
// A card that an earlier try of the same attempt added is given as it is.
func (s *Service) AddCard(ctx context.Context, caller tenancy.Caller, id string, in CardInput) (CardView, error) {
	c, err := s.reach(ctx, caller, id, tenancy.Need{Scope: tenancy.BanksWrite})
	if err != nil {
		return CardView{}, err
	}
	if !in.Token.Given() || in.CardNumber.Set || in.SecurityCode.Set {
		var faults fault.List
		faults.Add("token", fault.Missing, "send the token of a card, made with POST /v3/tokens; never a card number")
		return CardView{}, faults.Err()
	}
	if card, added := c.cardWith(in.ID); added {
		return cardView(card), nil
	}
	if err := in.besideToken(); err != nil {
		return CardView{}, err
	}
	token, err := s.takeToken(ctx, c, in.Token.Value, tokenCard, in.ID)
	if err != nil {
		return CardView{}, err
	}
	var added tenancy.ID
	at := At{Customer: c, Need: tenancy.Need{Scope: tenancy.BanksWrite}}
	c, err = s.Change(ctx, caller, at, "card.created", func(d *draft) error {
		if card, mine := d.c.cardWith(in.ID); mine {
			added = card.ID
			return nil
		}
		if err := d.active(); err != nil {
			return err
		}
		added = d.addCard(in, token)
		return nil
	})
	if err != nil {
		return CardView{}, s.returnToken(ctx, token, err)
	}
	s.spendToken(ctx, token)
	return cardOf(c, added), nil
}

func (d *draft) addCard(in CardInput, token *openedToken) tenancy.ID {
	if len(d.c.Cards) >= maxCards {
		d.faults.Add("token", fault.TooMany, fmt.Sprintf("at most %d cards; delete one that is not used first", maxCards))
		return tenancy.ID{}
	}
	card := *token.Card
	card.ID, card.Token, card.Active, card.Created, card.LastUpdated = d.idFor(in.ID), token.ID, true, d.now, d.now
	d.cardDetails(in, &card, "")
	copyPart(d, &card.BillingAddress, d.c.Address)
	d.c.Cards = append(d.c.Cards, card)
	if in.IsDefault.Or(false) || !slices.ContainsFunc(d.c.Cards, func(c Card) bool { return c.IsDefault && c.Active }) {
		d.makeDefaultCard(len(d.c.Cards) - 1)
	}
	return card.ID
}

// UpdateCard changes a card's details; the card itself never changes. It returns
// NotFound, Forbidden and Invalid.
func (s *Service) UpdateCard(ctx context.Context, caller tenancy.Caller, id, cardID string, in CardInput) (CardView, error) {
	at := At{ID: id, Need: tenancy.Need{Scope: tenancy.BanksWrite}}
	c, err := s.Change(ctx, caller, at, "card.updated", func(d *draft) error {
		if err := d.active(); err != nil {
			return err
		}
		at, err := cardIndex(d.c, cardID)
		if err != nil {
			return err
		}
		d.updateCard(in, at)
		return nil
	})
	if err != nil {
		return CardView{}, err
	}
	place, err := cardIndex(c, cardID)
	if err != nil {
		return CardView{}, err
	}
	return cardView(&c.Cards[place]), nil
}

func (d *draft) updateCard(in CardInput, at int) {
	unwanted(&d.faults, fault.Immutable, "the number of a card never changes; add a new card instead",
		sent{"token", in.Token.Set}, sent{"cardNumber", in.CardNumber.Set}, sent{"securityCode", in.SecurityCode.Set})
	card, before := &d.c.Cards[at], d.c.Cards[at]
	d.cardDetails(in, card, "")
	card.ExpirationMonth, card.ExpirationYear = d.expiry(in, card.ExpirationMonth, card.ExpirationYear, "")
	status := cardView(card).Status
	d.choice(in.Status, &status, "status", statusActive, statusInactive)
	if in.Status.Given() {
		card.Active = status == statusActive
	}
	switch {
	case in.IsDefault.Or(false) && !card.Active:
		d.faults.Add("isDefault", fault.BadValue, "an inactive card cannot be the default one")
	case in.IsDefault.Or(false):
		d.makeDefaultCard(at)
	case in.IsDefault.Set && card.IsDefault:
		d.faults.Add("isDefault", fault.BadValue, "make another card the default one instead")
	}
	d.handOverDefaultCard()
	if !sameCard(before, *card) {
		card.LastUpdated = d.now
	}
}

// DeleteCard removes a card. It returns NotFound and Forbidden.
func (s *Service) DeleteCard(ctx context.Context, caller tenancy.Caller, id, cardID string) error {
	at := At{ID: id, Need: tenancy.Need{Scope: tenancy.BanksWrite}}
	_, err := s.Change(ctx, caller, at, "card.deleted", func(d *draft) error {
		at, err := cardIndex(d.c, cardID)
		if err != nil {
			return err
		}
		d.c.Cards = slices.Delete(d.c.Cards, at, at+1)
		d.handOverDefaultCard()
		if len(d.c.Cards) == 0 {
			d.c.Cards = nil
		}
		return nil
	})
	return err
}

// handOverDefaultCard makes the oldest active card the default one when no active
// card is.
func (d *draft) handOverDefaultCard() {
	if slices.ContainsFunc(d.c.Cards, func(c Card) bool { return c.Active && c.IsDefault }) {
		return
	}
	if at := slices.IndexFunc(d.c.Cards, func(c Card) bool { return c.Active }); at >= 0 {
		d.makeDefaultCard(at)
	}
}

func (d *draft) makeDefaultCard(at int) {
	for i := range d.c.Cards {
		if card := &d.c.Cards[i]; card.IsDefault != (i == at) {
			card.IsDefault, card.LastUpdated = i == at, d.now
		}
	}
}

// cardDetails applies what may change of a card.
func (d *draft) cardDetails(in CardInput, card *Card, path string) {
	d.text(in.NameOnCard, &card.NameOnCard, join(path, "nameOnCard"), 128)
	d.newAddress(in.BillingAddress, &card.BillingAddress, join(path, "billingAddress"))
	d.meta(in.Meta, &card.Meta, join(path, "meta"))
}

// readCard reads a card in full and keeps what may be kept of it; nil when it is
// faulty. Number and security code are checked and forgotten.
func (d *draft) readCard(in CardInput, path string) *Card {
	found := d.faults.Len()
	card := Card{ID: d.newID(), Active: true, Created: d.now, LastUpdated: d.now}
	number := check.Compact(in.CardNumber.Value.Reveal())
	switch {
	case !in.CardNumber.Given():
		d.missing(join(path, "cardNumber"))
	case !check.IsCardNumber(number):
		d.faults.Add(join(path, "cardNumber"), fault.BadValue, "must be a card number of 12 to 19 digits with a right check digit")
	default:
		card.Brand, card.Last4 = cardBrand(number), number[len(number)-4:]
		card.Fingerprint = d.sealer().Fingerprint(d.c.Tenant, kindCard, secret.New(number))
	}
	if code := in.SecurityCode.Value.Reveal(); in.SecurityCode.Given() && !check.IsDigits(code, 3, 4) {
		d.faults.Add(join(path, "securityCode"), fault.BadValue, "must be 3 or 4 digits")
	}
	if in.Token.Set {
		d.faults.Add(join(path, "token"), fault.BadValue, "a token is made of a card, not of another token")
	}
	if !in.ExpirationMonth.Given() {
		d.missing(join(path, "expirationMonth"))
	}
	if !in.ExpirationYear.Given() {
		d.missing(join(path, "expirationYear"))
	}
	card.ExpirationMonth, card.ExpirationYear = d.expiry(in, 1, d.now.Year(), path)
	d.cardDetails(in, &card, path)
	if d.faults.Len() > found {
		return nil
	}
	return &card
}

// expiry applies the month and year of a card's end, which must not have passed.
func (d *draft) expiry(in CardInput, month, year int, path string) (int, int) {
	if !in.ExpirationMonth.Given() && !in.ExpirationYear.Given() {
		return month, year
	}
	if in.ExpirationMonth.Given() {
		n, err := strconv.Atoi(string(in.ExpirationMonth.Value))
		if err != nil || n < 1 || n > 12 {
			d.faults.AddValue(join(path, "expirationMonth"), fault.BadValue, string(in.ExpirationMonth.Value), "must be 1 to 12")
			return month, year
		}
		month = n
	}
	if in.ExpirationYear.Given() {
		n, err := strconv.Atoi(string(in.ExpirationYear.Value))
		if err != nil || n < 2000 || n > 2099 {
			d.faults.AddValue(join(path, "expirationYear"), fault.BadValue, string(in.ExpirationYear.Value), "must be a year of four digits")
			return month, year
		}
		year = n
	}
	if year < d.now.Year() || (year == d.now.Year() && month < int(d.now.Month())) {
		d.faults.Add(join(path, "expirationYear"), fault.BadValue, "the card has expired")
	}
	return month, year
}

// cardWith finds the card of that id; the zero id names none.
func (c *Customer) cardWith(id tenancy.ID) (card *Card, found bool) {
	for i := range c.Cards {
		if c.Cards[i].ID == id && !id.IsZero() {
			return &c.Cards[i], true
		}
	}
	return nil, false
}

func cardIndex(c *Customer, cardID string) (int, error) {
	id, err := tenancy.ParseID(cardID)
	if err != nil {
		return 0, fault.NotFoundError()
	}
	at := slices.IndexFunc(c.Cards, func(card Card) bool { return card.ID == id })
	if at < 0 {
		return 0, fault.NotFoundError()
	}
	return at, nil
}

func cardOf(c *Customer, id tenancy.ID) CardView {
	at := slices.IndexFunc(c.Cards, func(card Card) bool { return card.ID == id })
	return cardView(&c.Cards[at])
}

// sameCard tells whether nothing but the stamps differs.
func sameCard(a, b Card) bool {
	a.LastUpdated = b.LastUpdated
	return reflect.DeepEqual(a, b)
}
