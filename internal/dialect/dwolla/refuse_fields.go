package dwolla

import (
	"errors"
	"strings"

	"tenantry/internal/dialect"
	"tenantry/internal/dialect/dwolla/rules"
	"tenantry/internal/fault"
)

// embeddedError names one failing member by its JSON pointer.
type embeddedError struct {
	Code    string `json:"code"`
	Message string `json:"message"`
	Path    string `json:"path"`
	Links   links  `json:"_links"`
}

// located is a refusal of what was read with a vocabulary of its own.
type located struct {
	error
	words vocabulary
}

func (l *located) Unwrap() error { return l.error }

// embedded lists the failing members.
func (f *Handler) embedded(x *dialect.Request, err error, cause *fault.Error) []embeddedError {
	words := customerWords
	if told, ok := errors.AsType[*located](err); ok {
		words = told.words
	}
	var list []embeddedError
	for _, v := range append([]fault.Violation{cause.Violation}, cause.More...) {
		path := ""
		if v.Field != "" {
			path = "/" + strings.ReplaceAll(words.vendor(v.Field), ".", "/")
		}
		shown := embeddedError{Path: path, Links: links{}}
		shown.Code, shown.Message = describe(v, path)
		if cause.Code == rules.CodeWrongAmounts {
			shown.Code, shown.Message = "InvalidAmount", "Wrong amount(s)."
		}
		if v.Detail == fault.Duplicate && cause.Holder != "" {
			shown.Links["about"] = to(f.base(x.Request)+"/customers/"+uuid(cause.Holder), "customer")
		}
		list = append(list, shown)
	}
	return list
}

// describe returns the code of a violation and the sentence that goes with it.
func describe(v fault.Violation, path string) (code, message string) {
	name := path[strings.LastIndexByte(path, '/')+1:]
	subject := name
	if name != "" {
		subject = strings.ToUpper(name[:1]) + name[1:]
	}
	switch v.Detail {
	case fault.Missing:
		return "Required", subject + " required."
	case fault.BadFormat:
		return "InvalidFormat", subject + " invalid."
	case fault.NotAllowed:
		return "NotAllowed", subject + " value not allowed."
	case fault.Immutable:
		return "ReadOnly", subject + " cannot be changed."
	case fault.Duplicate:
		return "Duplicate", "A customer with the specified " + name + " already exists."
	default:
		return "Invalid", subject + " invalid."
	}
}

// vocabulary has the vendor's words beside ours, each a whole path.
type vocabulary [][2]string

// vendor returns a path of ours in the vendor's words; what has none stays.
func (words vocabulary) vendor(ours string) string {
	for _, pair := range words {
		if pair[1] == ours {
			return pair[0]
		}
	}
	return ours
}

// ours returns a path of the vendor's in our words; what has none stays.
func (words vocabulary) ours(vendor string) string {
	for _, pair := range words {
		if pair[0] == vendor {
			return pair[1]
		}
	}
	return vendor
}

// customerWords are the members of a customer; it never changes.
var customerWords = vocabulary{
	{"firstName", "contact.firstName"}, {"lastName", "contact.lastName"}, {"ipAddress", "device.ipAddress"},
	{"businessName", "legalEntity.businessName"}, {"doingBusinessAs", "merchant.businessName"}, {"website", "merchant.businessUrl"},
	{"correlationId", "externalId"}, {"address1", "address.street1"}, {"address2", "address.street2"}, {"city", "address.city"},
	{"state", "address.state"}, {"postalCode", "address.postalCode"}, {"phone", "contact.phone"}, {"dateOfBirth", "contact.dateOfBirth"},
	{"ssn", "legalEntity.personalTaxId"}, {"ein", "legalEntity.businessTaxId"}, {"controller.ssn", "controller.personalTaxId"},
	{"controller.address.address1", "controller.address.street1"}, {"controller.address.address2", "controller.address.street2"},
	{"controller.address.address3", "controller.address.street3"}, {"controller.address.stateProvinceRegion", "controller.address.state"},
}

// taxWords are customerWords for who sent `tin`.
var taxWords = append(vocabulary{{"tin", "legalEntity.personalTaxId"}, {"tin", "legalEntity.businessTaxId"}}, customerWords...)

// ownerWords are the members of a beneficial owner; it never changes.
var ownerWords = vocabulary{
	{"firstName", "contact.firstName"}, {"lastName", "contact.lastName"}, {"dateOfBirth", "contact.dateOfBirth"}, {"ssn", "personalTaxId"},
	{"address.address1", "address.street1"}, {"address.address2", "address.street2"}, {"address.stateProvinceRegion", "address.state"},
}

// fundingWords are the members of a funding source; it never changes.
var fundingWords = vocabulary{{"name", "nickname"}, {"bankAccountType", "accountType"}}

// plainWords are for what has the same words in both.
var plainWords = vocabulary{}

// in puts an error into the vocabulary of what was read.
func in(words vocabulary, err error) error {
	if err == nil {
		return nil
	}
	return &located{error: err, words: words}
}
