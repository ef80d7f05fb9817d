package console

import (
	"encoding/json"
	"net/url"
	"strings"

	"tenantry/internal/console/page"
	"tenantry/internal/fault"
	"tenantry/internal/patch"
)

// section is a part of a form: fields of the native API under one heading.
type section struct {
	Key, Title, Text string
	// Folded sections open on demand.
	Folded bool
	Rows   [][]page.Field
}

// spec is a field before it is shown: its path in the native API, its label, and options of
// page.NewField.
type spec struct {
	name, label string
	options     []any
}

func f(name, label string, options ...any) spec { return spec{name, label, options} }

// part is a section before it is shown.
type part struct {
	key, title, text string
	folded           bool
	rows             [][]spec
}

var entityTypes = []page.Choice{{Value: "", Text: "Not said"}, {Value: "LLC", Text: "Limited liability company"}, {Value: "CORP", Text: "Corporation"}, {Value: "ISP", Text: "Individual or sole proprietor"}}

var yesOrNo = []page.Choice{{Value: "", Text: "Not said"}, {Value: "true", Text: "Yes"}, {Value: "false", Text: "No"}}

const countryHint = "hint=Three letters, such as USA."

func addressRows(at string) [][]spec {
	return [][]spec{
		{f(at+"street1", "Street")}, {f(at+"street2", "Second line", "optional")},
		{f(at+"city", "City"), f(at+"state", "State", "hint=Two letters in the USA.")},
		{f(at+"postalCode", "Postal code"), f(at+"country", "Country", countryHint, "maxlength=3")},
	}
}

func personRows(at string) [][]spec {
	return [][]spec{
		{f(at+"firstName", "First name"), f(at+"lastName", "Last name")},
		{f(at+"email", "E-mail", "type=email"), f(at+"phone", "Phone", "type=tel", "inputmode=tel")},
		{f(at+"dateOfBirth", "Date of birth", "type=date")},
	}
}

// taxHint says that a number that is stored is not shown, and stays unless another is typed.
func taxHint(last4 string) string {
	if last4 == "" {
		return "hint=Digits; kept encrypted and shown as its last four."
	}
	return "hint=Ends in " + last4 + ". Leave it empty to keep it."
}

// profileParts are the sections of what a customer is in itself.
func profileParts(plans []page.Choice) []part {
	basics := [][]spec{{f("name", "Name", "required")}, {f("email", "E-mail", "type=email", "required")}}
	if len(plans) > 0 {
		basics = append(basics, []spec{f("planKey", "Plan", plans, "required")})
	}
	basics = append(basics, []spec{f("description", "Description", "optional", "rows=2")})
	return []part{
		{key: "basics", title: "Basics", text: "Who it is, and what its plan lets it do.", rows: basics},
		{key: "handles", title: "Own names", text: "How your other systems call it.", rows: [][]spec{
			{f("merchantKey", "Merchant key", "optional", "hint=Unique under its parent."), f("vanityName", "Vanity name", "optional", "hint=Public, unique in the installation.")},
			{f("externalId", "External id", "optional")},
		}},
		{key: "address", title: "Address", rows: addressRows("address.")},
		{key: "contact", title: "Contact", text: "The person to speak to.", rows: personRows("contact.")},
	}
}

func entityParts(last4Business, last4Person string) []part {
	return []part{
		{key: "business", title: "Business", text: "As it is registered.", rows: [][]spec{
			{f("legalEntity.entityType", "Kind", entityTypes)},
			{f("legalEntity.businessName", "Legal name")},
			{f("legalEntity.businessTaxId", "Tax number (EIN)", taxHint(last4Business), "inputmode=numeric", "autocomplete=off")},
			{f("legalEntity.businessSalesVolume", "Yearly sales", "inputmode=decimal", "unit=USD"), f("legalEntity.yearsInBusiness", "Years in business", "inputmode=numeric")},
			{f("legalEntity.businessAcceptedCards", "Accepted cards before", yesOrNo)},
		}},
		{key: "businessAddress", title: "Business address", rows: addressRows("legalEntity.businessAddress.")},
		{key: "person", title: "Owner", text: "The person behind the business, who owns the largest part.", rows: append(personRows("legalEntity.personalContact."),
			[]spec{f("legalEntity.personalTaxId", "Tax number (SSN)", taxHint(last4Person), "inputmode=numeric", "autocomplete=off"), f("legalEntity.stakePercent", "Share", "inputmode=decimal", "unit=%")})},
		{key: "personAddress", title: "Owner's address", rows: addressRows("legalEntity.personalAddress.")},
	}
}

func merchantParts() []part {
	return []part{{key: "merchant", title: "Merchant", text: "How payers see it.", rows: [][]spec{
		{f("merchant.businessName", "Name in public"), f("merchant.statementDescriptor", "Statement descriptor", "hint=What stands on a payer's statement.")},
		{f("merchant.businessUrl", "Website", "type=url"), f("merchant.merchantCategoryCode", "Category code (MCC)", "inputmode=numeric", "maxlength=4")},
		{f("merchant.supportEmail", "Support e-mail", "type=email"), f("merchant.supportPhone", "Support phone", "type=tel")},
		{f("merchant.supportUrl", "Support page", "type=url"), f("merchant.defaultCurrency", "Currency", "maxlength=3", "hint=Three letters, such as USD.")},
		{f("merchant.productDescription", "What it sells", "rows=2")},
	}}}
}

func bankRows(at string) [][]spec {
	return [][]spec{
		{f(at+"nameOnAccount", "Name on the account")},
		{f(at+"routingNumber", "Routing number", "inputmode=numeric", "maxlength=9", "autocomplete=off"), f(at+"accountNumber", "Account number", "inputmode=numeric", "autocomplete=off")},
		{f(at+"accountHolderType", "Held by", []page.Choice{{Value: "", Text: "Not said"}, {Value: "company", Text: "A business"}, {Value: "individual", Text: "A person"}}),
			f(at+"accountType", "Kind", []page.Choice{{Value: "", Text: "Not said"}, {Value: "checking", Text: "Checking"}, {Value: "savings", Text: "Savings"}, {Value: "generalLedger", Text: "General ledger"}, {Value: "loan", Text: "Loan"}})},
		{f(at+"bankName", "Bank", "optional"), f(at+"country", "Country", "placeholder=USA", "maxlength=3"), f(at+"currency", "Currency", "placeholder=USD", "maxlength=3")},
		{f(at+"nickname", "Nickname", "optional")},
	}
}

func metaPart() part {
	return part{key: "meta", title: "Free data", text: "A JSON object of your own, up to the plan's size.", folded: true, rows: [][]spec{{f("meta", "meta", "rows=5", "optional")}}}
}

// sectionsOf returns parts as a form shows them; folded ones open if something in them was
// typed or is wrong.
func sectionsOf(form *page.Form, parts []part) ([]section, error) {
	list := make([]section, 0, len(parts))
	form.Labels = map[string]string{}
	for _, p := range parts {
		for _, row := range p.rows {
			for _, one := range row {
				form.Labels[one.name] = one.label
			}
		}
	}
	for _, p := range parts {
		s := section{Key: p.key, Title: p.title, Text: p.text, Folded: p.folded}
		for _, row := range p.rows {
			fields := make([]page.Field, 0, len(row))
			for _, one := range row {
				field, err := page.NewField(form, one.name, one.label, one.options...)
				if err != nil {
					return nil, err
				}
				if field.Fault != "" || form.Value(one.name) != "" {
					s.Folded = false
				}
				fields = append(fields, field)
			}
			s.Rows = append(s.Rows, fields)
		}
		list = append(list, s)
	}
	return list, nil
}

func namesOf(parts []part) (names []string) {
	for _, p := range parts {
		for _, row := range p.rows {
			for _, one := range row {
				names = append(names, one.name)
			}
		}
	}
	return names
}

// hidden are the fields whose stored value a form does not show: empty keeps it.
var hidden = map[string]bool{"legalEntity.businessTaxId": true, "legalEntity.personalTaxId": true, "personalTaxId": true, "passport.number": true}

// bodyOf returns the fields of a form as the object that the native API takes, nested by
// the dots of their names. An empty field is left out, unless was has a value there, which
// null then clears.
func bodyOf(values url.Values, names []string, was map[string]string) (map[string]any, error) {
	body := map[string]any{}
	var faults fault.List
	for _, name := range names {
		if !values.Has(name) {
			continue
		}
		text := strings.TrimSpace(values.Get(name))
		var value any = text
		switch {
		case text == "" && (was[name] == "" || hidden[name]):
			continue
		case text == "":
			value = nil
		case name == "legalEntity.businessAcceptedCards" || strings.HasSuffix(name, "isDefault") || strings.HasSuffix(name, "isApDefault"):
			value = text == "true"
		case name == "meta":
			if json.Unmarshal([]byte(text), &map[string]any{}) != nil {
				faults.Add(name, fault.BadValue, `must be a JSON object such as {"team": "west"}`)
				continue
			}
			value = json.RawMessage(text)
		}
		put(body, strings.Split(name, "."), value)
	}
	return body, faults.Err()
}

func put(into map[string]any, path []string, value any) {
	for _, name := range path[:len(path)-1] {
		inner, ok := into[name].(map[string]any)
		if !ok {
			inner = map[string]any{}
			into[name] = inner
		}
		into = inner
	}
	into[path[len(path)-1]] = value
}

// flat returns the scalars of a representation by their paths.
func flat(shown any) (map[string]string, error) {
	text, err := json.Marshal(shown)
	if err != nil {
		return nil, err
	}
	var object map[string]any
	if err := json.Unmarshal(text, &object); err != nil {
		return nil, err
	}
	found := map[string]string{}
	flatten(found, "", object)
	return found, nil
}

func flatten(into map[string]string, at string, object map[string]any) {
	for name, value := range object {
		switch value := value.(type) {
		case map[string]any:
			if at+name == "meta" {
				text, _ := json.MarshalIndent(value, "", "  ") // was decoded: cannot fail
				into["meta"] = string(text)
				continue
			}
			flatten(into, at+name+".", value)
		case nil, []any:
		default:
			into[at+name] = textOf(value)
		}
	}
}

// formOf returns a form that shows what is stored.
func formOf(was map[string]string, names []string) *page.Form {
	form := page.NewForm()
	for _, name := range names {
		if was[name] != "" && !hidden[name] {
			form.Values.Set(name, was[name])
		}
	}
	return form
}

// decode reads a body into an input of a service, as the native API does, and returns it as
// JSON too.
func decode(body map[string]any, into any) (patch.Raw, error) {
	text, err := json.Marshal(body)
	if err != nil {
		return nil, err
	}
	return text, patch.Decode(text, into)
}
