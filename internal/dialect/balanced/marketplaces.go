package balanced

import (
	"net/http"

	"tenantry/customers/idempotency"
	"tenantry/internal/dialect"
	"tenantry/internal/dialect/balanced/rules"
	"tenantry/internal/fault"
)

// ownMarketplace refuses any marketplace in the path but the caller's.
func (f *Handler) ownMarketplace(x *dialect.Request) error {
	if named := x.Parameter("mp"); named != "" && named != f.marketplaceID(x.Caller.Subject.Ref().ID) {
		return fault.NotFoundError()
	}
	return nil
}

func (f *Handler) openMarketplace(x *dialect.Request) (idempotency.Answer, error) {
	members, err := readBody(x)
	if err != nil {
		return idempotency.Answer{}, err
	}
	var faults fault.List
	given := fields{members: members, faults: &faults, nullIsAbsent: true}
	in := rules.MarketplaceInput{
		Name: given.text("name"), SupportEmail: given.text("support_email_address"), SupportPhone: given.text("support_phone_number"),
	}
	if err := faults.Err(); err != nil {
		return idempotency.Answer{}, err
	}
	opened, err := f.service.Balanced.OpenMarketplace(x, x.Caller, in)
	if err != nil {
		return idempotency.Answer{}, err
	}
	return f.answerMarketplace(x, http.StatusCreated, opened)
}

func (f *Handler) getMarketplace(x *dialect.Request) (idempotency.Answer, error) {
	if err := f.ownMarketplace(x); err != nil {
		return idempotency.Answer{}, err
	}
	found, err := f.service.Balanced.Marketplace(x.Caller)
	if err != nil {
		return idempotency.Answer{}, err
	}
	return f.answerMarketplace(x, http.StatusOK, found)
}

func (f *Handler) answerMarketplace(x *dialect.Request, status int, m rules.Marketplace) (idempotency.Answer, error) {
	shown, err := f.showMarketplace(x, m)
	if err != nil {
		return idempotency.Answer{}, err
	}
	return answer(status, shown)
}

// listMarketplaces serves the page of the one marketplace that a key has.
func (f *Handler) listMarketplaces(x *dialect.Request) (idempotency.Answer, error) {
	q, err := readQuery(x, nil)
	if err != nil {
		return idempotency.Answer{}, err
	}
	found, err := f.service.Balanced.Marketplace(x.Caller)
	if err != nil {
		return idempotency.Answer{}, err
	}
	shown, err := f.showMarketplace(x, found)
	if err != nil {
		return idempotency.Answer{}, err
	}
	all := []object{shown}
	return answer(http.StatusOK, q.page(root+"/marketplaces", int64(len(all)), slice(q, all)))
}

func (f *Handler) showMarketplace(x *dialect.Request, m rules.Marketplace) (object, error) {
	owner, err := f.showCustomer(x, m.Owner)
	if err != nil {
		return nil, err
	}
	id := f.marketplaceID(m.ID)
	uri, uris := root+"/marketplaces/"+id, object{}
	shown := object{
		"_type": "marketplace", "_uris": uris, "id": id, "uri": uri, "name": orNull(m.Name), "domain_url": m.Domain,
		"support_email_address": m.SupportEmail, "support_phone_number": m.SupportPhone, "in_escrow": 0,
		"meta": showMeta(m.Meta), "owner_account": nil, "owner_customer": owner,
	}
	for _, name := range []string{
		"accounts", "bank_accounts", "callbacks", "cards", "credits", "customers", "debits", "events", "holds", "refunds", "transactions",
	} {
		shown[name+"_uri"] = uri + "/" + name
		uris[name+"_uri"] = link("page", name)
	}
	shown["customers_uri"] = root + "/customers"
	return shown, nil
}
