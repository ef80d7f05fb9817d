package api_test

import (
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"tenantry/customers/access"
	"tenantry/customers/activities"
	eventspkg "tenantry/customers/events"
	"tenantry/customers/evidence"
	fieldspkg "tenantry/customers/fields"
	"tenantry/customers/identity"
	"tenantry/customers/instruments"
	"tenantry/customers/lifecycle"
	"tenantry/customers/view"
	"tenantry/customers/webhooks"
	"tenantry/internal/dialect/dwolla/rules"
	"tenantry/internal/patch"
	"tenantry/internal/testkit"
)

// hidden are the fields of a customer that may be sent and that no answer shows
// under the same path, each with the reason.
var hidden = map[string]string{
	"password":          "a secret",
	"defaultBank.token": "used up by the request that sends it",
	"merchant.bank":     "a merchant names its bank by id; the banks of the customer show it",
}

// unsent are the fields that the input structs read and that no request for a
// customer may hold, each with the reason.
var unsent = map[string]string{
	"defaultBank.status":   "only PUT …/banks/{bid} changes it",
	"merchant.bank.status": "only PUT …/banks/{bid} changes it",
}

// fields are the dotted paths of members, those of list items without an index.
type fields map[string]bool

// Every field that can be sent with a customer stands wherever fields stand: in the
// answer, and in the schemas of requests and of answers. The schemas hold nothing
// else: a field that is added to one place alone fails here.
func TestEveryFieldOfACustomerStandsInEveryPlace(t *testing.T) {
	t.Parallel()
	schemas := testkit.LoadContract(t).Doc.Components.Schemas
	sent, shown := fields{}, fields{}
	sent.ofType(reflect.TypeFor[fieldspkg.Input](), "")
	shown.ofType(reflect.TypeFor[view.View](), "")
	request, answer := fields{}, fields{}
	request.ofSchema(schemas["CustomerInput"].Value, "")
	request.ofSchema(schemas["CustomerChange"].Value, "")
	answer.ofSchema(schemas["Customer"].Value, "")
	answer.ofSchema(schemas["CreatedCustomer"].Value, "")

	compare(t, "customers.Input", sent, "customers.View", shown, hidden)
	compare(t, "customers.Input", sent, "CustomerInput and CustomerChange in openapi.yaml", request, unsent)
	compare(t, "CustomerInput and CustomerChange in openapi.yaml", request, "customers.Input", sent, nil)
	compare(t, "customers.View", shown, "Customer and CreatedCustomer in openapi.yaml", answer, nil)
	compare(t, "Customer and CreatedCustomer in openapi.yaml", answer, "customers.View", shown, nil)
}

// compare demands that every field which one place has stands in the other too,
// but for the named ones and what is below them, and that each of those is needed.
func compare(t *testing.T, one string, has fields, other string, wants fields, except map[string]string) {
	t.Helper()
	unused := maps.Clone(except)
	for _, path := range slices.Sorted(maps.Keys(has)) {
		excused := ""
		for name := range except {
			if path == name || strings.HasPrefix(path, name+".") {
				excused = name
			}
		}
		switch {
		case wants[path]:
		case excused != "":
			delete(unused, excused)
		default:
			t.Errorf("%s has %q, %s has not", one, path, other)
		}
	}
	for name, reason := range unused {
		t.Errorf("%q needs no exception from %s (%s)", name, other, reason)
	}
}

// ofType adds the members that a type reads or writes, by their json tags; read-only
// ones of inputs are not sent and do not count.
func (f fields) ofType(of reflect.Type, prefix string) {
	for i := range of.NumField() {
		field := of.Field(i)
		name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		switch {
		case field.Anonymous:
			f.ofType(field.Type, prefix)
		case name == "", name == "-", field.Type == reflect.TypeFor[patch.ReadOnly]():
		default:
			f[prefix+name] = true
			if inner := plain(field.Type); inner.Kind() == reflect.Struct {
				f.ofType(inner, prefix+name+".")
			}
		}
	}
}

// plain returns the type of the values of an input's field, of what a pointer leads
// to, or of the items of a list.
func plain(of reflect.Type) reflect.Type {
	_, isField := reflect.PointerTo(of).MethodByName("Given")
	switch {
	case isField:
		value, _ := of.FieldByName("Value")
		return plain(value.Type)
	case of.Kind() == reflect.Pointer, of.Kind() == reflect.Slice:
		return plain(of.Elem())
	default:
		return of
	}
}

// ofSchema adds the members that a schema lists, by itself or through its parts.
func (f fields) ofSchema(schema *openapi3.Schema, prefix string) {
	for name, member := range schema.Properties {
		f[prefix+name] = true
		f.ofSchema(member.Value, prefix+name+".")
	}
	for _, part := range slices.Concat(schema.AllOf, schema.AnyOf, schema.OneOf) {
		f.ofSchema(part.Value, prefix)
	}
	if schema.Items != nil {
		f.ofSchema(schema.Items.Value, prefix)
	}
}

// The other types that answers are made of and requests are read into have the
// members of their schemas, and no others.
func TestEveryTypeHasTheMembersOfItsSchema(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		of      reflect.Type
		schemas []string
	}{
		{reflect.TypeFor[activities.ActivityInput](), []string{"ActivityInput"}},
		{reflect.TypeFor[activities.ActivityView](), []string{"Activity"}},
		{reflect.TypeFor[identity.AnswersInput](), []string{"AnswersInput"}},
		{reflect.TypeFor[fieldspkg.BankInput](), []string{"BankInput", "BankChange"}},
		{reflect.TypeFor[view.BankView](), []string{"Bank"}},
		{reflect.TypeFor[instruments.CardInput](), []string{"CardInput", "CardChange", "TokenCard"}},
		{reflect.TypeFor[view.CardView](), []string{"Card"}},
		{reflect.TypeFor[instruments.ConfirmDropsInput](), []string{"DropsInput"}},
		{reflect.TypeFor[identity.DecisionInput](), []string{"DecisionInput"}},
		{reflect.TypeFor[webhooks.DeliveryView](), []string{"Delivery"}},
		{reflect.TypeFor[view.DocumentView](), []string{"Document"}},
		{reflect.TypeFor[eventspkg.EventView](), []string{"Event"}},
		{reflect.TypeFor[view.IdentityView](), []string{"Identity"}},
		{reflect.TypeFor[view.KeyView](), []string{"Key"}},
		{reflect.TypeFor[fieldspkg.OwnerInput](), []string{"OwnerInput"}},
		{reflect.TypeFor[view.OwnerView](), []string{"Owner"}},
		{reflect.TypeFor[evidence.OwnershipView](), []string{"Ownership"}},
		{reflect.TypeFor[evidence.OwnershipInput](), []string{"OwnershipInput"}},
		{reflect.TypeFor[lifecycle.PlanView](), []string{"Plan"}},
		{reflect.TypeFor[identity.QuestionnaireView](), []string{"Questionnaire"}},
		{reflect.TypeFor[access.RestrictedKeyInput](), []string{"RestrictedKeyInput"}},
		{reflect.TypeFor[rules.RetryInput](), []string{"RetryInput"}},
		{reflect.TypeFor[access.RotateInput](), []string{"RotateInput"}},
		{reflect.TypeFor[access.UserChange](), []string{"UserChange"}},
		{reflect.TypeFor[access.UserInput](), []string{"UserInput"}},
		{reflect.TypeFor[view.UserView](), []string{"User"}},
		{reflect.TypeFor[webhooks.WebhookSecretInput](), []string{"WebhookSecretInput"}},
		{reflect.TypeFor[webhooks.WebhookView](), []string{"Webhook"}},
	} {
		has, wants := fields{}, fields{}
		has.ofType(row.of, "")
		for _, name := range row.schemas {
			wants.ofSchema(testkit.LoadContract(t).Doc.Components.Schemas[name].Value, "")
		}
		name := strings.Join(row.schemas, " and ") + " in openapi.yaml"
		compare(t, row.of.String(), has, name, wants, nil)
		compare(t, name, wants, row.of.String(), has, nil)
	}
}
