package view

import (
	"fmt"
	"time"

	"tenantry/customers"
	"tenantry/internal/secret"
	"tenantry/tenancy"
)

// showing says what a representation shows beyond its masked form. With nothing but the
// moment set it is the form of events.
type showing struct {
	// parent names the customer above.
	parent bool
	// open, when set, unseals a value of a customer: dates of birth for answers.
	open func(part tenancy.ID, kind string, sealed *customers.Sealed) string
	// part is the bank or owner that is being shown, zero for the customer itself.
	part tenancy.ID
	// full also shows tax and account numbers in full.
	full bool
	// at is the moment of planStatus.
	at time.Time
}

// View returns the native representation of a customer for the caller, which must have
// been allowed to read it. It returns internal errors only.
func (s *Presenter) View(caller tenancy.Caller, c *customers.Customer) (View, error) {
	return s.For(caller, c, false)
}

// For is View; in full it shows tax and account numbers too.
func (s *Presenter) For(caller tenancy.Caller, c *customers.Customer, full bool) (view View, failed error) {
	open := func(part tenancy.ID, kind string, sealed *customers.Sealed) string {
		plain, err := s.Open(c, part, kind, sealed)
		if err != nil && failed == nil {
			failed = fmt.Errorf("showing customer %s: %w", c.Ref(), err)
		}
		return plain.Reveal()
	}
	view = s.present(c, showing{parent: tenancy.IsAbove(caller.Actor, c), open: open, full: full, at: s.now()})
	return view, failed
}

// Open returns a sealed value of a part of a customer in clear, of the customer itself if
// the part is zero; nil is the empty text.
func (s *Presenter) Open(c *customers.Customer, part tenancy.ID, kind string, sealed *customers.Sealed) (secret.Text, error) {
	if sealed == nil {
		return secret.Text{}, nil
	}
	plain, err := s.sealer.Unseal(c.Ref(), part, kind, sealed.Box)
	if err != nil {
		return secret.Text{}, fmt.Errorf("opening %s: %w", kind, err)
	}
	return plain, nil
}

func (s *Presenter) present(c *customers.Customer, show showing) View {
	status := s.PlanStatusAt(c, show.at)
	view := View{
		ID: c.ID.String(), Object: "customer", Kind: c.PartyType, Type: c.EnrollmentType, Enrollment: show.enrollment(c.Enrollment), Name: c.Name, Email: c.Email,
		PlanKey: c.PlanKey, PlanName: status.Plan, Description: c.Description, MerchantKey: c.MerchantKey,
		VanityName: c.VanityName, ExternalID: c.ExternalID, Status: c.Status, PlanStatus: &status,
		Address: ShowAddress(c.Address), Contact: show.contact(c.Contact), LegalEntity: show.legalEntity(c.LegalEntity),
		Merchant: show.merchant(c), Settings: c.Settings, DefaultSettings: c.DefaultSettings,
		Identity: &IdentityBrief{Status: c.Identity.Status}, Meta: c.Meta,
		Documents: ShowDocuments(c), Ownership: c.Ownership,
		Created: Stamp(c.Created), LastUpdated: Stamp(c.LastUpdated),
	}
	if show.parent && !c.Parent.IsZero() {
		view.ParentID = c.Parent.String()
	}
	if show.full && c.Device != nil {
		view.Device = &DeviceView{IPAddress: show.opened(customers.FieldIPAddress, c.Device.IPAddress)}
	}
	for i := range c.Banks {
		if bank := &c.Banks[i]; bank.IsDefault {
			view.DefaultBank = show.bank(bank)
		}
	}
	if len(c.Users) > 0 {
		user := ShowUser(&c.Users[0])
		view.User, view.Username = &user, user.Username
	}
	return view
}

// ShowAddress returns the representation of an address, or nil.
func ShowAddress(a *customers.Address) *AddressView {
	if a == nil {
		return nil
	}
	return &AddressView{
		ID: a.ID.String(), Object: "address", Street1: a.Street1, Street2: a.Street2, City: a.City, State: a.State,
		PostalCode: a.PostalCode, Country: a.Country, Status: Active,
		Created: Stamp(a.Created), LastUpdated: Stamp(a.LastUpdated),
	}
}

func (show showing) contact(c *customers.Contact) *ContactView {
	if c == nil {
		return nil
	}
	return &ContactView{
		ID: c.ID.String(), Object: "contact", FirstName: c.FirstName, LastName: c.LastName, Email: c.Email,
		Phone: c.Phone, DateOfBirth: show.opened(customers.FieldDateOfBirth, c.DateOfBirth),
		Facebook: c.Facebook, Twitter: c.Twitter,
		Created: Stamp(c.Created), LastUpdated: Stamp(c.LastUpdated),
	}
}

// opened returns a sealed value in clear where this showing may open it, else the empty
// text.
func (show showing) opened(kind string, sealed *customers.Sealed) string {
	if sealed == nil || show.open == nil {
		return ""
	}
	return show.open(show.part, kind, sealed)
}

// fully is opened for the values that only an unmasked answer shows.
func (show showing) fully(kind string, sealed *customers.Sealed) string {
	if !show.full {
		return ""
	}
	return show.opened(kind, sealed)
}

func (show showing) legalEntity(l *customers.LegalEntity) *LegalEntityView {
	if l == nil {
		return nil
	}
	view := &LegalEntityView{
		Object: "legalEntity", EntityType: l.EntityType, BusinessName: l.BusinessName,
		BusinessTaxID: show.fully(customers.FieldBusinessTaxID, l.BusinessTaxID), Last4BusinessTaxID: last4(l.BusinessTaxID),
		BusinessSalesVolume: l.BusinessSalesVolume, BusinessAcceptedCards: l.BusinessAcceptedCards,
		YearsInBusiness: l.YearsInBusiness,
		PersonalTaxID:   show.fully(customers.FieldPersonalTaxID, l.PersonalTaxID), Last4PersonalTaxID: last4(l.PersonalTaxID),
		StakePercent: l.StakePercent, BusinessAddress: ShowAddress(l.BusinessAddress),
		PersonalAddress: ShowAddress(l.PersonalAddress), PersonalContact: show.contact(l.PersonalContact),
	}
	for _, r := range l.Representatives {
		view.Representatives = append(view.Representatives, RepresentativeView(r))
	}
	for i := range l.AdditionalOwners {
		view.AdditionalOwners = append(view.AdditionalOwners, show.owner(&l.AdditionalOwners[i]))
	}
	return view
}

// of returns the showing of what is sealed for a part.
func (show showing) of(part tenancy.ID) showing {
	return showing{parent: show.parent, open: show.open, part: part, full: show.full, at: show.at}
}

func (show showing) owner(o *customers.Owner) OwnerView {
	own := show.of(o.ID)
	view := OwnerView{
		VerificationStatus: o.Status(),
		ID:                 o.ID.String(), Object: "legalEntityAdditionalOwner", StakePercent: o.StakePercent, Title: o.Title,
		PersonalTaxID: own.fully(customers.FieldPersonalTaxID, o.PersonalTaxID), Last4PersonalTaxID: last4(o.PersonalTaxID),
		Address: ShowAddress(o.Address), Contact: own.contact(o.Contact),
		Created: Stamp(o.Created), LastUpdated: Stamp(o.LastUpdated),
	}
	if p := o.Passport; p != nil {
		view.Passport = &PassportView{Number: own.fully(customers.FieldPassportNumber, p.Number), Last4: last4(p.Number), Country: p.Country}
	}
	return view
}

func (show showing) merchant(c *customers.Customer) *MerchantView {
	m := c.Merchant
	if m == nil {
		return nil
	}
	view := &MerchantView{
		Object: "merchant", BusinessName: m.BusinessName, BusinessURL: m.BusinessURL, BusinessLogo: m.BusinessLogo,
		SupportEmail: m.SupportEmail, SupportPhone: m.SupportPhone, SupportURL: m.SupportURL,
		ProductDescription: m.ProductDescription, StatementDescriptor: m.StatementDescriptor,
		DefaultCurrency: m.DefaultCurrency, MerchantCategoryCode: m.MerchantCategoryCode,
		BusinessAddress: ShowAddress(m.BusinessAddress), PersonalContact: show.contact(m.PersonalContact),
	}
	for i := range c.Banks {
		if bank := &c.Banks[i]; bank.ID == m.BankID {
			view.Bank = &BankBrief{ID: bank.ID.String(), Object: "bank", Last4: bank.AccountNumber.Last4}
		}
	}
	return view
}

// last4 returns the last digits of a sealed value, empty for nil.
func last4(s *customers.Sealed) string {
	if s == nil {
		return ""
	}
	return s.Last4
}
