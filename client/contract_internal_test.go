package client

import (
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"tenantry/internal/api"
	"tenantry/internal/openapi"
)

// shapes are the types of the schemas of the document.
var shapes = map[string]reflect.Type{
	"CustomerBase":         reflect.TypeFor[CustomerBase](),
	"Customer":             reflect.TypeFor[Customer](),
	"CreatedCustomer":      reflect.TypeFor[CreatedCustomer](),
	"CreatedAccount":       reflect.TypeFor[CreatedAccount](),
	"CustomerIdentity":     reflect.TypeFor[CustomerIdentity](),
	"CustomerSummary":      reflect.TypeFor[CustomerSummary](),
	"CustomerList":         reflect.TypeFor[CustomerPage](),
	"RowFault":             reflect.TypeFor[RowFault](),
	"BulkResult":           reflect.TypeFor[BulkResult](),
	"BulkSummary":          reflect.TypeFor[BulkSummary](),
	"CustomerInput":        reflect.TypeFor[CustomerInput](),
	"CustomerChange":       reflect.TypeFor[CustomerChange](),
	"BulkLine":             reflect.TypeFor[BulkLine](),
	"Address":              reflect.TypeFor[Address](),
	"AddressInput":         reflect.TypeFor[AddressInput](),
	"Contact":              reflect.TypeFor[Contact](),
	"ContactInput":         reflect.TypeFor[ContactInput](),
	"LegalEntity":          reflect.TypeFor[LegalEntity](),
	"LegalEntityInput":     reflect.TypeFor[LegalEntityInput](),
	"Merchant":             reflect.TypeFor[Merchant](),
	"MerchantInput":        reflect.TypeFor[MerchantInput](),
	"BankBrief":            reflect.TypeFor[BankBrief](),
	"Settings":             reflect.TypeFor[Settings](),
	"SettingsInput":        reflect.TypeFor[SettingsInput](),
	"Receiver":             reflect.TypeFor[Receiver](),
	"Plan":                 reflect.TypeFor[Plan](),
	"PlanStatus":           reflect.TypeFor[PlanStatus](),
	"Requirement":          reflect.TypeFor[Requirement](),
	"PlanStatusPreview":    reflect.TypeFor[PlanStatusPreview](),
	"PlanRequirements":     reflect.TypeFor[PlanRequirements](),
	"KeyPair":              reflect.TypeFor[KeyPair](),
	"KeyBase":              reflect.TypeFor[KeyBase](),
	"Key":                  reflect.TypeFor[Key](),
	"MintedKey":            reflect.TypeFor[MintedKey](),
	"RotatedKeys":          reflect.TypeFor[RotatedKeys](),
	"RestrictedKeyInput":   reflect.TypeFor[RestrictedKeyInput](),
	"RotateInput":          reflect.TypeFor[RotateInput](),
	"Made":                 reflect.TypeFor[Made](),
	"MadePart":             reflect.TypeFor[MadePart](),
	"User":                 reflect.TypeFor[User](),
	"OwnUser":              reflect.TypeFor[OwnUser](),
	"UserInput":            reflect.TypeFor[UserInput](),
	"UserChange":           reflect.TypeFor[UserChange](),
	"OwnPassword":          reflect.TypeFor[OwnPassword](),
	"Invitation":           reflect.TypeFor[Invitation](),
	"Invited":              reflect.TypeFor[Invited](),
	"InvitationInput":      reflect.TypeFor[InvitationInput](),
	"InvitationAcceptance": reflect.TypeFor[InvitationAcceptance](),
	"AcceptedUser":         reflect.TypeFor[AcceptedUser](),
	"OnboardingLinkBase":   reflect.TypeFor[OnboardingLinkBase](),
	"OnboardingLink":       reflect.TypeFor[OnboardingLink](),
	"MintedOnboardingLink": reflect.TypeFor[MintedOnboardingLink](),
	"OnboardingLinkInput":  reflect.TypeFor[OnboardingLinkInput](),
	"Bank":                 reflect.TypeFor[Bank](),
	"BankInput":            reflect.TypeFor[BankInput](),
	"BankChange":           reflect.TypeFor[BankChange](),
	"DropsInput":           reflect.TypeFor[DropsInput](),
	"Drops":                reflect.TypeFor[Drops](),
	"DueDropsList":         reflect.TypeFor[DueDropsPage](),
	"Card":                 reflect.TypeFor[Card](),
	"CardInput":            reflect.TypeFor[CardInput](),
	"CardChange":           reflect.TypeFor[CardChange](),
	"TokenInput":           reflect.TypeFor[TokenInput](),
	"TokenCard":            reflect.TypeFor[TokenCard](),
	"Token":                reflect.TypeFor[Token](),
	"Activity":             reflect.TypeFor[Activity](),
	"ActivityInput":        reflect.TypeFor[ActivityInput](),
	"ActivityList":         reflect.TypeFor[ActivityPage](),
	"Document":             reflect.TypeFor[Document](),
	"DocumentDecision":     reflect.TypeFor[DocumentDecision](),
	"DocumentList":         reflect.TypeFor[DocumentPage](),
	"Owner":                reflect.TypeFor[Owner](),
	"OwnerInput":           reflect.TypeFor[OwnerInput](),
	"Ownership":            reflect.TypeFor[Ownership](),
	"OwnershipInput":       reflect.TypeFor[OwnershipInput](),
	"Identity":             reflect.TypeFor[Identity](),
	"Decision":             reflect.TypeFor[Decision](),
	"DecisionInput":        reflect.TypeFor[DecisionInput](),
	"RetryInput":           reflect.TypeFor[RetryInput](),
	"Questionnaire":        reflect.TypeFor[Questionnaire](),
	"AnswersInput":         reflect.TypeFor[AnswersInput](),
	"Enrolment":            reflect.TypeFor[Enrolment](),
	"IdentityReport":       reflect.TypeFor[IdentityReport](),
	"IdentityModule":       reflect.TypeFor[IdentityModule](),
	"VerdictInput":         reflect.TypeFor[VerdictInput](),
	"ReceivedVerdict":      reflect.TypeFor[ReceivedVerdict](),
	"Event":                reflect.TypeFor[Event](),
	"EventLog":             reflect.TypeFor[EventPage](),
	"WebhookBase":          reflect.TypeFor[WebhookBase](),
	"Webhook":              reflect.TypeFor[Webhook](),
	"WebhookSecret":        reflect.TypeFor[WebhookSecret](),
	"WebhookSecretInput":   reflect.TypeFor[WebhookSecretInput](),
	"Delivery":             reflect.TypeFor[Delivery](),
	"DeliveryLog":          reflect.TypeFor[DeliveryPage](),
	"Payer":                reflect.TypeFor[Payer](),
	"PayerInput":           reflect.TypeFor[PayerInput](),
	"PayerChange":          reflect.TypeFor[PayerChange](),
	"PayerList":            reflect.TypeFor[PayerPage](),
	"MerchantProfile":      reflect.TypeFor[MerchantProfile](),
	"WhoAmI":               reflect.TypeFor[WhoAmI](),
	"GrantInput":           reflect.TypeFor[GrantInput](),
	"AccessToken":          reflect.TypeFor[AccessToken](),
	"TokenRevocation":      reflect.TypeFor[TokenRevocation](),
	"Health":               reflect.TypeFor[Health](),
	"Timezone":             reflect.TypeFor[Timezone](),
	"BankList":             reflect.TypeFor[list[Bank]](),
	"OwnerList":            reflect.TypeFor[list[Owner]](),
	"CardList":             reflect.TypeFor[list[Card]](),
	"UserList":             reflect.TypeFor[list[User]](),
	"InvitationList":       reflect.TypeFor[list[Invitation]](),
	"KeyList":              reflect.TypeFor[list[Key]](),
	"PlanList":             reflect.TypeFor[list[Plan]](),
	"OnboardingLinkList":   reflect.TypeFor[list[OnboardingLink]](),
	"WebhookList":          reflect.TypeFor[list[Webhook]](),
	"DeliveryList":         reflect.TypeFor[list[Delivery]](),
	"DocumentInput":        reflect.TypeFor[DocumentInput](),
	"ErrorDetails":         reflect.TypeFor[ErrorDetails](),
	"Error":                reflect.TypeFor[answeredError](),
}

// words are the schemas that are texts with a type of their own.
var words = map[string]reflect.Type{
	"CustomerStatus":    reflect.TypeFor[CustomerStatus](),
	"IdentityStatus":    reflect.TypeFor[IdentityStatus](),
	"CustomerType":      reflect.TypeFor[CustomerType](),
	"Scope":             reflect.TypeFor[Scope](),
	"DocumentType":      reflect.TypeFor[DocumentType](),
	"ActivityType":      reflect.TypeFor[ActivityType](),
	"OwnerVerification": reflect.TypeFor[OwnerVerification](),
}

// shapeless are the schemas without a type, with the reason.
var shapeless = map[string]string{
	"ID": "a text", "Party": "a text", "Country": "a text", "Last4": "a text", "Stamp": "a time", "Meta": "a map", "Counts": "a map",
	"Nothing":           "calls without a body send none",
	"Written":           "the answer to a credential without the scope read is read into the whole shape, which has its members",
	"ReceivedEvent":     "an event is sent as it came",
	"BankInputBase":     "its members stand in BankInput and BankChange",
	"CardInputBase":     "its members stand in CardInput and CardChange",
	"CustomerInputBase": "its members stand in CustomerInput and CustomerChange",
}

type schema = map[string]any

// document returns the schemas of the OpenAPI document without twins.
func documentSchemas(t *testing.T) schema {
	t.Helper()
	document, err := openapi.ForClients(api.Document())
	if err != nil {
		t.Fatal(err)
	}
	encoded, err := openapi.JSON(document)
	if err != nil {
		t.Fatal(err)
	}
	var whole struct {
		Components struct{ Schemas schema }
	}
	if err := json.Unmarshal(encoded, &whole); err != nil {
		t.Fatal(err)
	}
	return whole.Components.Schemas
}

// Every schema of the document has a type, every property a field of its kind, and every
// field a property: neither side is ahead of the other.
func TestTypesAreThoseOfTheDocument(t *testing.T) {
	t.Parallel()
	schemas := documentSchemas(t)
	for name, found := range schemas {
		switch {
		case shapes[name] != nil:
			c := comparison{t: t, schemas: schemas}
			c.object(name, found.(schema), shapes[name])
		case words[name] != nil:
			if words[name].Kind() != reflect.String {
				t.Errorf("%s is no text", name)
			}
		case shapeless[name] == "":
			t.Errorf("the schema %s has no type", name)
		}
	}
	for _, listed := range []map[string]reflect.Type{shapes, words} {
		for name := range listed {
			if schemas[name] == nil {
				t.Errorf("%s has a type and is no schema", name)
			}
		}
	}
	for name := range shapeless {
		if schemas[name] == nil {
			t.Errorf("%s has a reason and is no schema", name)
		}
	}
}

// comparison compares schemas with types.
type comparison struct {
	t       *testing.T
	schemas schema
}

// object compares the properties of a schema with the fields of a struct.
func (c comparison) object(at string, s schema, of reflect.Type) {
	for of.Kind() == reflect.Pointer {
		of = of.Elem()
	}
	if of.Kind() != reflect.Struct {
		c.t.Errorf("%s is an object and %s is none", at, of)
		return
	}
	properties, fields := schema{}, map[string]reflect.Type{}
	c.properties(s, properties)
	collect(of, fields)
	for name, property := range properties {
		field, ok := fields[name]
		if !ok {
			c.t.Errorf("%s.%s has no field in %s", at, name, of)
			continue
		}
		c.value(at+"."+name, property.(schema), field)
	}
	for name := range fields {
		if properties[name] == nil {
			c.t.Errorf("%s has the field %s, which is no property of %s", of, name, at)
		}
	}
}

// properties gathers the properties of a schema and of those that it extends.
func (c comparison) properties(s, into schema) {
	if own, ok := s["properties"].(schema); ok {
		for name, property := range own {
			into[name] = property
		}
	}
	if bases, ok := s["allOf"].([]any); ok {
		for _, base := range bases {
			_, resolved := c.resolve(base.(schema))
			c.properties(resolved, into)
		}
	}
}

func (c comparison) resolve(s schema) (string, schema) {
	if target, ok := s["$ref"].(string); ok {
		name := strings.TrimPrefix(target, "#/components/schemas/")
		found, _ := c.schemas[name].(schema)
		return name, found
	}
	return "", s
}

// collect gathers the fields of a struct and of those within it, by their names in JSON.
func collect(of reflect.Type, into map[string]reflect.Type) {
	for i := range of.NumField() {
		field := of.Field(i)
		name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		switch {
		case field.Anonymous:
			collect(field.Type, into)
		case name != "-":
			into[name] = field.Type
		}
	}
}

// value compares one property with the type of its field.
func (c comparison) value(at string, s schema, of reflect.Type) {
	null := false
	for _, choices := range []any{s["oneOf"], s["anyOf"]} {
		if choices, ok := choices.([]any); ok {
			for _, choice := range choices {
				if choice.(schema)["type"] == "null" {
					null = true
				}
			}
			s = choices[0].(schema)
		}
	}
	if whole, ok := s["allOf"].([]any); ok && s["properties"] == nil {
		s = whole[0].(schema)
	}
	kinds := texts(s["type"])
	null = null || slices.Contains(kinds, "null")
	optional, isOptional := reflect.Zero(of).Interface().(interface{ elem() reflect.Type })
	if null != isOptional {
		c.t.Errorf("%s can be null: %t; its field %s is optional: %t", at, null, of, isOptional)
	}
	if isOptional {
		of = optional.elem()
	}
	if of.Kind() == reflect.Pointer {
		of = of.Elem()
	}
	name, resolved := c.resolve(s)
	switch {
	case shapes[name] != nil:
		if of != shapes[name] {
			c.t.Errorf("%s is a %s, its field a %s", at, name, of)
		}
		return
	case words[name] != nil:
		if of != words[name] {
			c.t.Errorf("%s is a %s, its field a %s", at, name, of)
		}
		return
	case resolved["properties"] != nil:
		c.object(at, resolved, of)
		return
	}
	kind := strings.Join(slices.DeleteFunc(texts(resolved["type"]), func(k string) bool { return k == "null" }), " ")
	switch {
	case kind == "string" && name != "Stamp" && resolved["format"] != "date-time":
		if of.Kind() != reflect.String && of != reflect.TypeFor[Secret]() && of != reflect.TypeFor[[]byte]() {
			c.t.Errorf("%s is a text, its field a %s", at, of)
		}
	case kind == "string":
		if of != reflect.TypeFor[time.Time]() {
			c.t.Errorf("%s is a time, its field a %s", at, of)
		}
	case kind == "array":
		if of.Kind() != reflect.Slice {
			c.t.Errorf("%s is a list, its field a %s", at, of)
			return
		}
		c.value(at+"[]", resolved["items"].(schema), of.Elem())
	case kind == "object":
		free := of.Kind() == reflect.Map || of == reflect.TypeFor[json.RawMessage]() || of.Kind() == reflect.Struct
		if !free {
			c.t.Errorf("%s is an object, its field a %s", at, of)
		}
	default:
		want := map[string][]reflect.Kind{"integer": {reflect.Int, reflect.Int64}, "number": {reflect.Float64}, "boolean": {reflect.Bool}}[kind]
		if !slices.Contains(want, of.Kind()) {
			c.t.Errorf("%s is a %s, its field a %s", at, kind, of)
		}
	}
}

// texts returns a text or a list of them.
func texts(of any) []string {
	switch of := of.(type) {
	case string:
		return []string{of}
	case []any:
		var all []string
		for _, one := range of {
			all = append(all, one.(string))
		}
		return all
	}
	return nil
}

// elem returns the type of the value.
func (o Optional[T]) elem() reflect.Type { return reflect.TypeFor[T]() }
