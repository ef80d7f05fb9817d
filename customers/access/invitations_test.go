package access_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tenantry/customers/access"
	"tenantry/customers/view"
	"tenantry/internal/fault"
	"tenantry/internal/patch"
	"tenantry/internal/secret"
	"tenantry/internal/testkit"
	"tenantry/tenancy"
)

func invite(h *testkit.Env, by testkit.Party, id, body string) (access.Invited, error) {
	h.T.Helper()
	return h.Svc.Invitations.Invite(h.T.Context(), h.As(by), id, testkit.Input[access.InvitationInput](h.T, body))
}

// invited returns the invitation of somebody who must be invited.
func invited(h *testkit.Env, by testkit.Party, id, body string) access.Invited {
	h.T.Helper()
	sent, err := invite(h, by, id, body)
	testkit.Must(h.T, err)
	return sent
}

func accept(h *testkit.Env, token secret.Text, password string) (view.UserView, error) {
	h.T.Helper()
	_, user, err := h.Svc.Invitations.Accept(h.T.Context(), access.AcceptInput{Token: patch.Of(token), Password: patch.Of(secret.New(password))})
	return user, err
}

// refusedLink demands that a link is refused in the words for a dead one.
func refusedLink(h *testkit.Env, name string, token secret.Text) {
	h.T.Helper()
	if _, err := accept(h, token, "entirely fresh"); fault.KindOf(err) != fault.Unauthenticated || !strings.Contains(err.Error(), "this invitation is not valid") {
		h.T.Errorf("%s: got %v, want the link dead", name, err)
	}
}

// An invited person sets a password and signs in with the role that was offered, once;
// until then the user is listed, has the name, and cannot sign in.
func TestAnInvitedPersonBecomesAUser(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	staffed(h, h.Cove)
	sent := invited(h, h.Cove, "", `{"username":"Mira@harbor.example","name":"Mira Okafor","role":"clerk"}`)
	if got := sent.Invitation; got.Status != "pending" || got.Role != "clerk" || got.Name != "Mira Okafor" || time.Time(got.Expires) != h.Clock.Now().Add(7*24*time.Hour) {
		t.Errorf("the invitation is %+v", got)
	}
	listed, err := h.Svc.Invitations.List(t.Context(), h.As(h.Cove), "")
	testkit.Must(t, err)
	if len(listed) != 1 || listed[0] != sent.Invitation {
		t.Errorf("the list is %+v, want %+v", listed, sent.Invitation)
	}
	users, err := h.Svc.Access.Users(t.Context(), h.As(h.Cove), "")
	testkit.Must(t, err)
	if got := users[2]; got.Status != view.Invited || got.ID != sent.Invitation.ID {
		t.Errorf("among the users: %+v", got)
	}
	_, err = h.Login("mira@harbor.example", "")
	testkit.Refused(t, err, fault.Unauthenticated, fault.CodeCredentials)
	_, err = h.AddUser(h.Cove, "", `{"username":"MIRA@harbor.example","password":"long enough"}`)
	testkit.Duplicate(t, err, "username")

	_, err = accept(h, sent.Token, "password1")
	if got := testkit.Fields(testkit.Refused(t, err, fault.Invalid, fault.CodeValidation)); got["password"] != fault.BadValue {
		t.Errorf("a guessable password: %v", got)
	}
	user, err := accept(h, sent.Token, "entirely fresh")
	testkit.Must(t, err)
	if user.ID != sent.Invitation.ID || user.Status != view.Active || user.Role != "clerk" {
		t.Errorf("the user is %+v", user)
	}
	mira := signedIn(h, "mira@harbor.example", "entirely fresh")
	if scopes := h.As(mira).Credential.Scopes; scopes != tenancy.Read {
		t.Errorf("a clerk may %s", scopes)
	}
	refusedLink(h, "a used link", sent.Token)
	testkit.Refused(t, h.Svc.Invitations.End(t.Context(), h.As(h.Cove), "", sent.Invitation.ID), fault.NotFound, fault.CodeNotFound)
	signedIn(h, "mira@harbor.example", "entirely fresh")
}

// The record and the trail hold nothing that a link could be made of, and the trail names
// who invited and who accepted by ids alone.
func TestInvitationsLeaveNoLinkBehind(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	boss, _ := staffed(h, h.Cove)
	sent := invited(h, signedIn(h, "boss", "long enough"), "", `{"username":"mira","role":"admin"}`)
	stored, err := json.Marshal(h.Record(h.Cove.ID))
	testkit.Must(t, err)
	testkit.Conceals(t, "the record", stored, sent.Token.Reveal(), sent.Token.Reveal()[60:])
	_, err = accept(h, sent.Token, "entirely fresh")
	testkit.Must(t, err)
	again := invited(h, h.Cove, "", `{"username":"noor"}`)
	testkit.Must(t, h.Svc.Invitations.End(t.Context(), h.As(h.Cove), "", again.Invitation.ID))
	var trail []string
	for _, event := range h.Events(h.Cove.ID) {
		if strings.Contains(event.Type, "invit") {
			trail = append(trail, event.Type+" by "+event.Credential)
			testkit.Conceals(t, event.Type, event.About, "mira", "noor")
		}
	}
	want := []string{
		"user.invited by " + boss, "user.invitation_accepted by " + sent.Invitation.ID,
		"user.invited by " + h.KeyID(h.Cove.ID, 1), "user.invitation_ended by " + h.KeyID(h.Cove.ID, 1),
	}
	if diff := cmp.Diff(want, trail); diff != "" {
		t.Errorf("the trail differs: %s", diff)
	}
}

// A link is dead once it is expired, ended or replaced, and with the credential that made
// it, whichever customer that belongs to: the key that is revoked, the user who is
// disabled, made a clerk or given another password. All of it is refused in one text.
func TestALinkDiesWithWhatItHangsOn(t *testing.T) {
	t.Parallel()
	// The platform invites somebody to a shop; each row says what happens then.
	type scene struct {
		*testkit.Env
		shop, boss string
		sent       access.Invited
	}
	byBoss := func(body string) func(*scene) error {
		return func(h *scene) error { return testkit.Second(changeUser(h.Env, h.Cove, "", h.boss, body)) }
	}
	for name, row := range map[string]struct {
		status string // in the list afterwards; empty where it is not listed
		byKey  bool   // invited by a restricted key, else by an administrator
		end    func(*scene) error
	}{
		"expiry": {status: "expired", end: func(h *scene) error { h.Clock.Advance(7 * 24 * time.Hour); return nil }},
		"ended": {end: func(h *scene) error {
			return h.Svc.Invitations.End(t.Context(), h.As(h.Cove), h.shop, h.sent.Invitation.ID)
		}},
		"replaced": {status: "pending", end: func(h *scene) error {
			return testkit.Second(invite(h.Env, h.Cove, h.shop, `{"username":"NOOR"}`))
		}},
		"its key is revoked": {status: "revoked", byKey: true, end: func(h *scene) error {
			return testkit.Second(h.Svc.Access.RevokeKey(t.Context(), h.As(h.Cove), access.RevokeInput{KeyID: h.KeyID(h.Cove.ID, 2)}))
		}},
		"its user is disabled":        {status: "revoked", end: byBoss(`{"status":"disabled"}`)},
		"its user is a clerk now":     {status: "revoked", end: byBoss(`{"role":"clerk"}`)},
		"its user has a new password": {status: "revoked", end: byBoss(`{"password":"entirely other"}`)},
		"its user changed its own": {status: "revoked", end: func(h *scene) error {
			return testkit.Second(changeOwn(h.Env, signedIn(h.Env, "boss", "long enough"), "long enough", "entirely other"))
		}},
		"the customer is erased": {end: func(h *scene) error { return h.Remove(h.Cove, h.shop) }},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := &scene{Env: testkit.Open(t)}
			h.boss, _ = staffed(h.Env, h.Cove)
			h.shop = h.MerchantOf(h.Cove).ID
			by := signedIn(h.Env, "boss", "long enough")
			if row.byKey {
				by = h.Mint(h.Cove, 0, "read", "users:write")
			}
			h.sent = invited(h.Env, by, h.shop, `{"username":"noor","role":"clerk"}`)
			testkit.Must(t, row.end(h))
			refusedLink(h.Env, name, h.sent.Token)
			if name == "the customer is erased" {
				return
			}
			list, err := h.Svc.Invitations.List(t.Context(), h.As(h.Cove), h.shop)
			testkit.Must(t, err)
			var got string
			for _, shown := range list {
				got = shown.Status
			}
			if got != row.status {
				t.Errorf("it is listed as %q, want %q", got, row.status)
			}
		})
	}
}

// Nobody gets in by a link that is made up, altered or put together of two good ones.
func TestLinksAreNotForged(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	one, two := invited(h, h.Cove, "", `{"username":"one","role":"clerk"}`), invited(h, h.Cove, "", `{"username":"two","role":"admin"}`)
	good, other := one.Token.Reveal(), two.Token.Reveal()
	for name, text := range map[string]string{ // no subtests: the links must stay good
		"nothing": "inv_", "a text": "nonsense", "without its kind": good[4:], "cut": good[:len(good)-1], "longer": good + "A",
		"the secret of another": good[:52] + other[52:], "another user": other[:52] + good[52:], "zeros": "inv_" + strings.Repeat("A", len(good)-4),
		"a key": h.Cove.Keys.Secret.Reveal(),
	} {
		refusedLink(h, name, secret.New(text))
	}
	for _, sent := range []access.Invited{one, two} {
		_, err := accept(h, sent.Token, "entirely fresh")
		testkit.Must(t, err)
	}
}

// A credential invites nobody to do more than it may, nor replaces or ends the invitation
// of one who may; a clerk invites nobody at all, and is told whom to ask.
func TestNobodyInvitesAboveItself(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	staffed(h, h.Cove)
	writer, clerk := h.Mint(h.Cove, 0, "read", "users:write"), signedIn(h, "clerk", "long enough")
	admin := invited(h, h.Cove, "", `{"username":"mira","role":"admin"}`)
	for name, err := range map[string]error{
		"inviting an administrator": testkit.Second(invite(h, writer, "", `{"username":"eve","role":"admin"}`)),
		"replacing its link":        testkit.Second(invite(h, writer, "", `{"username":"mira","role":"clerk"}`)),
		"ending it":                 h.Svc.Invitations.End(t.Context(), h.As(writer), "", admin.Invitation.ID),
		"a clerk":                   testkit.Second(invite(h, clerk, "", `{"username":"eve"}`)),
	} {
		t.Run(name, func(t *testing.T) { testkit.Refused(t, err, fault.Forbidden, fault.CodeScope) })
	}
	_, err := invite(h, clerk, "", `{"username":"eve"}`)
	if want := "you lack the scope users:write; ask an administrator"; !strings.Contains(err.Error(), want) {
		t.Errorf("a clerk is told %q", err)
	}
	_, err = accept(h, admin.Token, "entirely fresh")
	testkit.Must(t, err)
}

// Faulty invitations are refused by the field, and a user who has not accepted is changed
// by another invitation alone.
func TestInvitationsAreChecked(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	sent := invited(h, h.Cove, "", `{"username":"mira"}`)
	if sent.Invitation.Role != "admin" {
		t.Errorf("the first user is %s", sent.Invitation.Role)
	}
	for field, row := range map[string]struct {
		body   string
		detail fault.Detail
	}{
		"username":         {`{}`, fault.Missing},
		"name":             {`{"username":"eve","name":"a\nb"}`, fault.BadValue},
		"role":             {`{"username":"eve","role":"owner"}`, fault.BadValue},
		"expiresInSeconds": {`{"username":"eve","expiresInSeconds":299}`, fault.BadValue},
	} {
		t.Run(field, func(t *testing.T) {
			h := h.In(t)
			_, err := invite(h, h.Cove, "", row.body)
			if got := testkit.Fields(testkit.Refused(t, err, fault.Invalid, fault.CodeValidation)); got[field] != row.detail {
				t.Errorf("the faults are %v", got)
			}
		})
	}
	for _, body := range []string{`{"status":"active"}`, `{"password":"entirely fresh"}`, `{"role":"clerk"}`} {
		_, err := changeUser(h, h.Cove, "", sent.Invitation.ID, body)
		testkit.Refused(t, err, fault.Conflict, fault.CodeConflict)
	}
	h.SetStatus(h.Operator, h.Cove.ID, "disabled")
	_, err := accept(h, sent.Token, "entirely fresh")
	testkit.Refused(t, err, fault.Forbidden, fault.CodeCustomerDisabled)
}

// Of two who use one link at once, one sets the password.
func TestALinkWorksOnce(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	sent := invited(h, h.Cove, "", `{"username":"mira"}`)
	const tries = 4
	failed := make(chan error, tries)
	for i := range tries {
		go func() {
			_, err := accept(h, sent.Token, "entirely fresh "+strings.Repeat("x", i))
			failed <- err
		}()
	}
	done := 0
	for range tries {
		err := <-failed
		if err == nil {
			done++
		} else if kind := fault.KindOf(err); kind != fault.Unauthenticated && kind != fault.Unavailable {
			t.Errorf("a loser is told %v", err)
		}
	}
	if done != 1 {
		t.Errorf("%d of %d set the password", done, tries)
	}
}

// An invitation that expired holds its name against nobody: another account of the platform
// may invite or make a user of it, and its own account too. Until then the name is taken.
func TestAnExpiredInvitationGivesItsNameBack(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	staffed(h, h.Cove)
	shop := h.Create(h.Cove, testkit.Harbor)
	for name, again := range map[string]func(username string) error{
		"invited elsewhere": func(username string) error {
			_, err := invite(h, h.Cove, shop.ID, `{"username":"`+username+`","role":"clerk"}`)
			return err
		},
		"made elsewhere": func(username string) error {
			_, err := h.AddUser(h.Cove, shop.ID, `{"username":"`+username+`","password":"velvet harbor sixteen","role":"clerk"}`)
			return err
		},
		"made in the same account": func(username string) error {
			_, err := h.AddUser(h.Cove, h.Cove.ID, `{"username":"`+username+`","password":"velvet harbor sixteen","role":"clerk"}`)
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			h := h.In(t)
			username := strings.ReplaceAll(name, " ", ".") + "@harbor.example"
			sent := invited(h, h.Cove, "", `{"username":"`+username+`","role":"clerk","expiresInSeconds":600}`)
			h.Clock.Advance(10*time.Minute - time.Second)
			if err := again(username); fault.KindOf(err) != fault.Conflict {
				t.Fatalf("while the link works: %v", err)
			}
			h.Clock.Advance(time.Second)
			testkit.Must(t, again(strings.ToUpper(username[:1])+username[1:]))
			refusedLink(h, name, sent.Token)
			for _, user := range h.Record(h.Cove.ID).Users {
				if user.ID.String() == sent.Invitation.ID {
					t.Error("the invited user is still there")
				}
			}
			if _, err := h.AddUser(h.Cove, h.Cove.ID, `{"username":"`+username+`","password":"velvet harbor sixteen"}`); fault.KindOf(err) != fault.Conflict {
				t.Errorf("the name is given twice: %v", err)
			}
		})
	}
}
