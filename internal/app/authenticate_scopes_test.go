package app_test

import (
	"reflect"
	"slices"
	"testing"

	"tenantry/customers/access"
	"tenantry/internal/app"
	"tenantry/internal/fault"
	"tenantry/internal/testkit"
	"tenantry/tenancy"
)

// scopeless are methods that take a caller and need no scope of their own: View, AsPayer, For and
// Profile show what another use case returned, Begin keeps an answer of one, PurgeEvents
// is closed to all credentials, RevokeOwnKey open to every key, NoteDenied counts what
// another use case refused, Me, NameOf, ChangePassword, Sessions and EndSession are about the signer alone, NewSetupLink is the operator's, and the rest are for use cases, which state a need.
var scopeless = []string{
	"View", "AsPayer", "For", "Profile", "Begin", "PurgeEvents", "RevokeOwnKey", "NoteDenied", "Me", "NameOf", "ChangePassword", "Sessions", "EndSession", "NewSetupLink",
	"Read", "Insert", "PreviewInsert", "Change", "Erase", "ReplaceKeys", "Probe", "Reach", "Lookup",
}

// The table of use cases lists every method of every service that takes a caller, so
// that a new one cannot be left out of the tests of scopes.
func TestEveryUseCaseSaysWhatItNeeds(t *testing.T) {
	t.Parallel()
	services, caller := reflect.TypeFor[app.App](), reflect.TypeFor[tenancy.Caller]()
	var takers []string
	for _, field := range reflect.VisibleFields(services) {
		for i := range field.Type.NumMethod() {
			method, takes := field.Type.Method(i), false
			for arg := range method.Type.NumIn() {
				takes = takes || method.Type.In(arg) == caller
			}
			if !takes || slices.Contains(scopeless, method.Name) {
				continue
			}
			name := field.Name + "." + method.Name
			takers = append(takers, name)
			if !slices.ContainsFunc(testkit.UseCases, func(u testkit.UseCase) bool { return u.Method == name }) {
				t.Errorf("%s takes a caller and is not listed", name)
			}
		}
	}
	for _, u := range testkit.UseCases {
		if !slices.Contains(takers, u.Method) {
			t.Errorf("%s is listed and no method that takes a caller", u.Method)
		}
	}
}

// A credential without any one of the scopes that a use case needs is refused for
// that reason; one with exactly these is not.
func TestEveryUseCaseDemandsItsScopes(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	shop, on := h.MerchantWithParts()
	for _, u := range testkit.UseCases {
		before := h.Record(shop.ID)
		for _, name := range u.Need.Names() {
			missing, ok := tenancy.ParseScope(name)
			caller := h.As(h.Cove)
			caller.Credential.Scopes = tenancy.Full &^ missing &^ u.Or
			if err := u.Run(t.Context(), h, caller, on); !ok || fault.CodeOf(err) != fault.CodeScope || fault.KindOf(err) != fault.Forbidden {
				t.Errorf("%s without %s answers %v", u.Method, name, err)
			}
		}
		if !h.Stands(before) {
			t.Errorf("%s was refused and wrote", u.Method)
		}
		caller := h.As(h.Cove)
		caller.Credential.Scopes = u.Need
		if err := u.Run(t.Context(), h, caller, on); fault.CodeOf(err) == fault.CodeScope {
			t.Errorf("%s with exactly %s answers %v", u.Method, u.Need, err)
		}
	}
}

// A real key that may only read can do no write, nor can a clerk, nor a publishable
// key do anything but make tokens; none makes a key or a user that may do more.
func TestReadersDoNoWrite(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	shop, on := h.MerchantWithParts()
	for name, role := range map[string]string{"ada": "admin", "carl": "clerk"} {
		t.Run(name, func(t *testing.T) {
			h := h.In(t)
			_, err := h.Svc.Access.AddUser(t.Context(), h.As(h.Cove), "", testkit.Input[access.UserInput](t, `{"username":"`+name+`","password":"correct-horse","role":"`+role+`"}`))
			testkit.Must(t, err)
		})
	}
	admin, err := h.Login("ada", "correct-horse")
	testkit.Must(t, err)
	clerk, err := h.Login("carl", "correct-horse")
	testkit.Must(t, err)
	browser, err := h.Svc.Access.Authenticate(t.Context(), access.Presented{Publishable: h.Cove.Keys.Publishable})
	testkit.Must(t, err)
	all, before := h.As(admin), h.Record(shop.ID)
	for who, caller := range map[string]tenancy.Caller{
		"read-only key": h.As(h.Mint(h.Cove, 0, "read")), "clerk": h.As(clerk), "publishable key": browser,
	} {
		for _, u := range testkit.UseCases {
			allowed := caller.Credential.Scopes.Has(u.Need)
			if who == "publishable key" {
				allowed = u.Method == "Instruments.Tokenize"
			}
			if err := u.Run(t.Context(), h, caller, on); allowed != (err == nil) {
				t.Errorf("%s by a %s answers %v", u.Method, who, err)
			}
		}
	}
	if !h.Stands(before) {
		t.Error("something was written")
	}
	if all.Credential.Scopes != tenancy.Full {
		t.Errorf("an admin may %s", all.Credential.Scopes)
	}
	writer := h.As(h.Mint(h.Cove, 0, "read", "customers:write", "keys:write"))
	for name, err := range map[string]error{
		"a stronger key": testkit.Second(h.Svc.Access.MintKey(t.Context(), writer, "", testkit.Input[access.RestrictedKeyInput](t, `{"name":"n","scopes":["read","unmask"]}`))),
		"a full pair":    testkit.Second(h.Svc.Access.RotateKeys(t.Context(), writer, on.ID, access.RotateInput{})),
		"an admin":       testkit.Second(h.Svc.Access.AddUser(t.Context(), writer, "", testkit.Input[access.UserInput](t, `{"username":"eve","password":"correct-horse","role":"admin"}`))),
	} {
		t.Run(name, func(t *testing.T) {
			if fault.CodeOf(err) != fault.CodeScope {
				t.Errorf("a restricted key makes %s: %v", name, err)
			}
		})
	}
}
