package balanced

import (
	"encoding/json"

	"tenantry/customers"
	"tenantry/internal/dialect"
	"tenantry/internal/dialect/balanced/rules"
	"tenantry/tenancy"
)

// collections are the pages below a customer.
var collections = []string{"bank_accounts", "cards", "credits", "debits", "holds", "refunds", "transactions"}

func customerURI(id tenancy.ID) string {
	return root + "/customers/" + dialect.Prefixed(prefixCustomer, id)
}

// showCustomer writes a customer.
func (f *Handler) showCustomer(_ *dialect.Request, c *customers.Customer) (object, error) {
	p, err := f.service.Balanced.Customer(c)
	if err != nil {
		return nil, err
	}
	uri, uris := customerURI(p.ID), object{}
	shown := object{
		"_type": "customer", "_uris": uris, "id": dialect.Prefixed(prefixCustomer, p.ID), "uri": uri,
		"created_at": stamp(p.Created), "name": orNull(p.Name), "email": orNull(p.Email), "phone": orNull(p.Phone),
		"business_name": orNull(p.BusinessName), "ein": orNull(p.BusinessTax), "dob": orNull(p.BirthMonth),
		"ssn_last4": nil, "facebook": orNull(p.Facebook), "twitter": orNull(p.Twitter), "address": p.Address,
		"meta": showMeta(p.Meta), "is_identity_verified": p.Verified, "source_uri": nil, "destination_uri": nil,
	}
	if p.HasTaxID {
		shown["ssn_last4"] = maskedSSN
	}
	for _, name := range collections {
		shown[name+"_uri"] = uri + "/" + name
		uris[name+"_uri"] = link("page", name)
	}
	for name, target := range map[string]*rules.InstrumentName{"source": p.Source, "destination": p.Destination} {
		if target != nil {
			kind := kindOf(target.Bank)
			shown[name+"_uri"] = uri + "/" + kind.collection + "/" + dialect.Prefixed(kind.prefix, target.ID)
			uris[name+"_uri"] = link(kind.name, name)
		}
	}
	return shown, nil
}

// showMeta writes free data as texts; what another dialect put there shows as Python
// writes it, and what is nested as JSON.
func showMeta(raw []byte) map[string]string {
	shown, members := map[string]string{}, map[string]json.RawMessage{}
	if len(raw) == 0 || json.Unmarshal(raw, &members) != nil {
		return shown
	}
	for key, value := range members {
		shown[key] = rules.MetaText(value)
	}
	return shown
}
