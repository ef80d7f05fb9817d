package balanced

import (
	"net/http"
	"slices"

	"tenantry/customers/idempotency"
	"tenantry/internal/dialect"
	"tenantry/internal/dialect/balanced/rules"
)

// listInstruments serves the page of a customer's cards or bank accounts.
func (f *Handler) listInstruments(k kind) handler {
	return func(x *dialect.Request) (idempotency.Answer, error) {
		c, all, err := f.service.Balanced.CustomerInstruments(x, x.Caller, customerID(x), k.bank)
		if err != nil {
			return idempotency.Answer{}, err
		}
		return f.instrumentPage(x, customerURI(c.ID)+"/"+k.collection, all)
	}
}

// listAllInstruments serves the page of the cards or bank accounts of all customers of
// the marketplace.
func (f *Handler) listAllInstruments(k kind) handler {
	return func(x *dialect.Request) (idempotency.Answer, error) {
		if err := f.ownMarketplace(x); err != nil {
			return idempotency.Answer{}, err
		}
		all, err := f.service.Balanced.Instruments(x, x.Caller, k.bank)
		if err != nil {
			return idempotency.Answer{}, err
		}
		path := f.marketplaceURI(x) + "/" + k.collection
		if x.Parameter("mp") == "" {
			path = root + "/" + k.collection
		}
		return f.instrumentPage(x, path, all)
	}
}

// instrumentPage filters, sorts and shows the instruments of a list, oldest first.
func (f *Handler) instrumentPage(x *dialect.Request, path string, all []rules.Instrument) (idempotency.Answer, error) {
	q, err := readQuery(x, instrumentFields)
	if err != nil {
		return idempotency.Answer{}, err
	}
	slices.Reverse(all) // newest first
	all = slices.DeleteFunc(all, func(i rules.Instrument) bool {
		return !q.criteria.Hold(i.Field)
	})
	slices.SortStableFunc(all, func(a, b rules.Instrument) int { return rules.CompareInstruments(a, b, q.sort) })
	items := []any{}
	for _, i := range slice(q, all) {
		shown, err := f.showInstrument(x, i)
		if err != nil {
			return idempotency.Answer{}, err
		}
		items = append(items, shown)
	}
	return answer(http.StatusOK, q.page(path, int64(len(all)), items))
}
