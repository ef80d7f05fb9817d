package dwolla

import (
	"tenantry/customers"
	"tenantry/customers/reviews"
	"tenantry/internal/dialect"
	"tenantry/internal/dialect/dwolla/status"
)

// customerLinks are what can be done with a customer in its state: clients test for
// a link before they offer what it stands for.
func customerLinks(base string, c *customers.Customer) links {
	self := base + "/customers/" + dialect.UUID(c.ID)
	l := links{"self": to(self, "customer")}
	business := status.EnrollmentTypeOf(c) == customers.EnrollmentBusiness
	switch status.Of(c) {
	case status.Unverified, status.Verified:
		l.editable(self)
		l.banks(self)
	case status.Retry:
		l.editable(self)
		l.banks(self)
		if c.Identity.Status == reviews.IdentityRetry {
			l["retry-verification"] = to(self, "customer")
			if business {
				l["retry-with-full-ssn"] = to(self, "customer")
			}
		}
	case status.KBA:
		l["deactivate"] = to(self, "customer")
		l["verify-kba"] = to(self+"/kba", "kba")
	case status.Document:
		l.banks(self)
		l["document-form"] = form(self + "/documents")
		l[documentLink(c)] = to(self+"/documents", "document")
	case status.Deactivated:
		l["reactivate"] = to(self, "customer")
		return l
	case status.Suspended:
		return l
	}
	if business {
		l.owners(self, c)
	}
	return l
}

// form is a link that has a form too, for clients that ask for its profile.
func form(href string) link {
	return link{Href: href, Type: mediaHAL + `; profile="` + profileForms + `"`, Resource: "customer"}
}

func (l links) editable(self string) {
	l["edit"], l["edit-form"], l["deactivate"] = to(self, "customer"), form(self), to(self, "customer")
}

// banks are the links of whom money could be moved from or to elsewhere: here are the banks
// alone, and no transfers among them.
func (l links) banks(self string) {
	l["funding-sources"], l["transfers"] = to(self+"/funding-sources", "funding-source"), to(self+"/transfers", "transfer")
}

// documentLink names whose documents are wanted.
func documentLink(c *customers.Customer) string {
	if status.EnrollmentTypeOf(c) != customers.EnrollmentBusiness {
		return "verify-with-document"
	}
	if c.Enrollment != nil && c.Enrollment.Controller != nil {
		return "verify-controller-and-business-with-document"
	}
	return "verify-business-with-document"
}

// owners asks a business for its beneficial owners.
func (l links) owners(self string, c *customers.Customer) {
	status := c.OwnershipStatus()
	if status == customers.OwnershipExempt {
		return
	}
	l["beneficial-owners"] = to(self+"/beneficial-owners", "beneficial-owner")
	if status == customers.OwnershipCertified {
		return
	}
	l["verify-beneficial-owners"] = to(self+"/beneficial-owners", "beneficial-owner")
	l["certify-beneficial-ownership"] = to(self+"/beneficial-ownership", "beneficial-ownership")
}
