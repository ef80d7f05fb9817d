package balanced

import (
	"net/http"

	"tenantry/customers"
	"tenantry/internal/dialect"
	"tenantry/internal/fault"
)

// ownMarketplace refuses any marketplace in the path but the caller's.
func (d *Dialect) ownMarketplace(x *dialect.Exchange) error {
	if named := x.Param("mp"); named != "" && named != d.marketplaceID(x.Caller.Subject.Ref().ID) {
		return fault.NotFoundError()
	}
	return nil
}

func (d *Dialect) openMarketplace(x *dialect.Exchange) (dialect.Answer, error) {
	members, err := readBody(x)
	if err != nil {
		return dialect.Answer{}, err
	}
	var faults fault.List
	f := fields{members: members, faults: &faults, nullIsAbsent: true}
	in := customers.MarketplaceInput{
		Name: f.text("name"), SupportEmail: f.text("support_email_address"), SupportPhone: f.text("support_phone_number"),
	}
	if err := faults.Err(); err != nil {
		return dialect.Answer{}, err
	}
	opened, err := d.service.OpenMarketplace(x.Context, x.Caller, in)
	if err != nil {
		return dialect.Answer{}, err
	}
	return answer(http.StatusCreated, d.showMarketplace(opened))
}

func (d *Dialect) getMarketplace(x *dialect.Exchange) (dialect.Answer, error) {
	if err := d.ownMarketplace(x); err != nil {
		return dialect.Answer{}, err
	}
	found, err := d.service.Marketplace(x.Caller)
	if err != nil {
		return dialect.Answer{}, err
	}
	return answer(http.StatusOK, d.showMarketplace(found))
}

// listMarketplaces serves the page of the one marketplace that a key has.
func (d *Dialect) listMarketplaces(x *dialect.Exchange) (dialect.Answer, error) {
	q, err := readQuery(x, nil)
	if err != nil {
		return dialect.Answer{}, err
	}
	found, err := d.service.Marketplace(x.Caller)
	if err != nil {
		return dialect.Answer{}, err
	}
	all := []object{d.showMarketplace(found)}
	return answer(http.StatusOK, q.page(root+"/marketplaces", int64(len(all)), slice(q, all)))
}

func (d *Dialect) showMarketplace(m customers.Marketplace) object {
	id := d.marketplaceID(m.ID)
	uri, uris := root+"/marketplaces/"+id, object{}
	shown := object{
		"_type": "marketplace", "_uris": uris, "id": id, "uri": uri, "name": orNull(m.Name), "domain_url": m.Domain,
		"support_email_address": m.SupportEmail, "support_phone_number": m.SupportPhone, "in_escrow": 0,
		"meta": showMeta(m.Meta), "owner_account": nil, "owner_customer": nil,
	}
	for _, name := range []string{
		"accounts", "bank_accounts", "callbacks", "cards", "credits", "customers", "debits", "events", "holds", "refunds", "transactions",
	} {
		shown[name+"_uri"] = uri + "/" + name
		uris[name+"_uri"] = link("page", name)
	}
	shown["customers_uri"] = root + "/customers"
	return shown
}

// signUp makes a tenant with a key for whoever asks, in a sandbox.
func (d *Dialect) signUp(x *dialect.Exchange) (dialect.Answer, error) {
	if !d.options.Sandbox {
		return dialect.Answer{}, fault.NotFoundError()
	}
	if _, err := readBody(x); err != nil {
		return dialect.Answer{}, err
	}
	if err := d.throttle.Take(x.Address); err != nil {
		return dialect.Answer{}, err
	}
	made, err := d.service.SignUp(x.Context, d.options.TenantPlan)
	if err != nil {
		return dialect.Answer{}, err
	}
	id := dialect.Prefixed(prefixKey, made.Customer.ID)
	return answer(http.StatusCreated, object{
		"_type": "api_key", "_uris": object{}, "id": id, "uri": root + "/api_keys/" + id,
		"created_at": stamp(customers.Stamp(made.Customer.Created)), "meta": object{}, "secret": made.Keys.Secret.Reveal(),
	})
}
