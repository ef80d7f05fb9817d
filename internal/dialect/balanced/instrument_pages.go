package balanced

import (
	"net/http"
	"slices"

	"tenantry/customers"
	"tenantry/internal/dialect"
)

// listInstruments serves the page of a customer's cards or bank accounts.
func (f *Face) listInstruments(k kind) handler {
	return func(x *dialect.Exchange) (customers.Answer, error) {
		c, all, err := f.service.CustomerInstruments(x, x.Caller, customerID(x), k.bank)
		if err != nil {
			return customers.Answer{}, err
		}
		return f.instrumentPage(x, customerURI(c.ID)+"/"+k.collection, all)
	}
}

// listAllInstruments serves the page of the cards or bank accounts of all customers of
// the marketplace.
func (f *Face) listAllInstruments(k kind) handler {
	return func(x *dialect.Exchange) (customers.Answer, error) {
		if err := f.ownMarketplace(x); err != nil {
			return customers.Answer{}, err
		}
		all, err := f.service.Instruments(x, x.Caller, k.bank)
		if err != nil {
			return customers.Answer{}, err
		}
		path := f.marketplaceURI(x) + "/" + k.collection
		if x.Parameter("mp") == "" {
			path = root + "/" + k.collection
		}
		return f.instrumentPage(x, path, all)
	}
}

// instrumentPage filters, sorts and shows the instruments of a list, oldest first.
func (f *Face) instrumentPage(x *dialect.Exchange, path string, all []customers.Instrument) (customers.Answer, error) {
	q, err := readQuery(x, instrumentFields)
	if err != nil {
		return customers.Answer{}, err
	}
	slices.Reverse(all) // newest first
	all = slices.DeleteFunc(all, func(i customers.Instrument) bool {
		return !q.criteria.Hold(i.Field)
	})
	slices.SortStableFunc(all, func(a, b customers.Instrument) int { return customers.CompareInstruments(a, b, q.sort) })
	items := []object{}
	for _, i := range slice(q, all) {
		shown, err := f.showInstrument(x, i)
		if err != nil {
			return customers.Answer{}, err
		}
		items = append(items, shown)
	}
	return answer(http.StatusOK, q.page(path, int64(len(all)), items))
}
