package balanced

import (
	"net/http"

	"tenantry/customers"
	"tenantry/internal/dialect"
)

// customerID gives the digits of the customer in the path. What is no id names nobody.
func customerID(x *dialect.Exchange) string {
	if digits := dialect.Unprefixed(prefixCustomer, x.Parameter("id")); digits != "" {
		return digits
	}
	return "-"
}

func (f *Face) createCustomer(x *dialect.Exchange) (customers.Answer, error) {
	members, err := readBody(x)
	if err != nil {
		return customers.Answer{}, err
	}
	profile, attached, err := readCustomer(members)
	if err != nil {
		return customers.Answer{}, err
	}
	// A new customer has nothing to choose among yet.
	attached.Source, attached.Destination = customers.InstrumentID{}, customers.InstrumentID{}
	made, err := f.service.CreateProfile(x, x.Caller, customers.CreateProfileInput{
		ProfileInput: profile, PlanKey: f.options.Plan, Attachments: attached,
	})
	if err != nil {
		return customers.Answer{}, err
	}
	return f.answerCustomer(x, http.StatusCreated, made)
}

func (f *Face) getCustomer(x *dialect.Exchange) (customers.Answer, error) {
	found, err := f.service.Get(x, x.Caller, customerID(x))
	if err != nil {
		return customers.Answer{}, err
	}
	return f.answerCustomer(x, http.StatusOK, found)
}

func (f *Face) updateCustomer(x *dialect.Exchange) (customers.Answer, error) {
	members, err := readBody(x)
	if err != nil {
		return customers.Answer{}, err
	}
	profile, attached, err := readCustomer(members)
	if err != nil {
		return customers.Answer{}, err
	}
	changed, err := f.service.UpdateProfile(x, x.Caller, customers.UpdateProfileInput{
		ProfileInput: profile, CustomerID: customerID(x), Attachments: attached,
	})
	if err != nil {
		return customers.Answer{}, err
	}
	return f.answerCustomer(x, http.StatusOK, changed)
}

func (f *Face) deleteCustomer(x *dialect.Exchange) (customers.Answer, error) {
	err := f.service.Delete(x, x.Caller, customers.DeleteInput{CustomerID: customerID(x)})
	return nothing(), err
}

func (f *Face) answerCustomer(x *dialect.Exchange, status int, c *customers.Customer) (customers.Answer, error) {
	shown, err := f.showCustomer(x, c)
	if err != nil {
		return customers.Answer{}, err
	}
	return answer(status, shown)
}

func (f *Face) listCustomers(x *dialect.Exchange) (customers.Answer, error) {
	q, err := readQuery(x, customerFields)
	if err != nil {
		return customers.Answer{}, err
	}
	found, err := f.service.Search(x, x.Caller, customers.SearchInput{
		Criteria: q.criteria, Sort: q.sort, Limit: q.limit, Offset: q.offset,
	})
	if err != nil {
		return customers.Answer{}, err
	}
	items := make([]object, 0, len(found.Customers))
	for _, c := range found.Customers {
		shown, err := f.showCustomer(x, c)
		if err != nil {
			return customers.Answer{}, err
		}
		items = append(items, shown)
	}
	return answer(http.StatusOK, q.page(root+"/customers", found.Total, items))
}
