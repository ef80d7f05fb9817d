package onboarding

import (
	"maps"
	"net/url"
	"slices"
	"strings"
	"tenantry/customers"

	"golang.org/x/text/language"
	"golang.org/x/text/language/display"

	"tenantry/internal/check"
	"tenantry/internal/console/page"
	"tenantry/internal/fault"
)

// input is one control of a page.
type input struct {
	// name is the native path of the value, and the name of the control.
	name string
	// kind is the type of the control: text by default, else that of HTML, radio, country.
	kind string
	// words is the key of its label, hint and faults where it is not the name: members of
	// every address share theirs.
	words                   string
	autocomplete, inputmode string
	length                  int
	// choices are the values to choose from; the words of each stand under choice.<value>.
	choices []string
	// optional controls may stay empty; local ones where the country of their address has
	// no such thing, or need not.
	optional, local bool
	// secret values are not shown again, not even in a form that is refused.
	secret bool
	unit   string
}

// key returns the key of the control's words.
func (i input) key() string {
	if i.words != "" {
		return i.words
	}
	return i.name
}

// controls are the controls of each path that can be asked for, in their order.
var controls = map[string][]input{
	"legalEntity.entityType":                  {{name: "legalEntity.entityType", kind: "radio", choices: []string{"ISP", "LLC", "CORP"}}},
	"legalEntity.businessName":                {{name: "legalEntity.businessName", autocomplete: "organization", length: 256}},
	"legalEntity.businessTaxId":               {{name: "legalEntity.businessTaxId", inputmode: "numeric", autocomplete: "off", length: 40, secret: true}},
	"legalEntity.businessAddress":             address("legalEntity.businessAddress"),
	"legalEntity.personalContact.firstName":   {{name: "legalEntity.personalContact.firstName", autocomplete: "given-name", length: 128}},
	"legalEntity.personalContact.lastName":    {{name: "legalEntity.personalContact.lastName", autocomplete: "family-name", length: 128}},
	"legalEntity.personalContact.email":       {{name: "legalEntity.personalContact.email", kind: "email", autocomplete: "email", length: 128}},
	"legalEntity.personalContact.phone":       {{name: "legalEntity.personalContact.phone", words: "phone", kind: "tel", autocomplete: "tel", length: 24}},
	"legalEntity.personalContact.dateOfBirth": {{name: "legalEntity.personalContact.dateOfBirth", words: "dateOfBirth", kind: "date", autocomplete: "bday"}},
	"legalEntity.personalTaxId":               {{name: "legalEntity.personalTaxId", inputmode: "numeric", autocomplete: "off", length: 40, secret: true}},
	"legalEntity.stakePercent":                {{name: "legalEntity.stakePercent", inputmode: "decimal", length: 6, unit: "%"}},
	"legalEntity.personalAddress":             address("legalEntity.personalAddress"),
	"legalEntity.businessSalesVolume":         {{name: "legalEntity.businessSalesVolume", inputmode: "decimal", length: 18, unit: "$"}},
	"legalEntity.yearsInBusiness":             {{name: "legalEntity.yearsInBusiness", inputmode: "numeric", length: 3}},
	"merchant.businessName":                   {{name: "merchant.businessName", autocomplete: "organization", length: 256}},
	"merchant.businessUrl":                    {{name: "merchant.businessUrl", kind: "url", autocomplete: "url", length: 128}},
	"merchant.productDescription":             {{name: "merchant.productDescription", kind: "textarea", length: 512}},
	"merchant.merchantCategoryCode":           {{name: "merchant.merchantCategoryCode", inputmode: "numeric", length: 4}},
	"merchant.statementDescriptor":            {{name: "merchant.statementDescriptor", length: 20}},
	"merchant.supportEmail":                   {{name: "merchant.supportEmail", kind: "email", length: 128}},
	"merchant.supportPhone":                   {{name: "merchant.supportPhone", words: "phone", kind: "tel", length: 16}},
	"merchant.supportUrl":                     {{name: "merchant.supportUrl", kind: "url", length: 128}},
	"contact.firstName":                       {{name: "contact.firstName", words: "legalEntity.personalContact.firstName", autocomplete: "given-name", length: 128}},
	"contact.lastName":                        {{name: "contact.lastName", words: "legalEntity.personalContact.lastName", autocomplete: "family-name", length: 128}},
	"contact.phone":                           {{name: "contact.phone", words: "phone", kind: "tel", autocomplete: "tel", length: 24}},
	"address":                                 address("address"),
}

func address(path string) []input {
	return []input{
		{name: path + ".country", words: "country", kind: "country", autocomplete: "country"},
		{name: path + ".street1", words: "street1", autocomplete: "address-line1", length: 256},
		{name: path + ".street2", words: "street2", autocomplete: "address-line2", length: 256, optional: true},
		{name: path + ".city", words: "city", autocomplete: "address-level2", length: 256},
		{name: path + ".state", words: "state", autocomplete: "address-level1", length: 64, local: true},
		{name: path + ".postalCode", words: "postalCode", autocomplete: "postal-code", length: 16, local: true},
	}
}

// bankControls are those of a bank account.
var bankControls = []input{
	{name: "country", words: "bank.country", kind: "select", choices: []string{"USA", "CAN"}},
	{name: "nameOnAccount", length: 128, autocomplete: "off"},
	{name: "accountHolderType", kind: "radio", choices: []string{"company", "individual"}},
	{name: "accountType", kind: "radio", choices: []string{"checking", "savings"}},
	{name: "routingNumber", inputmode: "numeric", autocomplete: "off", length: 16},
	{name: "accountNumber", inputmode: "numeric", autocomplete: "off", length: 34, secret: true},
}

// depositControls are the amounts of the two deposits, in whole cents.
var depositControls = []input{
	{name: "amounts.0", words: "amount.first", inputmode: "numeric", autocomplete: "off", length: 5, unit: "¢"},
	{name: "amounts.1", words: "amount.second", inputmode: "numeric", autocomplete: "off", length: 5, unit: "¢"},
}

// ownerControls are those of a further owner.
var ownerControls = slices.Concat([]input{
	{name: "contact.firstName", words: "legalEntity.personalContact.firstName", autocomplete: "off", length: 128},
	{name: "contact.lastName", words: "legalEntity.personalContact.lastName", autocomplete: "off", length: 128},
	{name: "contact.dateOfBirth", words: "dateOfBirth", kind: "date", autocomplete: "off"},
	{name: "personalTaxId", words: "owner.personalTaxId", inputmode: "numeric", autocomplete: "off", length: 16, secret: true},
}, address("address"))

// corrected is what decides which data a second review of an identity looks at.
type corrected struct{ business, enrolled, managed bool }

// correctedOf returns what decides it for a customer. A business of an enrolled customer is
// managed by a person, unless that person is the business.
func correctedOf(c *customers.Customer) corrected {
	is := corrected{business: c.IsBusiness(), enrolled: c.EnrollmentType != ""}
	is.managed = is.enrolled && is.business && c.Enrollment != nil && c.Enrollment.Controller != nil
	return is
}

// correctControls are all the data that a second review of an identity looks at; that of an
// enrolled customer wants its e-mail address too, and that of a business that somebody
// manages looks at the manager and not at whoever signed up.
func correctControls(is corrected) []input {
	list := []input{
		{name: "contact.firstName", words: "legalEntity.personalContact.firstName", autocomplete: "given-name", length: 128},
		{name: "contact.lastName", words: "legalEntity.personalContact.lastName", autocomplete: "family-name", length: 128},
	}
	if !is.managed {
		list = append(list,
			input{name: "contact.dateOfBirth", words: "dateOfBirth", kind: "date", autocomplete: "bday"},
			input{name: "legalEntity.personalTaxId", inputmode: "numeric", autocomplete: "off", length: 40, secret: true})
	}
	if is.enrolled {
		list = append(list, input{name: "email", words: "legalEntity.personalContact.email", kind: "email", autocomplete: "email", length: 128})
	}
	if is.business {
		list = append(list,
			input{name: "legalEntity.businessName", autocomplete: "organization", length: 256},
			input{name: "legalEntity.businessTaxId", inputmode: "numeric", autocomplete: "off", length: 40, secret: true})
	}
	list = append(list, address("address")...)
	if is.managed {
		list = append(list, managerControls...)
	}
	return list
}

// managerControls are those of the person who manages an enrolled business.
var managerControls = []input{
	{name: "controller.firstName", autocomplete: "off", length: 128},
	{name: "controller.lastName", autocomplete: "off", length: 128},
	{name: "controller.title", autocomplete: "off", length: 100},
	{name: "controller.dateOfBirth", kind: "date", autocomplete: "off"},
	{name: "controller.personalTaxId", inputmode: "numeric", autocomplete: "off", length: 40, secret: true, optional: true},
	{name: "controller.passport.number", autocomplete: "off", length: 128, secret: true, optional: true},
	{name: "controller.passport.country", kind: "country", autocomplete: "off", optional: true},
	{name: "controller.address.country", kind: "country", autocomplete: "off"},
	{name: "controller.address.street1", autocomplete: "off", length: 256},
	{name: "controller.address.city", autocomplete: "off", length: 256},
	{name: "controller.address.state", autocomplete: "off", length: 64},
	{name: "controller.address.postalCode", autocomplete: "off", length: 16, local: true},
}

// field returns the control as the page shows it.
func (i input) field(w words, form *page.Form) page.Field {
	f := page.Field{
		Name: i.name, ID: "f-" + strings.ReplaceAll(i.name, ".", "-"), Label: w.text("label." + i.key()), Hint: w.maybe("hint." + i.key()),
		Fault: form.Fault(i.name), Value: form.Value(i.name), Type: i.kind, Autocomplete: i.autocomplete, Inputmode: i.inputmode,
		MaxLength: i.length, Optional: i.optional, Unit: i.unit,
	}
	if i.secret {
		f.Value = ""
	}
	switch i.kind {
	case "":
		f.Type = "text"
	case "textarea":
		f.Rows = 3
	case "country":
		f.Type, f.Choices = "select", countries(w)
	case "radio", "select":
		if i.kind == "select" {
			f.Choices = append(f.Choices, page.Choice{Text: w.text("choose")})
		}
		for _, value := range i.choices {
			f.Choices = append(f.Choices, page.Choice{Value: value, Text: w.text("choice." + value)})
		}
	}
	return f
}

// countries returns all countries by their names, those of most customers first.
func countries(w words) []page.Choice {
	regions := display.English.Regions()
	if w.language == "es" {
		regions = display.Spanish.Regions()
	}
	first := []string{"US", "CA", "MX"}
	name := func(alpha2 string) page.Choice {
		alpha3, _ := check.Country(alpha2)
		region, _ := language.ParseRegion(alpha2) // unknown ones have no name and are left out
		return page.Choice{Value: alpha3, Text: regions.Name(region)}
	}
	list := []page.Choice{{Text: w.text("choose")}}
	for _, code := range first {
		list = append(list, name(code))
	}
	var rest []page.Choice
	for a := 'A'; a <= 'Z'; a++ {
		for b := 'A'; b <= 'Z'; b++ {
			code := string([]rune{a, b})
			if _, known := check.Country(code); known && !slices.Contains(first, code) {
				if one := name(code); one.Text != "" {
					rest = append(rest, one)
				}
			}
		}
	}
	slices.SortFunc(rest, func(x, y page.Choice) int { return strings.Compare(plain(x.Text), plain(y.Text)) })
	return append(list, rest...)
}

// plain returns a name without the accents of Spanish, for sorting.
func plain(name string) string {
	return strings.NewReplacer("Á", "A", "É", "E", "Í", "I", "Ó", "O", "Ú", "U", "Å", "A").Replace(name)
}

// typed returns what was typed into the controls, without blanks around it.
func typed(sent url.Values, list []input) url.Values {
	values := url.Values{}
	for _, i := range list {
		values.Set(i.name, strings.TrimSpace(sent.Get(i.name)))
	}
	return values
}

// shown returns what was typed as a refused form may show it: without what is secret.
func shown(values url.Values, list []input) url.Values {
	kept := maps.Clone(values)
	for _, i := range list {
		if i.secret {
			kept.Del(i.name)
		}
	}
	return kept
}

// lacking returns the faults of controls that were left empty and may not be.
func lacking(w words, list []input, values url.Values) (faults []fault.Violation) {
	for _, i := range list {
		needed := !i.optional
		if i.local {
			country := values.Get(i.name[:strings.LastIndex(i.name, ".")] + ".country")
			needed = country == check.USA || country == check.Canada
		}
		if needed && values.Get(i.name) == "" {
			faults = append(faults, fault.Violation{Field: i.name, Detail: fault.Missing, Text: w.plainly(i, fault.Missing)})
		}
	}
	return faults
}

// nested returns values by their paths as the object that the API takes; empty ones are
// left out.
func nested(values url.Values) map[string]any {
	object := map[string]any{}
	for path := range values {
		value := values.Get(path)
		if value == "" {
			continue
		}
		at := object
		parts := strings.Split(path, ".")
		for _, part := range parts[:len(parts)-1] {
			next, ok := at[part].(map[string]any)
			if !ok {
				next = map[string]any{}
				at[part] = next
			}
			at = next
		}
		at[parts[len(parts)-1]] = value
	}
	return object
}
