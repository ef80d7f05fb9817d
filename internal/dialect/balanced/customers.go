package balanced

import (
	"net/http"

	"tenantry/customers"
	"tenantry/internal/dialect"
)

// customerID gives the digits of the customer in the path. What is no id names nobody.
func customerID(x *dialect.Exchange) string {
	if digits := dialect.Unprefixed(prefixCustomer, x.Param("id")); digits != "" {
		return digits
	}
	return "-"
}

func (d *Dialect) createCustomer(x *dialect.Exchange) (dialect.Answer, error) {
	members, err := readBody(x)
	if err != nil {
		return dialect.Answer{}, err
	}
	profile, attached, err := readCustomer(members)
	if err != nil {
		return dialect.Answer{}, err
	}
	// A new customer has nothing to choose among yet.
	attached.Source, attached.Destination = customers.InstrumentID{}, customers.InstrumentID{}
	made, err := d.service.CreateProfile(x.Context, x.Caller, customers.CreateProfileInput{
		ProfileInput: profile, PlanKey: d.options.Plan, Attachments: attached,
	})
	if err != nil {
		return dialect.Answer{}, err
	}
	return d.answerCustomer(x, http.StatusCreated, made)
}

func (d *Dialect) getCustomer(x *dialect.Exchange) (dialect.Answer, error) {
	found, err := d.service.Get(x.Context, x.Caller, customerID(x))
	if err != nil {
		return dialect.Answer{}, err
	}
	return d.answerCustomer(x, http.StatusOK, found)
}

func (d *Dialect) updateCustomer(x *dialect.Exchange) (dialect.Answer, error) {
	members, err := readBody(x)
	if err != nil {
		return dialect.Answer{}, err
	}
	profile, attached, err := readCustomer(members)
	if err != nil {
		return dialect.Answer{}, err
	}
	changed, err := d.service.UpdateProfile(x.Context, x.Caller, customers.UpdateProfileInput{
		ProfileInput: profile, CustomerID: customerID(x), Attachments: attached,
	})
	if err != nil {
		return dialect.Answer{}, err
	}
	return d.answerCustomer(x, http.StatusOK, changed)
}

func (d *Dialect) deleteCustomer(x *dialect.Exchange) (dialect.Answer, error) {
	err := d.service.Delete(x.Context, x.Caller, customers.DeleteInput{CustomerID: customerID(x)})
	return nothing(), err
}

func (d *Dialect) answerCustomer(x *dialect.Exchange, status int, c *customers.Customer) (dialect.Answer, error) {
	shown, err := d.showCustomer(x, c)
	if err != nil {
		return dialect.Answer{}, err
	}
	return answer(status, shown)
}

func (d *Dialect) listCustomers(x *dialect.Exchange) (dialect.Answer, error) {
	q, err := readQuery(x, customerFields)
	if err != nil {
		return dialect.Answer{}, err
	}
	found, err := d.service.Search(x.Context, x.Caller, customers.SearchInput{
		Criteria: q.criteria, Sort: q.sort, Limit: q.limit, Offset: q.offset,
	})
	if err != nil {
		return dialect.Answer{}, err
	}
	items := make([]object, 0, len(found.Customers))
	for _, c := range found.Customers {
		shown, err := d.showCustomer(x, c)
		if err != nil {
			return dialect.Answer{}, err
		}
		items = append(items, shown)
	}
	return answer(http.StatusOK, q.page(root+"/customers", found.Total, items))
}
