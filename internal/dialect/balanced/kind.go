package balanced

import (
	"tenantry/internal/dialect"
	"tenantry/internal/dialect/balanced/rules"
	"tenantry/tenancy"
)

// kind is one of the two kinds of instrument.
type kind struct {
	name, collection, prefix string
	bank                     bool
}

var (
	cards = kind{name: "card", collection: "cards", prefix: prefixCard}
	banks = kind{name: "bank_account", collection: "bank_accounts", prefix: prefixBank, bank: true}
)

func kindOf(bank bool) kind {
	if bank {
		return banks
	}
	return cards
}

// has reports whether an instrument is of the kind.
func (k kind) has(i rules.Instrument) bool { return (i.Bank != nil) == k.bank }

// instrumentURI returns where an instrument is found: below its customer when another
// dialect made it, at the bare address when it was made there, else below the marketplace.
func (f *Handler) instrumentURI(x *dialect.Request, k kind, i rules.Instrument, id string, kept bool) string {
	switch {
	case !kept && i.Customer != nil:
		return customerURI(i.Customer.ID) + "/" + k.collection + "/" + k.prefix + id
	case i.Bare:
		return root + "/" + k.collection + "/" + k.prefix + id
	default:
		return f.marketplaceURI(x) + "/" + k.collection + "/" + k.prefix + id
	}
}

// marketplaceURI is the one of the caller.
func (f *Handler) marketplaceURI(x *dialect.Request) string {
	return root + "/marketplaces/" + f.marketplaceID(x.Caller.Subject.Ref().ID)
}

func (f *Handler) marketplaceID(id tenancy.ID) string {
	return dialect.Prefixed(f.marketplacePrefix(), id)
}

func (f *Handler) marketplacePrefix() string {
	if f.options.Sandbox {
		return "TEST-MP"
	}
	return "MP"
}
