package balanced

import (
	"bytes"
	"net/http"
	"slices"

	"tenantry/customers"
	"tenantry/internal/dialect"
	"tenantry/internal/fault"
)

// instrumentFields are the fields of cards and bank accounts; it never changes.
var instrumentFields = map[string]known{
	"created_at":  {name: "created", kind: momentValue, sorted: true},
	"is_valid":    {name: "valid", kind: truthValue},
	"hash":        {name: "hash", sorted: true},
	"fingerprint": {name: "hash"},
	"meta":        {name: customers.FieldMetaKeys},
}

// keepInstrument serves tokenising: an instrument that waits for a customer.
func (d *Dialect) keepInstrument(k kind) dialect.Handler {
	return func(x *dialect.Exchange) (dialect.Answer, error) {
		if err := d.ownMarketplace(x); err != nil {
			return dialect.Answer{}, err
		}
		in, err := d.instrumentBody(x, k)
		if err != nil {
			return dialect.Answer{}, err
		}
		kept, err := d.service.KeepInstrument(x.Context, x.Caller, in)
		if err != nil {
			return dialect.Answer{}, err
		}
		return d.answerInstrument(x, http.StatusCreated, kept)
	}
}

// attachInstrument serves adding an instrument to a customer, given in full.
func (d *Dialect) attachInstrument(k kind) dialect.Handler {
	return func(x *dialect.Exchange) (dialect.Answer, error) {
		in, err := d.instrumentBody(x, k)
		if err != nil {
			return dialect.Answer{}, err
		}
		added, err := d.service.AttachInstrument(x.Context, x.Caller, customerID(x), in)
		if err != nil {
			return dialect.Answer{}, err
		}
		return d.answerInstrument(x, http.StatusCreated, added)
	}
}

func (d *Dialect) instrumentBody(x *dialect.Exchange, k kind) (customers.InstrumentInput, error) {
	members, err := readBody(x)
	if err != nil {
		return customers.InstrumentInput{}, err
	}
	return readInstrumentBody(k, members)
}

func (d *Dialect) getInstrument(k kind) dialect.Handler {
	return func(x *dialect.Exchange) (dialect.Answer, error) {
		found, err := d.findInstrument(x, k)
		if err != nil {
			return dialect.Answer{}, err
		}
		return d.answerInstrument(x, http.StatusOK, found)
	}
}

// findInstrument reads the instrument that the path names.
func (d *Dialect) findInstrument(x *dialect.Exchange, k kind) (found customers.Instrument, err error) {
	id := dialect.Unprefixed(k.prefix, x.Param("instrument"))
	if x.Param("id") != "" {
		found, err = d.service.CustomerInstrument(x.Context, x.Caller, customerID(x), id)
	} else if err = d.ownMarketplace(x); err == nil {
		found, err = d.service.Instrument(x.Context, x.Caller, id)
	}
	if err == nil && !k.has(found) {
		err = fault.NotFoundError()
	}
	return found, err
}

// whose gives the customer that the path names, empty for none.
func whose(x *dialect.Exchange) string {
	if x.Param("id") == "" {
		return ""
	}
	return customerID(x)
}

// changeInstrument serves a change of meta and validity, and association by the URI of
// a customer.
func (d *Dialect) changeInstrument(k kind) dialect.Handler {
	return func(x *dialect.Exchange) (dialect.Answer, error) {
		found, err := d.findInstrument(x, k)
		if err != nil {
			return dialect.Answer{}, err
		}
		members, err := readBody(x)
		if err != nil {
			return dialect.Answer{}, err
		}
		var faults fault.List
		f := fields{members: members, faults: &faults, nullIsAbsent: true}
		change := customers.InstrumentChange{Meta: f.meta("meta"), ValidPath: pick(k.bank, "bank_account.is_valid", "card.is_valid")}
		_, validity := f.take("is_valid")
		change.Invalidate = !f.flag("is_valid", true)
		change.Revalidate = validity.Given() && !change.Invalidate
		customer := firstGiven(f.text("customer_uri"), f.text("account_uri"))
		if err := faults.Err(); err != nil {
			return dialect.Answer{}, err
		}
		id := dialect.Unprefixed(k.prefix, x.Param("instrument"))
		changed, err := d.service.ChangeInstrument(x.Context, x.Caller, whose(x), id, change)
		if err == nil && customer.Given() && found.Customer == nil {
			changed, err = d.associate(x, k, id, customer.Value)
		}
		if err != nil {
			return dialect.Answer{}, err
		}
		return d.answerInstrument(x, http.StatusOK, changed)
	}
}

// associate gives an instrument that waits to the customer of a URI.
func (d *Dialect) associate(x *dialect.Exchange, k kind, id, uri string) (customers.Instrument, error) {
	digits := ""
	if at := bytes.LastIndexByte([]byte(uri), '/'); at >= 0 {
		digits = dialect.Unprefixed(prefixCustomer, uri[at+1:])
	}
	named := customers.InstrumentID{Given: true, ID: id, Field: k.name + "_uri"}
	attached := customers.Attachments{CardID: named}
	if k.bank {
		attached = customers.Attachments{BankID: named}
	}
	if digits == "" {
		refusal := fault.New(fault.Invalid, fault.CodeValidation, "does not resolve to customer").About("customer_uri", fault.BadValue)
		refusal.Value = short(uri)
		return customers.Instrument{}, refusal
	}
	if _, err := d.service.UpdateProfile(x.Context, x.Caller, customers.UpdateProfileInput{CustomerID: digits, Attachments: attached}); err != nil {
		return customers.Instrument{}, err
	}
	return d.service.CustomerInstrument(x.Context, x.Caller, digits, id)
}

func (d *Dialect) deleteInstrument(k kind) dialect.Handler {
	return func(x *dialect.Exchange) (dialect.Answer, error) {
		if _, err := d.findInstrument(x, k); err != nil {
			return dialect.Answer{}, err
		}
		err := d.service.DeleteInstrument(x.Context, x.Caller, whose(x), dialect.Unprefixed(k.prefix, x.Param("instrument")))
		return nothing(), err
	}
}

func (d *Dialect) answerInstrument(x *dialect.Exchange, status int, i customers.Instrument) (dialect.Answer, error) {
	shown, err := d.showInstrument(x, i)
	if err != nil {
		return dialect.Answer{}, err
	}
	return answer(status, shown)
}

// listInstruments serves the page of a customer's cards or bank accounts.
func (d *Dialect) listInstruments(k kind) dialect.Handler {
	return func(x *dialect.Exchange) (dialect.Answer, error) {
		q, err := readQuery(x, instrumentFields)
		if err != nil {
			return dialect.Answer{}, err
		}
		c, all, err := d.service.CustomerInstruments(x.Context, x.Caller, customerID(x), k.bank)
		if err != nil {
			return dialect.Answer{}, err
		}
		slices.Reverse(all) // newest first
		all = slices.DeleteFunc(all, func(i customers.Instrument) bool {
			return !q.criteria.Hold(func(field string) any { return i.Field(field) })
		})
		slices.SortStableFunc(all, func(a, b customers.Instrument) int { return customers.CompareInstruments(a, b, q.sort) })
		items := []object{}
		for _, i := range slice(q, all) {
			shown, err := d.showInstrument(x, i)
			if err != nil {
				return dialect.Answer{}, err
			}
			items = append(items, shown)
		}
		return answer(http.StatusOK, q.page(customerURI(c.ID)+"/"+k.collection, int64(len(all)), items))
	}
}
