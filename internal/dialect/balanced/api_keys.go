package balanced

import (
	"net/http"
	"slices"

	"tenantry/customers"
	"tenantry/customers/access"
	"tenantry/customers/idempotency"
	"tenantry/customers/registry"
	"tenantry/customers/view"
	"tenantry/internal/dialect"
	"tenantry/internal/fault"
	"tenantry/internal/patch"
	"tenantry/tenancy"
)

const (
	// nativeKey is in front of the digits of a key's id where they have no prefix of the
	// vendor's.
	nativeKey = "key_"
	// keyName is what the keys that are made here are called natively.
	keyName = "api_key"
)

// isStranger reports whether a request shows no key at all, not even one that is wrong.
func isStranger(request *http.Request) bool {
	user, _, basic := dialect.BasicCredentials(request)
	return request.Header.Get("Authorization") == "" || (basic && user == "")
}

// createKey serves a further key of whoever has one, with what that may do, and a
// marketplace of its own for a stranger.
func (f *Handler) createKey(x *dialect.Request) (idempotency.Answer, error) {
	if isStranger(x.Request) {
		return f.signUp(x)
	}
	if _, err := readBody(x); err != nil {
		return idempotency.Answer{}, err
	}
	minted, err := f.service.Access.MintKey(x, x.Caller, "", access.RestrictedKeyInput{
		Name: patch.Of(keyName), Scopes: patch.Of(x.Caller.Credential.Scopes.Names()),
	})
	if err != nil {
		return idempotency.Answer{}, err
	}
	shown := f.showKey(x, minted.Customer, minted.Key)
	shown["secret"] = minted.Secret.Reveal()
	return answer(http.StatusCreated, shown)
}

// signUp makes a tenant with a key for whoever asks, in a sandbox that offers it.
func (f *Handler) signUp(x *dialect.Request) (idempotency.Answer, error) {
	if !f.options.SignUp {
		return idempotency.Answer{}, fault.NotFoundError()
	}
	if _, err := readBody(x); err != nil {
		return idempotency.Answer{}, err
	}
	if err := f.throttle.Take(x.Address); err != nil {
		return idempotency.Answer{}, err
	}
	made, err := f.service.Balanced.SignUp(x, f.options.TenantPlan)
	if err != nil {
		return idempotency.Answer{}, err
	}
	entry := made.Customer.Keys[0] // a sign-up makes one pair
	shown := f.showKey(x, made.Customer, view.KeyView{ID: entry.ID(made.Customer.ID), Created: view.Stamp(entry.Created)})
	shown["secret"] = made.Keys.Secret.Reveal()
	return answer(http.StatusCreated, shown)
}

// liveKeys returns the keys of the caller's subject that can be used, newest first.
func (f *Handler) liveKeys(x *dialect.Request) ([]view.KeyView, error) {
	all, err := f.service.Access.Keys(x, x.Caller, "")
	if err != nil {
		return nil, err
	}
	all = slices.DeleteFunc(all, func(k view.KeyView) bool { return k.Status != view.Active })
	slices.Reverse(all)
	return all, nil
}

func (f *Handler) listKeys(x *dialect.Request) (idempotency.Answer, error) {
	q, err := readQuery(x, nil)
	if err != nil {
		return idempotency.Answer{}, err
	}
	all, err := f.liveKeys(x)
	if err != nil {
		return idempotency.Answer{}, err
	}
	items := []object{}
	for _, key := range slice(q, all) {
		items = append(items, f.showKey(x, registry.Stored(x.Caller.Subject), key))
	}
	return answer(http.StatusOK, q.page(root+"/api_keys", int64(len(all)), items))
}

// keyID returns the native id of the key in the path.
func keyID(x *dialect.Request) string {
	return nativeKey + dialect.Unprefixed(prefixKey, x.Parameter("key"))
}

func (f *Handler) getKey(x *dialect.Request) (idempotency.Answer, error) {
	all, err := f.liveKeys(x)
	if err != nil {
		return idempotency.Answer{}, err
	}
	at := slices.IndexFunc(all, func(k view.KeyView) bool { return k.ID == keyID(x) })
	if at < 0 {
		return idempotency.Answer{}, fault.NotFoundError()
	}
	return answer(http.StatusOK, f.showKey(x, registry.Stored(x.Caller.Subject), all[at]))
}

// deleteKey serves the end of a key. The one that signs the request may always end itself.
func (f *Handler) deleteKey(x *dialect.Request) (idempotency.Answer, error) {
	own := x.Caller.Actor.Ref() == x.Caller.Subject.Ref() && x.Caller.Credential.ID == keyID(x)
	var err error
	if own {
		_, err = f.service.Access.RevokeOwnKey(x, x.Caller, false)
	} else {
		_, err = f.service.Access.RevokeKey(x, x.Caller, access.RevokeInput{KeyID: keyID(x)})
	}
	return nothing(), err
}

// showKey writes a key of a business, without its secret. Whoever may end keys and read
// nothing is shown which business it is, and no more of it.
func (f *Handler) showKey(x *dialect.Request, c *customers.Customer, key view.KeyView) object {
	merchant := f.showMerchant(c)
	if !isStranger(x.Request) && !x.Caller.Credential.Scopes.Has(tenancy.Read) {
		merchant = object{"_type": merchant["_type"], "id": merchant["id"], "uri": merchant["uri"]}
	}
	id := prefixKey + key.ID[len(nativeKey):]
	return object{
		"_type": "api_key", "_uris": object{}, "id": id, "uri": root + "/api_keys/" + id, "created_at": stamp(key.Created),
		"meta": object{}, "merchant": merchant,
	}
}

// showMerchant writes the business that a key is of.
func (f *Handler) showMerchant(c *customers.Customer) object {
	id := f.merchantID(c.ID)
	uri := root + "/merchants/" + id
	shown := object{
		"_type": "merchant", "id": id, "uri": uri, "_uris": object{"api_keys_uri": link("page", "api_keys"), "accounts_uri": link("page", "accounts"), "marketplace_uri": link("marketplace", "marketplace")},
		"created_at": stamp(view.Stamp(c.Created)), "type": "business", "name": orNull(c.Name), "email_address": orNull(c.Email),
		"phone_number": nil, "street_address": nil, "city": nil, "region": nil, "postal_code": nil, "country_code": nil,
		"meta": showMeta(c.Meta), "api_keys_uri": root + "/api_keys", "accounts_uri": uri + "/accounts",
		"marketplace_uri": root + "/marketplaces/" + f.marketplaceID(c.ID), // where the vendor's Ruby client looks for its marketplace
	}
	if c.Contact != nil {
		shown["phone_number"] = orNull(c.Contact.Phone)
	}
	if a := c.Address; a != nil {
		shown["street_address"], shown["city"], shown["region"] = orNull(a.Street1), orNull(a.City), orNull(a.State)
		shown["postal_code"], shown["country_code"] = orNull(a.PostalCode), orNull(a.Country)
	}
	return shown
}

func (f *Handler) merchantID(id tenancy.ID) string {
	return dialect.Prefixed(pick(f.options.Sandbox, "TEST-MR", "MR"), id)
}

// merchant returns the business of the caller's key, if the caller may read it.
func (f *Handler) merchant(x *dialect.Request) (object, error) {
	found, err := f.service.Balanced.Marketplace(x.Caller)
	if err != nil {
		return nil, err
	}
	return f.showMerchant(found.Owner), nil
}

// listMerchants serves the page of the one business that a key is of.
func (f *Handler) listMerchants(x *dialect.Request) (idempotency.Answer, error) {
	q, err := readQuery(x, nil)
	if err != nil {
		return idempotency.Answer{}, err
	}
	shown, err := f.merchant(x)
	if err != nil {
		return idempotency.Answer{}, err
	}
	all := []object{shown}
	return answer(http.StatusOK, q.page(root+"/merchants", int64(len(all)), slice(q, all)))
}

func (f *Handler) getMerchant(x *dialect.Request) (idempotency.Answer, error) {
	shown, err := f.merchant(x)
	if err == nil && shown["id"] != x.Parameter("merchant") {
		err = fault.NotFoundError()
	}
	if err != nil {
		return idempotency.Answer{}, err
	}
	return answer(http.StatusOK, shown)
}
