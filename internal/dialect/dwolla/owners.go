package dwolla

import (
	"context"
	"strings"

	"tenantry/customers"
	"tenantry/customers/evidence"
	"tenantry/customers/fields"
	"tenantry/customers/idempotency"
	"tenantry/customers/view"
	"tenantry/internal/check"
	"tenantry/internal/dialect"
	"tenantry/internal/patch"
	"tenantry/internal/secret"
)

// ownerBody is a beneficial owner as sent.
type ownerBody struct {
	FirstName   patch.Field[string]       `json:"firstName"`
	LastName    patch.Field[string]       `json:"lastName"`
	DateOfBirth patch.Field[secret.Text]  `json:"dateOfBirth"`
	SSN         patch.Field[secret.Text]  `json:"ssn"`
	Passport    patch.Field[passportBody] `json:"passport"`
	Address     patch.Field[addressBody]  `json:"address"`
}

func readOwner(x *dialect.Request) (fields.OwnerInput, error) {
	var b ownerBody
	if err := bindAll(x.Content, &b, ownerWords); err != nil {
		return fields.OwnerInput{}, err
	}
	input := fields.OwnerInput{
		PersonalTaxID: b.SSN, Passport: convert(b.Passport, passportBody.input), Attempt: x.Attempt.ID,
		Address: convert(b.Address, func(a addressBody) fields.AddressInput {
			return fields.AddressInput{
				Street1: a.Address1, Street2: joined(a.Address2, a.Address3), City: a.City, State: a.Region,
				PostalCode: a.PostalCode, Country: a.Country,
			}
		}),
	}
	if b.FirstName.Set || b.LastName.Set || b.DateOfBirth.Set {
		input.Contact = patch.Of(fields.ContactInput{FirstName: b.FirstName, LastName: b.LastName, DateOfBirth: b.DateOfBirth})
	}
	return input, nil
}

// joined puts the third line of an address behind the second, which is the last that
// records of owners have.
func joined(second, third patch.Field[string]) patch.Field[string] {
	if !third.Given() || third.Value == "" {
		return second
	}
	return patch.Of(strings.TrimPrefix(second.Value+", "+third.Value, ", "))
}

type shownOwner struct {
	Links        links         `json:"_links"`
	ID           string        `json:"id"`
	FirstName    string        `json:"firstName"`
	LastName     string        `json:"lastName"`
	Address      *shownAddress `json:"address,omitempty"`
	Verification string        `json:"verificationStatus"` // verified, document, incomplete
	Created      view.Stamp    `json:"created"`
}

func showOwner(base string, o view.OwnerView) shownOwner {
	self := base + "/beneficial-owners/" + uuid(o.ID)
	shown := shownOwner{
		Links: links{"self": to(self, "beneficial-owner")}, ID: uuid(o.ID), Verification: string(o.VerificationStatus), Created: o.Created,
	}
	if o.VerificationStatus == customers.OwnerDocument {
		shown.Links["verify-with-document"] = to(self+"/documents", "document")
	}
	if o.Contact != nil {
		shown.FirstName, shown.LastName = o.Contact.FirstName, o.Contact.LastName
	}
	if a := o.Address; a != nil {
		shown.Address = &shownAddress{
			Address1: a.Street1, Address2: a.Street2, City: a.City, Region: a.State, PostalCode: a.PostalCode,
			Country: check.CountryAlpha2(a.Country),
		}
	}
	return shown
}

func (f *Handler) addOwner(x *dialect.Request) (idempotency.Answer, error) {
	_, id, err := f.findCustomer(x)
	if err != nil {
		return idempotency.Answer{}, err
	}
	input, err := readOwner(x)
	if err != nil {
		return idempotency.Answer{}, err
	}
	answer, err := dialect.Answered(x, func(ctx context.Context) (view.OwnerView, error) {
		return f.service.Evidence.AddOwner(ctx, x.Caller, id, input)
	}, func(added view.OwnerView) (idempotency.Answer, error) {
		return f.created(x, "/beneficial-owners/"+uuid(added.ID))
	})
	return answer, in(ownerWords, err)
}

func (f *Handler) listOwners(x *dialect.Request) (idempotency.Answer, error) {
	_, id, err := f.findCustomer(x)
	if err != nil {
		return idempotency.Answer{}, err
	}
	list, err := f.service.Evidence.Owners(x, x.Caller, id)
	if err != nil {
		return idempotency.Answer{}, err
	}
	base := f.base(x.Request)
	items := make([]shownOwner, 0, len(list))
	for _, o := range list {
		items = append(items, showOwner(base, o))
	}
	return show(object{
		"_links":    links{"self": to(base+"/customers/"+uuid(id)+"/beneficial-owners", "beneficial-owner")},
		"_embedded": object{"beneficial-owners": items}, "total": len(items),
	})
}

// onOwner answers with the owner of the path after a step that returns it.
func (f *Handler) onOwner(x *dialect.Request, act func(ctx context.Context, part evidence.SubresourceRef) (view.OwnerView, error)) (idempotency.Answer, error) {
	id, err := identify(x)
	if err != nil {
		return idempotency.Answer{}, err
	}
	answer, err := dialect.Answered(x, func(ctx context.Context) (view.OwnerView, error) {
		return act(ctx, evidence.SubresourceRef{ID: id})
	}, func(found view.OwnerView) (idempotency.Answer, error) {
		return show(showOwner(f.base(x.Request), found))
	})
	return answer, in(ownerWords, err)
}

func (f *Handler) getOwner(x *dialect.Request) (idempotency.Answer, error) {
	return f.onOwner(x, func(ctx context.Context, part evidence.SubresourceRef) (view.OwnerView, error) {
		return f.service.Evidence.Owner(ctx, x.Caller, part)
	})
}

func (f *Handler) updateOwner(x *dialect.Request) (idempotency.Answer, error) {
	return f.onOwner(x, func(ctx context.Context, part evidence.SubresourceRef) (view.OwnerView, error) {
		input, err := readOwner(x)
		if err != nil {
			return view.OwnerView{}, err
		}
		return f.service.Evidence.UpdateOwner(ctx, x.Caller, part, input)
	})
}

func (f *Handler) removeOwner(x *dialect.Request) (idempotency.Answer, error) {
	return f.onOwner(x, func(ctx context.Context, part evidence.SubresourceRef) (view.OwnerView, error) {
		return f.service.Evidence.RemoveOwner(ctx, x.Caller, part)
	})
}

func (f *Handler) getOwnership(x *dialect.Request) (idempotency.Answer, error) {
	_, id, err := f.findCustomer(x)
	if err != nil {
		return idempotency.Answer{}, err
	}
	found, err := f.service.Evidence.Ownership(x, x.Caller, id)
	if err != nil {
		return idempotency.Answer{}, err
	}
	return f.showOwnership(x, id, found)
}

func (f *Handler) certifyOwnership(x *dialect.Request) (idempotency.Answer, error) {
	_, id, err := f.findCustomer(x)
	if err != nil {
		return idempotency.Answer{}, err
	}
	var body evidence.OwnershipInput
	if err := bindAll(x.Content, &body, plainWords); err != nil {
		return idempotency.Answer{}, err
	}
	answer, err := dialect.Answered(x, func(ctx context.Context) (evidence.OwnershipView, error) {
		return f.service.Evidence.CertifyOwnership(ctx, x.Caller, id, body)
	}, func(certified evidence.OwnershipView) (idempotency.Answer, error) {
		return f.showOwnership(x, id, certified)
	})
	return answer, in(plainWords, err)
}

func (f *Handler) showOwnership(x *dialect.Request, id string, o evidence.OwnershipView) (idempotency.Answer, error) {
	href := f.base(x.Request) + "/customers/" + uuid(id) + "/beneficial-ownership"
	return show(object{"_links": links{"self": to(href, "beneficial-ownership")}, "status": o.Status})
}
