package customers_test

import (
	cryptorand "crypto/rand"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tenantry/customers"
	"tenantry/internal/fault"
	"tenantry/internal/patch"
	"tenantry/internal/seal"
	"tenantry/internal/secret"
	"tenantry/keys"
)

// tampered gives a key with another character at that place.
func tampered(key secret.Text, place int) secret.Text {
	text := []byte(key.Reveal())
	text[place] = map[bool]byte{true: 'B', false: 'A'}[text[place] == 'A']
	return secret.New(string(text))
}

// forged gives a well-formed key of a customer with a random part of its own, as a
// stranger can make one who knows how keys are written.
func (h *house) forged(p party) keys.Pair {
	h.t.Helper()
	_, pair, err := keys.Minter{Mode: keys.Test}.Pair(h.record(p.id).Ref(), 1, h.clock.Now())
	must(h.t, err)
	return pair
}

// Whatever is wrong with a credential, the answer is that it is not good, and
// never which part of it was right.
func TestBadCredentialsAreRefused(t *testing.T) {
	t.Parallel()
	h := open(t)
	shop := h.create(h.cove, one(``))
	gone := h.create(h.cove, one(``))
	must(t, h.remove(h.cove, gone.id))
	revoked := h.mint(shop, 0, "read")
	_, err := h.svc.RevokeKey(t.Context(), h.as(shop), "", "key_2")
	must(t, err)
	expired := h.mint(shop, 60, "read")
	must(t, h.present(expired))
	h.clock.Advance(time.Minute)
	forged := h.forged(shop)
	token := h.token(shop).keys.Secret

	rows := map[string]customers.Presented{
		"nothing at all":              {},
		"wrong checksum":              {Bearer: tampered(shop.keys.Secret, len(shop.keys.Secret.Reveal())-1)},
		"tampered customer":           {Bearer: tampered(shop.keys.Secret, 20)},
		"cut short":                   {Bearer: secret.New(shop.keys.Secret.Reveal()[:50])},
		"white space":                 {Bearer: secret.New(shop.keys.Secret.Reveal() + " ")},
		"wrong secret":                {Bearer: forged.Secret},
		"wrong publishable":           {Publishable: forged.Publishable},
		"deleted customer":            {Bearer: gone.keys.Secret},
		"revoked":                     {Bearer: revoked.keys.Secret},
		"expired":                     {Bearer: expired.keys.Secret},
		"publishable as bearer":       {Bearer: shop.keys.Publishable},
		"secret as publishable":       {Publishable: shop.keys.Secret},
		"restricted as publishable":   {Publishable: expired.keys.Secret},
		"access token as publishable": {Publishable: token},
		"tampered token":              {Bearer: tampered(token, len(token.Reveal())-10)},
		"token without a signature":   {Bearer: secret.New(token.Reveal()[:strings.LastIndexByte(token.Reveal(), '.')+1])},
		"garbage":                     {Bearer: secret.New("garbage")},
		"a long text":                 {Bearer: secret.New(strings.Repeat("sk_test_", 1<<15))},
	}
	for name, presented := range rows {
		presented.SubjectID = shop.id
		_, err := h.svc.Authenticate(t.Context(), presented)
		if answer := answerOf(t, err); answer.Kind != fault.Unauthenticated || answer.Code != fault.CodeCredentials {
			t.Errorf("%s answers %v", name, err)
		}
	}
	// A wrong secret of a customer that is, of one that was, and of a dead entry
	// are told in the same words.
	for _, bearer := range []secret.Text{gone.keys.Secret, revoked.keys.Secret, expired.keys.Secret} {
		_, wrong := h.svc.Authenticate(t.Context(), customers.Presented{Bearer: forged.Secret, SubjectID: shop.id})
		_, dead := h.svc.Authenticate(t.Context(), customers.Presented{Bearer: bearer, SubjectID: shop.id})
		if diff := cmp.Diff(answerOf(t, wrong), answerOf(t, dead)); diff != "" {
			t.Errorf("they can be told apart: %s", diff)
		}
	}
}

// A secret key without X-CUSTOMER-ID is refused, naming the header, and before
// anything is looked up; a publishable key stands for its own customer.
func TestTheSubjectMustBeNamed(t *testing.T) {
	t.Parallel()
	watch, watched := spied()
	h := open(t, watched)
	watch.reset()
	for _, bearer := range []secret.Text{h.cove.keys.Secret, h.forged(h.cove).Secret, secret.New("garbage")} {
		_, err := h.svc.Authenticate(t.Context(), customers.Presented{Bearer: bearer})
		if refusal := refused(t, err, fault.Unauthenticated, fault.CodeAccess); !strings.Contains(refusal.Text, "X-CUSTOMER-ID") {
			t.Errorf("the refusal is %q", refusal.Text)
		}
	}
	for _, p := range []customers.Presented{{Publishable: h.cove.keys.Publishable}, {Publishable: h.cove.keys.Publishable, SubjectID: h.cove.id}} {
		caller, err := h.svc.Authenticate(t.Context(), p)
		must(t, err)
		if caller.ActsForAnother() || caller.Subject.Ref().ID.String() != h.cove.id {
			t.Errorf("the caller is %+v", caller)
		}
	}
	_, err := h.svc.Authenticate(t.Context(), customers.Presented{Publishable: h.cove.keys.Publishable, SubjectID: h.rival.id})
	refused(t, err, fault.Forbidden, fault.CodeAccess)
}

// Credentials of a sandbox are worth nothing in an installation that moves money,
// nor the other way round, even over one store.
func TestModesDoNotMix(t *testing.T) {
	t.Parallel()
	for _, tune := range [][]tuning{nil, {live}} {
		h := open(t, tune...)
		ring, err := seal.Generate(cryptorand.Reader)
		must(t, err)
		other := h.service(ring, live)
		if tune != nil {
			other = h.service(ring)
		}
		must(t, h.present(h.cove))
		for name, presented := range map[string]customers.Presented{
			"key": {Bearer: h.cove.keys.Secret}, "token": {Bearer: h.token(h.cove).keys.Secret},
			"restricted key": {Bearer: h.mint(h.cove, 0, "read").keys.Secret}, "publishable key": {Publishable: h.cove.keys.Publishable},
		} {
			presented.SubjectID = h.cove.id
			if _, err := other.Authenticate(t.Context(), presented); fault.KindOf(err) != fault.Unauthenticated {
				t.Errorf("a %s of the other mode answers %v", name, err)
			}
		}
		_, err = other.GrantToken(t.Context(), customers.GrantInput{
			GrantType: patch.Of("client_credentials"), Scope: patch.Of("auth"), ClientID: patch.Of(h.cove.id), ClientSecret: patch.Of(h.cove.keys.Secret),
		})
		refused(t, err, fault.Unauthenticated, fault.CodeCredentials)
	}
}

// An access token lives as long as what it was made of: it dies with its key's
// revocation or end, with its user, and by itself after 14 days.
func TestTokensDieWithWhatIssuedThem(t *testing.T) {
	t.Parallel()
	h := open(t)
	shop := h.create(h.cove, one(user("ada")))
	ada, err := h.login("ada", "correct-horse")
	must(t, err)
	token := h.token(shop)
	restricted := h.token(h.mint(shop, 0, "read"))
	if _, err := h.tryUpdate(h.as(restricted), "", `{"name":"X"}`); fault.CodeOf(err) != fault.CodeScope {
		t.Errorf("the token of a read-only key writes: %v", err)
	}
	rotated, err := h.svc.RotateKeys(t.Context(), h.as(shop), "", input[customers.RotateInput](t, `{"graceSeconds":3600}`))
	must(t, err)
	newest := party{shop.id, rotated.Pair}
	fresh := h.token(newest)
	h.clock.Advance(time.Hour - time.Second)
	must(t, h.present(token))
	h.clock.Advance(time.Second)
	refused(t, h.present(token), fault.Unauthenticated, fault.CodeCredentials)

	_, err = h.svc.RevokeKey(t.Context(), h.as(newest), "", "key_2")
	must(t, err)
	refused(t, h.present(restricted), fault.Unauthenticated, fault.CodeCredentials)

	must(t, h.present(ada))
	record := h.record(shop.id).Clone()
	record.Users[0].Active, record.Version = false, record.Version+1
	must(t, h.store.Replace(t.Context(), record, record.Version-1))
	refused(t, h.present(ada), fault.Unauthenticated, fault.CodeCredentials)
	_, err = h.login("ada", "correct-horse")
	refused(t, err, fault.Unauthenticated, fault.CodeCredentials)

	h.clock.Advance(keys.TokenLife - time.Hour)
	refused(t, h.present(fresh), fault.Unauthenticated, fault.CodeCredentials)
	must(t, h.present(newest))
}

// A request costs one read of its actor, and one more for each further customer
// that it names, the operator's included. Nothing is read twice.
func TestNobodyIsReadTwice(t *testing.T) {
	t.Parallel()
	watch, watched := spied()
	h := open(t, watched)
	shop := h.create(h.cove, one(``))
	reader := h.mint(h.cove, 0, "read")
	for _, row := range []struct {
		name, subject, target string
		bearer                party
		calls                 []string
	}{
		{"itself", h.cove.id, "", h.cove, []string{"Get"}},
		{"itself by id", h.cove.id, h.cove.id, h.cove, []string{"Get"}},
		{"a restricted key", h.cove.id, h.cove.id, reader, []string{"Get"}},
		{"a token", h.cove.id, h.cove.id, h.token(h.cove), []string{"Get"}},
		{"a child", h.cove.id, shop.id, h.cove, []string{"Get", "Get"}},
		{"as a child", shop.id, "", h.cove, []string{"Get", "Get"}},
		{"as a child by id", shop.id, shop.id, h.cove, []string{"Get", "Get"}},
		{"the operator, as anybody", shop.id, "", h.operator, []string{"Get", "GetAnywhere"}},
	} {
		watch.reset()
		caller, err := h.svc.Authenticate(t.Context(), customers.Presented{Bearer: row.bearer.keys.Secret, SubjectID: row.subject})
		must(t, err)
		c, err := h.svc.Get(t.Context(), caller, row.target)
		must(t, err)
		_, err = h.svc.View(caller, c)
		must(t, err)
		if diff := cmp.Diff(row.calls, watch.since()); diff != "" {
			t.Errorf("%s: %s", row.name, diff)
		}
	}
	watch.reset()
	_, _ = h.svc.Authenticate(t.Context(), customers.Presented{Bearer: tampered(h.cove.keys.Secret, 20), SubjectID: h.cove.id})
	if calls := watch.since(); len(calls) > 0 {
		t.Errorf("a key with a wrong checksum cost %v", calls)
	}
}
