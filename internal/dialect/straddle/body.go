package straddle

import (
	"bytes"
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"strings"

	"tenantry/customers"
	"tenantry/internal/fault"
	"tenantry/internal/patch"
	"tenantry/internal/secret"
)

// customerBody is a customer as sent.
type customerBody struct {
	Name       patch.Field[string]      `json:"name"`
	Type       patch.Field[string]      `json:"type"` // creation only
	Email      patch.Field[string]      `json:"email"`
	Phone      patch.Field[string]      `json:"phone"`
	Device     patch.Field[deviceBody]  `json:"device"`
	Status     patch.Field[string]      `json:"status"` // change only
	Address    patch.Field[addressBody] `json:"address"`
	Profile    patch.Field[profileBody] `json:"compliance_profile"`
	Config     patch.Field[configBody]  `json:"config"` // creation only
	ExternalID patch.Field[string]      `json:"external_id"`
	Metadata   patch.Field[patch.Raw]   `json:"metadata"`
}

type deviceBody struct {
	IPAddress patch.Field[secret.Text] `json:"ip_address"`
}

type addressBody struct {
	Address1 patch.Field[string] `json:"address1"`
	Address2 patch.Field[string] `json:"address2"`
	City     patch.Field[string] `json:"city"`
	State    patch.Field[string] `json:"state"`
	ZIP      patch.Field[string] `json:"zip"`
}

// profileBody is a profile of either kind: only its members show which.
type profileBody struct {
	DateOfBirth     patch.Field[secret.Text]          `json:"dob"`
	SSN             patch.Field[secret.Text]          `json:"ssn"`
	EIN             patch.Field[secret.Text]          `json:"ein"`
	LegalName       patch.Field[string]               `json:"legal_business_name"`
	Website         patch.Field[string]               `json:"website"`
	Representatives patch.Field[[]representativeBody] `json:"representatives"`
}

type representativeBody struct {
	Name  patch.Field[string] `json:"name"`
	Email patch.Field[string] `json:"email"`
	Phone patch.Field[string] `json:"phone"`
}

type configBody struct {
	ProcessingMethod patch.Field[string] `json:"processing_method"`
	SandboxOutcome   patch.Field[string] `json:"sandbox_outcome"`
}

type decisionBody struct {
	Status patch.Field[string] `json:"status"`
}

// bind reads a body. Members that are not known are ignored; what has another type
// than its field, and a body that is no object, cannot be bound.
func bind(content []byte, into any) error {
	err := patch.Decode(content, into)
	refused, ok := errors.AsType[*fault.Error](err)
	if !ok {
		return err
	}
	if refused.Kind == fault.Malformed {
		return unbound(item{Detail: sentence(refused.Text)})
	}
	var items []item
	for _, v := range append([]fault.Violation{refused.Violation}, refused.More...) {
		if v.Detail == fault.Unknown {
			continue
		}
		items = append(items, pascalItem(v.Field, v.Text))
	}
	if len(items) == 0 {
		return nil
	}
	return unbound(items...)
}

func pascalItem(field, text string) item {
	reference := pascal(field)
	return item{Reference: &reference, Detail: sentence(text)}
}

// pascal writes the path of a field as the vendor does where binding fails:
// `Device.IpAddress`.
func pascal(path string) string {
	parts := strings.Split(path, ".")
	for i, part := range parts {
		words := strings.Split(part, "_")
		for j, word := range words {
			if word != "" {
				words[j] = strings.ToUpper(word[:1]) + word[1:]
			}
		}
		parts[i] = strings.Join(words, "")
	}
	return strings.Join(parts, ".")
}

// nothing reports whether a body holds nothing at all, which the vendor does not bind.
func nothing(content []byte) bool {
	var members map[string]json.RawMessage
	return len(bytes.TrimSpace(content)) == 0 || (json.Unmarshal(content, &members) == nil && members != nil && len(members) == 0)
}

// lacking refuses a body without anything, which lacks all that is required.
func lacking(required ...string) error {
	items := make([]item, 0, len(required))
	for _, field := range required {
		items = append(items, pascalItem(field, field+" is required"))
	}
	return unbound(items...)
}

// bindCustomer reads a customer; required are the members that a body without any
// is told to lack.
func bindCustomer(content []byte, required ...string) (customerBody, error) {
	var body customerBody
	if len(required) > 0 && nothing(content) {
		return body, lacking(required...)
	}
	if err := bind(content, &body); err != nil {
		return body, err
	}
	return body, textsOnly(body.Metadata)
}

// textsOnly refuses metadata with anything but texts in it; a null leaves its key out.
func textsOnly(field patch.Field[patch.Raw]) error {
	if !field.Given() {
		return nil
	}
	var values map[string]*string
	if json.Unmarshal(field.Value, &values) != nil {
		return unbound(pascalItem("metadata", "must be an object whose values are strings"))
	}
	return nil
}

// kindOf returns the kind of a profile, by its members.
func (p profileBody) kindOf(otherwise customers.PartyType) customers.PartyType {
	business := slices.Contains([]bool{p.EIN.Set, p.LegalName.Set, p.Website.Set, p.Representatives.Set}, true)
	personal := p.DateOfBirth.Set || p.SSN.Set
	switch {
	case business && !personal, business && otherwise == customers.PartyIndividual:
		return customers.PartyBusiness
	case personal:
		return customers.PartyIndividual
	default:
		return otherwise
	}
}

// unnamed returns which of the main members a profile leaves out, by their native paths: it
// names both, be they null.
func (p profileBody) unnamed(otherwise customers.PartyType) (paths []string) {
	main := map[string]bool{"legalEntity.businessTaxId": p.EIN.Set, "legalEntity.businessName": p.LegalName.Set}
	if p.kindOf(otherwise) == customers.PartyIndividual {
		main = map[string]bool{"contact.dateOfBirth": p.DateOfBirth.Set, "legalEntity.personalTaxId": p.SSN.Set}
	}
	for _, path := range slices.Sorted(maps.Keys(main)) {
		if !main[path] {
			paths = append(paths, path)
		}
	}
	return paths
}
