package access_test

import (
	cryptorand "crypto/rand"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tenantry/customers/access"
	"tenantry/internal/fault"
	"tenantry/internal/patch"
	"tenantry/internal/seal"
	"tenantry/internal/secret"
	"tenantry/internal/testkit"
	"tenantry/keys"
)

// tampered returns a key with another character at that place.
func tampered(key secret.Text, place int) secret.Text {
	text := []byte(key.Reveal())
	text[place] = map[bool]byte{true: 'B', false: 'A'}[text[place] == 'A']
	return secret.New(string(text))
}

// Whatever is wrong with a credential, the answer is that it is not good, and
// never which part of it was right.
func TestBadCredentialsAreRefused(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	shop := h.Create(h.Cove, testkit.One(``))
	gone := h.Create(h.Cove, testkit.One(``))
	testkit.Must(t, h.Remove(h.Cove, gone.ID))
	revoked := h.Mint(shop, 0, "read")
	_, err := h.Svc.Access.RevokeKey(t.Context(), h.As(shop), access.RevokeInput{KeyID: h.KeyID(shop.ID, 2)})
	testkit.Must(t, err)
	expired := h.Mint(shop, 60, "read")
	testkit.Must(t, h.Present(expired))
	h.Clock.Advance(time.Minute)
	forged := forged(h, shop)
	token := h.Token(shop).Keys.Secret

	rows := map[string]access.Presented{
		"nothing at all":              {},
		"wrong checksum":              {Bearer: tampered(shop.Keys.Secret, len(shop.Keys.Secret.Reveal())-1)},
		"tampered customer":           {Bearer: tampered(shop.Keys.Secret, 20)},
		"cut short":                   {Bearer: secret.New(shop.Keys.Secret.Reveal()[:50])},
		"white space":                 {Bearer: secret.New(shop.Keys.Secret.Reveal() + " ")},
		"wrong secret":                {Bearer: forged.Secret},
		"wrong publishable":           {Publishable: forged.Publishable},
		"deleted customer":            {Bearer: gone.Keys.Secret},
		"revoked":                     {Bearer: revoked.Keys.Secret},
		"expired":                     {Bearer: expired.Keys.Secret},
		"publishable as bearer":       {Bearer: shop.Keys.Publishable},
		"secret as publishable":       {Publishable: shop.Keys.Secret},
		"restricted as publishable":   {Publishable: expired.Keys.Secret},
		"access token as publishable": {Publishable: token},
		"tampered token":              {Bearer: tampered(token, len(token.Reveal())-10)},
		"token without a signature":   {Bearer: secret.New(token.Reveal()[:strings.LastIndexByte(token.Reveal(), '.')+1])},
		"garbage":                     {Bearer: secret.New("garbage")},
		"a long text":                 {Bearer: secret.New(strings.Repeat("sk_test_", 1<<15))},
	}
	for name, presented := range rows {
		t.Run(name, func(t *testing.T) {
			h := h.In(t)
			presented.SubjectID = shop.ID
			_, err := h.Svc.Access.Authenticate(t.Context(), presented)
			if answer := testkit.AnswerOf(t, err); answer.Kind != fault.Unauthenticated || answer.Code != fault.CodeCredentials {
				t.Errorf("%s answers %v", name, err)
			}
		})
	}
	// A wrong secret of a customer that is, of one that was, and of a dead entry
	// are answered in the same words.
	for _, bearer := range []secret.Text{gone.Keys.Secret, revoked.Keys.Secret, expired.Keys.Secret} {
		_, wrong := h.Svc.Access.Authenticate(t.Context(), access.Presented{Bearer: forged.Secret, SubjectID: shop.ID})
		_, dead := h.Svc.Access.Authenticate(t.Context(), access.Presented{Bearer: bearer, SubjectID: shop.ID})
		if diff := cmp.Diff(testkit.AnswerOf(t, wrong), testkit.AnswerOf(t, dead)); diff != "" {
			t.Errorf("they can be told apart: %s", diff)
		}
	}
}

// A secret key without X-CUSTOMER-ID is refused, naming the header, and before
// anything is looked up; a publishable key stands for its own customer.
func TestTheSubjectMustBeNamed(t *testing.T) {
	t.Parallel()
	watch, watched := testkit.Spied()
	h := testkit.Open(t, watched)
	watch.Reset()
	for _, bearer := range []secret.Text{h.Cove.Keys.Secret, forged(h, h.Cove).Secret, secret.New("garbage")} {
		_, err := h.Svc.Access.Authenticate(t.Context(), access.Presented{Bearer: bearer})
		if refusal := testkit.Refused(t, err, fault.Unauthenticated, fault.CodeAccess); !strings.Contains(refusal.Text, "X-CUSTOMER-ID") {
			t.Errorf("the refusal is %q", refusal.Text)
		}
	}
	for _, p := range []access.Presented{{Publishable: h.Cove.Keys.Publishable}, {Publishable: h.Cove.Keys.Publishable, SubjectID: h.Cove.ID}} {
		caller, err := h.Svc.Access.Authenticate(t.Context(), p)
		testkit.Must(t, err)
		if caller.ActsForAnother() || caller.Subject.Ref().ID.String() != h.Cove.ID {
			t.Errorf("the caller is %+v", caller)
		}
	}
	_, err := h.Svc.Access.Authenticate(t.Context(), access.Presented{Publishable: h.Cove.Keys.Publishable, SubjectID: h.Rival.ID})
	testkit.Refused(t, err, fault.Forbidden, fault.CodeAccess)
}

// Credentials of a sandbox are worth nothing in an installation that moves money,
// nor the other way round, even over one store.
func TestModesDoNotMix(t *testing.T) {
	t.Parallel()
	for _, tune := range [][]testkit.Tuning{nil, {testkit.Live}} {
		h := testkit.Open(t, tune...)
		ring, err := seal.Generate(cryptorand.Reader)
		testkit.Must(t, err)
		other := h.Service(ring, testkit.Live)
		if tune != nil {
			other = h.Service(ring)
		}
		testkit.Must(t, h.Present(h.Cove))
		for name, presented := range map[string]access.Presented{
			"key": {Bearer: h.Cove.Keys.Secret}, "token": {Bearer: h.Token(h.Cove).Keys.Secret},
			"restricted key": {Bearer: h.Mint(h.Cove, 0, "read").Keys.Secret}, "publishable key": {Publishable: h.Cove.Keys.Publishable},
		} {
			t.Run(name, func(t *testing.T) {
				h := h.In(t)
				presented.SubjectID = h.Cove.ID
				if _, err := other.Access.Authenticate(t.Context(), presented); fault.KindOf(err) != fault.Unauthenticated {
					t.Errorf("a %s of the other mode answers %v", name, err)
				}
			})
		}
		_, err = other.Access.GrantToken(t.Context(), access.GrantInput{
			GrantType: patch.Of("client_credentials"), Scope: patch.Of("auth"), ClientID: patch.Of(h.Cove.ID), ClientSecret: patch.Of(h.Cove.Keys.Secret),
		})
		testkit.Refused(t, err, fault.Unauthenticated, fault.CodeCredentials)
	}
}

// An access token lives as long as what it was made of: it dies with its key's
// revocation or end, with its user, and by itself after 14 days.
func TestTokensDieWithWhatIssuedThem(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	shop := h.Create(h.Cove, testkit.One(testkit.User("ada")))
	ada, err := h.Login("ada", "correct-horse")
	testkit.Must(t, err)
	token := h.Token(shop)
	restricted := h.Token(h.Mint(shop, 0, "read"))
	if _, err := h.TryUpdate(h.As(restricted), "", `{"name":"X"}`); fault.CodeOf(err) != fault.CodeScope {
		t.Errorf("the token of a read-only key writes: %v", err)
	}
	rotated, err := h.Svc.Access.RotateKeys(t.Context(), h.As(shop), "", testkit.Input[access.RotateInput](t, `{"graceSeconds":3600}`))
	testkit.Must(t, err)
	newest := testkit.Party{ID: shop.ID, Keys: rotated.Pair}
	fresh := h.Token(newest)
	h.Clock.Advance(time.Hour - time.Second)
	testkit.Must(t, h.Present(token))
	h.Clock.Advance(time.Second)
	testkit.Refused(t, h.Present(token), fault.Unauthenticated, fault.CodeCredentials)

	_, err = h.Svc.Access.RevokeKey(t.Context(), h.As(newest), access.RevokeInput{KeyID: h.KeyID(newest.ID, 2)})
	testkit.Must(t, err)
	testkit.Refused(t, h.Present(restricted), fault.Unauthenticated, fault.CodeCredentials)

	testkit.Must(t, h.Present(ada))
	record := h.Record(shop.ID).Clone()
	record.Users[0].Active, record.Version = false, record.Version+1
	testkit.Must(t, h.Store.Replace(t.Context(), record, record.Version-1))
	testkit.Refused(t, h.Present(ada), fault.Unauthenticated, fault.CodeCredentials)
	_, err = h.Login("ada", "correct-horse")
	testkit.Refused(t, err, fault.Unauthenticated, fault.CodeCredentials)

	h.Clock.Advance(keys.TokenLife - time.Hour)
	testkit.Refused(t, h.Present(fresh), fault.Unauthenticated, fault.CodeCredentials)
	testkit.Must(t, h.Present(newest))
}

// A request costs one read of its actor, and at most one more for each further customer
// that it names, the operator included: a store may bring some along with the first.
// Nothing is read twice.
func TestNobodyIsReadTwice(t *testing.T) {
	t.Parallel()
	watch, watched := testkit.Spied()
	h := testkit.Open(t, watched)
	shop := h.Create(h.Cove, testkit.One(``))
	reader := h.Mint(h.Cove, 0, "read")
	for _, row := range []struct {
		name, subject, target string
		bearer                testkit.Party
		calls                 []string
	}{
		{"itself", h.Cove.ID, "", h.Cove, []string{"Get"}},
		{"itself by id", h.Cove.ID, h.Cove.ID, h.Cove, []string{"Get"}},
		{"a restricted key", h.Cove.ID, h.Cove.ID, reader, []string{"Get"}},
		{"a token", h.Cove.ID, h.Cove.ID, h.Token(h.Cove), []string{"Get"}},
		{"a child", h.Cove.ID, shop.ID, h.Cove, []string{"Get", "Get"}},
		{"as a child", shop.ID, "", h.Cove, []string{"GetTogether", "Get"}},
		{"as a child by id", shop.ID, shop.ID, h.Cove, []string{"GetTogether", "Get"}},
		{"the operator, as anybody", shop.ID, "", h.Operator, []string{"GetTogether", "GetAnywhere"}},
	} {
		t.Run(row.name, func(t *testing.T) {
			h := h.In(t)
			watch.Reset()
			caller, err := h.Svc.Access.Authenticate(t.Context(), access.Presented{Bearer: row.bearer.Keys.Secret, SubjectID: row.subject})
			testkit.Must(t, err)
			c, err := h.Svc.Lifecycle.Get(t.Context(), caller, row.target)
			testkit.Must(t, err)
			_, err = h.Svc.View.View(caller, c)
			testkit.Must(t, err)
			calls := watch.Since()
			if diff := cmp.Diff(row.calls[:min(len(calls), len(row.calls))], calls); diff != "" {
				t.Errorf("%s: %s", row.name, diff)
			}
		})
	}
	watch.Reset()
	_, _ = h.Svc.Access.Authenticate(t.Context(), access.Presented{Bearer: tampered(h.Cove.Keys.Secret, 20), SubjectID: h.Cove.ID})
	if calls := watch.Since(); len(calls) > 0 {
		t.Errorf("a key with a wrong checksum cost %v", calls)
	}
}
