package balanced

import (
	"bytes"
	"net/http"

	"tenantry/customers/idempotency"
	"tenantry/internal/dialect"
	"tenantry/internal/dialect/balanced/rules"
	"tenantry/internal/fault"
)

// instrumentFields are the fields of cards and bank accounts; it never changes.
var instrumentFields = map[string]known{
	"created_at":  {name: "created", kind: momentValue, sorted: true},
	"is_valid":    {name: "valid", kind: truthValue},
	"hash":        {name: "hash", sorted: true},
	"fingerprint": {name: "hash"},
	"meta":        {name: rules.FieldMetaKeys},
}

// keepInstrument serves tokenizing: an instrument that waits for a customer.
func (f *Handler) keepInstrument(k kind) handler {
	return func(x *dialect.Request) (idempotency.Answer, error) {
		if err := f.ownMarketplace(x); err != nil {
			return idempotency.Answer{}, err
		}
		in, err := f.instrumentBody(x, k)
		if err != nil {
			return idempotency.Answer{}, err
		}
		in.Bare = x.Parameter("mp") == ""
		kept, err := f.service.Balanced.KeepInstrument(x, x.Caller, in)
		if err != nil {
			return idempotency.Answer{}, err
		}
		return f.answerInstrument(x, http.StatusCreated, kept)
	}
}

// attachInstrument serves adding an instrument to a customer, given in full.
func (f *Handler) attachInstrument(k kind) handler {
	return func(x *dialect.Request) (idempotency.Answer, error) {
		in, err := f.instrumentBody(x, k)
		if err != nil {
			return idempotency.Answer{}, err
		}
		added, err := f.service.Balanced.AttachInstrument(x, x.Caller, customerID(x), in)
		if err != nil {
			return idempotency.Answer{}, err
		}
		return f.answerInstrument(x, http.StatusCreated, added)
	}
}

func (f *Handler) instrumentBody(x *dialect.Request, k kind) (rules.InstrumentInput, error) {
	members, err := readBody(x)
	if err != nil {
		return rules.InstrumentInput{}, err
	}
	return readInstrumentBody(k, members)
}

func (f *Handler) getInstrument(k kind) handler {
	return func(x *dialect.Request) (idempotency.Answer, error) {
		found, err := f.findInstrument(x, k)
		if err != nil {
			return idempotency.Answer{}, err
		}
		return f.answerInstrument(x, http.StatusOK, found)
	}
}

// findInstrument reads the instrument that the path names.
func (f *Handler) findInstrument(x *dialect.Request, k kind) (found rules.Instrument, err error) {
	id := dialect.Unprefixed(k.prefix, x.Parameter("instrument"))
	if x.Parameter("id") != "" {
		found, err = f.service.Balanced.CustomerInstrument(x, x.Caller, customerID(x), id)
	} else if err = f.ownMarketplace(x); err == nil {
		found, err = f.service.Balanced.Instrument(x, x.Caller, id)
	}
	if err == nil && !k.has(found) {
		err = fault.NotFoundError()
	}
	return found, err
}

// whose returns the customer that the path names, empty for none.
func whose(x *dialect.Request) string {
	if x.Parameter("id") == "" {
		return ""
	}
	return customerID(x)
}

// changeInstrument serves a change of meta and validity, and association by the URI of
// a customer.
func (f *Handler) changeInstrument(k kind) handler {
	return func(x *dialect.Request) (idempotency.Answer, error) {
		found, err := f.findInstrument(x, k)
		if err != nil {
			return idempotency.Answer{}, err
		}
		members, err := readBody(x)
		if err != nil {
			return idempotency.Answer{}, err
		}
		var faults fault.List
		given := fields{members: members, faults: &faults, nullIsAbsent: true}
		change := rules.InstrumentChange{Meta: given.meta("meta"), ValidPath: pick(k.bank, "bank_account.is_valid", "card.is_valid")}
		_, validity := given.take("is_valid")
		change.Invalidate = !given.flag("is_valid", true)
		change.Revalidate = validity.Given() && !change.Invalidate
		customer := firstGiven(given.text("customer_uri"), given.text("account_uri"))
		if err := faults.Err(); err != nil {
			return idempotency.Answer{}, err
		}
		id := dialect.Unprefixed(k.prefix, x.Parameter("instrument"))
		changed, err := f.service.Balanced.ChangeInstrument(x, x.Caller, whose(x), id, change)
		if err == nil && customer.Given() && found.Customer == nil {
			changed, err = f.associate(x, k, id, customer.Value)
		}
		if err != nil {
			return idempotency.Answer{}, err
		}
		return f.answerInstrument(x, http.StatusOK, changed)
	}
}

// associate moves an instrument that waits to the customer of a URI.
func (f *Handler) associate(x *dialect.Request, k kind, id, uri string) (rules.Instrument, error) {
	digits := ""
	if at := bytes.LastIndexByte([]byte(uri), '/'); at >= 0 {
		digits = dialect.Unprefixed(prefixCustomer, uri[at+1:])
	}
	named := rules.InstrumentID{Given: true, ID: id, Field: k.name + "_uri"}
	attached := rules.Attachments{CardID: named}
	if k.bank {
		attached = rules.Attachments{BankID: named}
	}
	if digits == "" {
		refusal := fault.New(fault.Invalid, fault.CodeValidation, "does not resolve to customer").About("customer_uri", fault.BadValue)
		refusal.Value = short(uri)
		return rules.Instrument{}, refusal
	}
	if _, err := f.service.Balanced.Update(x, x.Caller, rules.UpdateInput{CustomerID: digits, Attachments: attached}); err != nil {
		return rules.Instrument{}, err
	}
	return f.service.Balanced.CustomerInstrument(x, x.Caller, digits, id)
}

func (f *Handler) deleteInstrument(k kind) handler {
	return func(x *dialect.Request) (idempotency.Answer, error) {
		if _, err := f.findInstrument(x, k); err != nil {
			return idempotency.Answer{}, err
		}
		err := f.service.Balanced.DeleteInstrument(x, x.Caller, whose(x), dialect.Unprefixed(k.prefix, x.Parameter("instrument")))
		return nothing(), err
	}
}

func (f *Handler) answerInstrument(x *dialect.Request, status int, i rules.Instrument) (idempotency.Answer, error) {
	shown, err := f.showInstrument(x, i)
	if err != nil {
		return idempotency.Answer{}, err
	}
	return answer(status, shown)
}
