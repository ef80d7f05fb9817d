package balanced

import (
	"net/http"

	"tenantry/customers"
	"tenantry/customers/activities"
	"tenantry/customers/idempotency"
	"tenantry/customers/view"
	"tenantry/internal/dialect"
	"tenantry/internal/fault"
)

// happened are the pages of what happened on a customer, with the type that each shows;
// transactions are all types, and reversals are not reported here. It never changes.
var happened = map[string]customers.ActivityType{
	"credits": customers.ActivityCredit, "debits": customers.ActivityDebit, "holds": customers.ActivityHold,
	"refunds": customers.ActivityRefund, "transactions": "", "reversals": "reversal",
}

// activityPrefixes are the prefixes of their ids; it never changes.
var activityPrefixes = map[customers.ActivityType]string{
	customers.ActivityCredit: "CR", customers.ActivityDebit: "WD", customers.ActivityHold: "HL", customers.ActivityRefund: "RF",
}

// activityFields are the fields of activities; it never changes.
var activityFields = map[string]known{"created_at": {name: "occurred", kind: momentValue, sorted: true}}

// listActivities serves one page of what happened.
func (f *Handler) listActivities(name string, wanted customers.ActivityType) handler {
	return func(x *dialect.Request) (idempotency.Answer, error) {
		q, err := readQuery(x, activityFields)
		if err != nil {
			return idempotency.Answer{}, err
		}
		from, to, ok := q.criteria.Window()
		if !ok {
			return idempotency.Answer{}, fault.New(fault.Invalid, fault.CodeValidation,
				"can be compared with =, <, <=, > and >= here").About("created_at", fault.BadValue)
		}
		found, err := f.service.Activities.Activities(x, x.Caller, activities.ListActivitiesInput{
			CustomerID: customerID(x), Type: wanted, From: from, To: to, Limit: q.limit, Offset: q.offset,
			Ascending: len(q.sort) > 0 && q.sort[0].Ascending,
		})
		if err != nil {
			return idempotency.Answer{}, err
		}
		items := []object{}
		uri := root + "/customers/" + x.Parameter("id")
		for _, a := range found.Activities {
			items = append(items, showActivity(uri, a))
		}
		return answer(http.StatusOK, q.page(uri+"/"+name, found.Total, items))
	}
}

// getActivity serves one activity, at the address that pages give it.
func (f *Handler) getActivity(wanted customers.ActivityType) handler {
	return func(x *dialect.Request) (idempotency.Answer, error) {
		found, err := f.service.Activities.Activity(x, x.Caller, dialect.Unprefixed(activityPrefixes[wanted], x.Parameter("activity")))
		if err == nil && found.Type != wanted {
			err = fault.NotFoundError()
		}
		if err != nil {
			return idempotency.Answer{}, err
		}
		return answer(http.StatusOK, showActivity(customerURI(found.Customer.ID), found))
	}
}

func showActivity(customer string, a customers.Activity) object {
	return object{
		"_type": string(a.Type), "_uris": object{"customer_uri": link("customer", "customer")},
		"id": dialect.Prefixed(activityPrefixes[a.Type], a.ID), "uri": activityURI(a), "customer_uri": customer, "amount": a.Amount,
		"currency": a.Currency, "transaction_number": a.Reference, "description": nil, "meta": object{},
		"created_at": stamp(view.Stamp(a.Occurred)),
	}
}

func activityURI(a customers.Activity) string {
	return root + "/" + string(a.Type) + "s/" + dialect.Prefixed(activityPrefixes[a.Type], a.ID)
}
