package access_test

import (
	"strings"
	"testing"
	"time"

	"tenantry/customers/access"
	"tenantry/internal/fault"
	"tenantry/internal/secret"
	"tenantry/internal/testkit"
	"tenantry/tenancy"
)

// from authenticates a credential for its own customer as if it came from an address.
func from(h *testkit.Env, p testkit.Party, address string) error {
	_, err := h.Svc.Access.Authenticate(h.T.Context(), access.Presented{Bearer: p.Keys.Secret, SubjectID: p.ID, Address: address})
	return err
}

// minted mints a restricted key with a body of its own.
func minted(h *testkit.Env, by testkit.Party, body string) (access.MintedKey, error) {
	return h.Svc.Access.MintKey(h.T.Context(), h.As(by), by.ID, testkit.Input[access.RestrictedKeyInput](h.T, body))
}

// A key works from its networks and from nowhere else, with its access tokens, however an
// address is written; only a holder of the key learns that.
func TestAKeyWorksFromItsNetworksOnly(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	made, err := minted(h, h.Cove, `{"name":"n","scopes":["read"],"allowedAddresses":["203.0.113.9/24","2001:db8::/32","198.51.100.7"]}`)
	testkit.Must(t, err)
	key := testkit.Party{ID: h.Cove.ID, Keys: testkit.PairOf(made.Secret)}
	grant, err := h.Svc.Access.GrantToken(t.Context(), func() access.GrantInput {
		in := testkit.Input[access.GrantInput](t, `{"grant_type":"client_credentials","scope":"auth","client_id":"`+h.Cove.ID+`"}`)
		in.ClientSecret.Set, in.ClientSecret.Value, in.Address = true, made.Secret, "203.0.113.200"
		return in
	}())
	testkit.Must(t, err)
	token := testkit.Party{ID: h.Cove.ID, Keys: testkit.PairOf(grant.AccessToken)}
	for address, works := range map[string]bool{
		"203.0.113.1": true, "::ffff:203.0.113.1": true, "2001:db8::1": true, "198.51.100.7": true,
		"198.51.100.8": false, "203.0.114.1": false, "": false, "x": false, "2001:db9::1": false,
	} {
		t.Run(address, func(t *testing.T) {
			h := h.In(t)
			for name, p := range map[string]testkit.Party{"key": key, "token": token} {
				t.Run(name, func(t *testing.T) {
					h := h.In(t)
					err := from(h, p, address)
					if works != (err == nil) || err != nil && fault.CodeOf(err) != fault.CodeAddress {
						t.Errorf("the %s from %q: %v", name, address, err)
					}
				})
			}
		})
	}
	wrong := key
	text := made.Secret.Reveal()
	other := "x"
	if strings.HasSuffix(text, other) {
		other = "y"
	}
	wrong.Keys = testkit.PairOf(secret.New(text[:len(text)-1] + other))
	if err := from(h, wrong, "192.0.2.1"); fault.KindOf(err) != fault.Unauthenticated {
		t.Errorf("a wrong key learns of the networks: %v", err)
	}
}

// A key that a key mints for its own customer lives no longer and works from nowhere
// else; the policy of the account ends all keys, pairs too.
func TestAMintedKeyIsBoundLikeItsMinter(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	bound, err := minted(h, h.Cove, `{"name":"n","scopes":["read","keys:write"],"expiresInSeconds":3600,"allowedAddresses":["10.0.0.0/8"]}`)
	testkit.Must(t, err)
	caller := func() tenancy.Caller {
		c, err := h.Svc.Access.Authenticate(t.Context(), access.Presented{Bearer: bound.Secret, SubjectID: h.Cove.ID, Address: "10.1.1.1"})
		testkit.Must(t, err)
		return c
	}
	try := func(body string) (access.MintedKey, error) {
		return h.Svc.Access.MintKey(t.Context(), caller(), "", testkit.Input[access.RestrictedKeyInput](t, body))
	}
	child, err := try(`{"name":"c","scopes":["read"]}`)
	testkit.Must(t, err)
	if child.Key.Expires == nil || *child.Key.Expires != *bound.Key.Expires || len(child.Key.AllowedAddresses) != 1 || child.Key.CreatedBy != bound.Key.ID {
		t.Errorf("the key is %+v", child.Key)
	}
	for _, body := range []string{
		`{"name":"c","scopes":["read"],"expiresInSeconds":7200}`, `{"name":"c","scopes":["read"],"allowedAddresses":["0.0.0.0/0"]}`,
		`{"name":"c","scopes":["read"],"allowedAddresses":["10.1.0.0/16","192.0.2.1"]}`,
	} {
		t.Run(body, func(t *testing.T) {
			_, err := try(body)
			testkit.Refused(t, err, fault.Forbidden, fault.CodeScope)
		})
	}
	_, err = h.Update(h.Operator, h.Cove.ID, `{"settings":{"customers":{"maximumKeyLifetimeSeconds":600}}}`)
	testkit.Must(t, err)
	_, err = minted(h, h.Cove, `{"name":"n","scopes":["read"],"expiresInSeconds":601}`)
	testkit.Refused(t, err, fault.Invalid, fault.CodeValidation)
	rotated, err := h.Svc.Access.RotateKeys(t.Context(), h.As(h.Cove), "", access.RotateInput{})
	testkit.Must(t, err)
	if ends := rotated.Key.Expires; ends == nil || !time.Time(*ends).Equal(h.Clock.Now().Add(10*time.Minute)) {
		t.Errorf("the new pair ends at %v", ends)
	}
}

// Revoking a key lists what it made, and what that made; with cascade all of it ends, but
// the credential that asks; nobody ends so what it could not end by itself.
func TestCascadeEndsWhatACredentialMade(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	leaked := h.Mint(h.Cove, 0, tenancy.Full.Names()...)
	shop := h.Create(leaked, `{"name":"Quay","email":"q@example.com","planKey":"merchant","settings":{"events":{"enabled":true,"urls":{"always":["https://hooks.example/q"]}}}}`)
	grandchild := h.Mint(h.Mint(leaked, 0, "read", "keys:write"), 0, "read")
	_, err := h.AddUser(leaked, "", `{"username":"eve","password":"correct-horse","role":"admin"}`)
	testkit.Must(t, err)
	eve, err := h.Login("eve", "correct-horse")
	testkit.Must(t, err)
	ofEve := h.Mint(eve, 0, "read")
	stays := h.Mint(h.Cove, 0, "read")
	id := h.KeyID(h.Cove.ID, 2)
	narrow := h.Mint(h.Cove, 0, "read", "keys:revoke")
	_, err = h.Svc.Access.RevokeKey(t.Context(), h.As(narrow), access.RevokeInput{KeyID: id, Cascade: true})
	testkit.Refused(t, err, fault.Forbidden, fault.CodeScope)
	h.Alive("the key, after a refusal", leaked)

	listed, err := h.Svc.Access.RevokeKey(t.Context(), h.As(narrow), access.RevokeInput{KeyID: id})
	testkit.Must(t, err)
	if m := listed.Made; m == nil || m.Ended || len(m.Keys) != 4 || len(m.Users) != 1 || len(m.Webhooks) != 1 {
		t.Errorf("it made %+v", m)
	}
	dead(h, "the key", leaked)
	for name, p := range map[string]testkit.Party{"its child": grandchild, "its customer's pair": shop, "its user": eve, "the key of its user": ofEve} {
		h.Alive(name, p)
	}
	_, err = h.Svc.Access.RevokeKey(t.Context(), h.As(h.Cove), access.RevokeInput{KeyID: id, Cascade: true})
	testkit.Must(t, err)
	for name, p := range map[string]testkit.Party{"its child": grandchild, "its customer's pair": shop, "its user": eve, "the key of its user": ofEve} {
		dead(h, name, p)
	}
	if left := h.Record(shop.ID).Webhooks; len(left) != 0 {
		t.Errorf("receivers stay: %+v", left)
	}
	h.Alive("another key", stays)
	h.Alive("the key that asked", h.Cove)
}

// Disabling a user lists what the user minted, and with cascade ends it.
func TestDisablingAUserCanEndWhatItMade(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	user, err := h.AddUser(h.Cove, "", `{"username":"bo","password":"correct-horse","role":"admin"}`)
	testkit.Must(t, err)
	bo, err := h.Login("bo", "correct-horse")
	testkit.Must(t, err)
	key := h.Mint(bo, 0, "read")
	off := testkit.Input[access.UserChange](t, `{"status":"disabled"}`)
	off.Cascade = true
	shown, err := h.Svc.Access.UpdateUser(t.Context(), h.As(h.Cove), "", user.ID, off)
	testkit.Must(t, err)
	if shown.Made == nil || !shown.Made.Ended || len(shown.Made.Keys) != 1 {
		t.Errorf("the user made %+v", shown.Made)
	}
	dead(h, "the key of the user", key)
}

// Keys from before the scopes were divided keep what they could; what was minted since
// means what it says, also if the migration runs late.
func TestOlderKeysKeepWhatTheyCould(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	older, newer := h.Mint(h.Cove, 0, "read", "customers:write"), h.Mint(h.Cove, 0, "read", "customers:write")
	c := h.Record(h.Cove.ID).Clone()
	c.Keys[1].UID = tenancy.ID{}
	c.Version++
	testkit.Must(t, h.Store.Replace(t.Context(), c, c.Version-1))
	changed, err := h.Svc.Access.WidenScopes(t.Context(), func(int) {})
	testkit.Must(t, err)
	again, err := h.Svc.Access.WidenScopes(t.Context(), func(int) {})
	testkit.Must(t, err)
	if changed != 1 || again != 0 {
		t.Errorf("%d and then %d customers were changed", changed, again)
	}
	want := tenancy.Read | tenancy.CustomersWrite
	if got := h.As(older).Credential.Scopes; got != want.Widened() || got == want {
		t.Errorf("the older key may %s", got)
	}
	if got := h.As(newer).Credential.Scopes; got != want {
		t.Errorf("the newer key may %s", got)
	}
	if _, err := h.Svc.Access.RevokeKey(t.Context(), h.As(h.Cove), access.RevokeInput{KeyID: "key_2"}); err != nil {
		t.Errorf("the older id no longer works: %v", err)
	}
	dead(h, "the older key", older)
}

// Where a key was last used from is shown in lists, and sealed at rest.
func TestWhereAKeyWasUsedFromIsSealed(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	testkit.Must(t, from(h, h.Cove, "192.0.2.77"))
	testkit.Must(t, h.Svc.Access.FlushKeyUse(t.Context()))
	list, err := h.Svc.Access.Keys(t.Context(), h.As(h.Operator), h.Cove.ID)
	testkit.Must(t, err)
	if list[0].LastUsedAddress != "192.0.2.77" {
		t.Errorf("the key was used from %q", list[0].LastUsedAddress)
	}
	testkit.Conceals(t, "the store", h.AtRest(h.Cove.ID), "192.0.2.77")
}

// What a credential made is shown before it is ended, to whoever may end it, and that
// ends nothing.
func TestWhatACredentialMadeIsShown(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	boss, clerk := staffed(h, h.Cove)
	by := signedIn(h, "boss", "long enough")
	key := h.Mint(by, 0, "read")
	made, err := h.Svc.People.Made(t.Context(), h.As(h.Cove), "", boss)
	testkit.Must(t, err)
	if len(made.Keys) != 1 || len(made.Users)+len(made.Webhooks) != 0 || made.Ended {
		t.Errorf("it made %+v", made)
	}
	h.Alive("the key", key)
	for name, row := range map[string]struct {
		by testkit.Party
		of string
	}{
		"a clerk asks":        {signedIn(h, "clerk", "long enough"), boss},
		"without keys:write":  {h.Mint(h.Cove, 0, "read", "users:write"), h.KeyID(h.Cove.ID, 1)},
		"without users:write": {h.Mint(h.Cove, 0, "read", "keys:write"), clerk},
	} {
		t.Run(name, func(t *testing.T) {
			h := h.In(t)
			_, err := h.Svc.People.Made(t.Context(), h.As(row.by), "", row.of)
			testkit.Refused(t, err, fault.Forbidden, fault.CodeScope)
		})
	}
	for _, of := range []string{"nonsense", h.Rival.ID} {
		_, err := h.Svc.People.Made(t.Context(), h.As(h.Cove), "", of)
		testkit.Refused(t, err, fault.NotFound, fault.CodeNotFound)
	}
}
