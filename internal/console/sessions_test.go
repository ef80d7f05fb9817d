package console_test

import (
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"tenantry/customers/access"
	"tenantry/customers/rows"
	"tenantry/internal/api"
	"tenantry/internal/console"
	"tenantry/internal/patch"
	"tenantry/internal/secret"
	"tenantry/internal/testkit"
)

// A wrong password and an unknown name are refused in the same words, keep the name and
// never the password.
func TestSigningInWrongly(t *testing.T) {
	t.Parallel()
	s, _, _ := open(t)
	b := s.visitor(t)
	b.get("/console/sign-in?stay=1").ok(http.StatusOK)
	wrong := b.post("/console/sign-in", "username", "olga", "password", "wrong-password").ok(http.StatusUnauthorized)
	wrong.has(`value="olga"`, "do not match").lacks("wrong-password")
	unknown := b.post("/console/sign-in", "username", "nobody", "password", "wrong-password").ok(http.StatusUnauthorized)
	if strings.ReplaceAll(unknown.words(), "nobody", "olga") != wrong.words() {
		t.Errorf("an unknown name is told %s", unknown.words())
	}
	b.post("/console/sign-in", "username", "", "password", "").ok(http.StatusUnprocessableEntity).has(`id="f-username-fault"`, `id="f-password-fault"`)
	b.token = "nonsense"
	b.post("/console/sign-in", "username", "olga", "password", password).ok(http.StatusForbidden)
}

// Log-ins by the page are limited as those for tokens are.
func TestSigningInIsLimited(t *testing.T) {
	t.Parallel()
	s, _, _ := openOn(t, testkit.Open(t))
	b := s.visitor(t)
	b.get("/console/sign-in?stay=1")
	for range 200 {
		got := b.post("/console/sign-in", "username", "olga", "password", "wrong-password")
		if got.Status == http.StatusTooManyRequests {
			got.has("There is a problem")
			return
		}
		got.ok(http.StatusUnauthorized)
	}
	t.Error("200 wrong passwords were looked at")
}

// A session ends for good when it is signed out of, when its user is disabled or gets a new
// password, when its customer is disabled, and by itself when it is not used.
func TestSessionsEnd(t *testing.T) {
	t.Parallel()
	for name, end := range map[string]func(t *testing.T, s *site, b *browser){
		"signed out": func(_ *testing.T, _ *site, b *browser) {
			b.post("/console/sign-out").leadsTo("/console/sign-in")
		},
		"user disabled": func(t *testing.T, s *site, _ *browser) {
			change := access.UserChange{Status: patch.Of("disabled")}
			testkit.Must(t, testkit.Second(s.Svc.Access.UpdateUser(t.Context(), s.As(s.Cove), "", s.userID(s.Cove.ID, "petra"), change)))
		},
		"new password": func(t *testing.T, s *site, _ *browser) {
			change := access.UserChange{Password: patch.Of(secret.New("another-otter-canal-brick"))}
			testkit.Must(t, testkit.Second(s.Svc.Access.UpdateUser(t.Context(), s.As(s.Cove), "", s.userID(s.Cove.ID, "petra"), change)))
		},
		"not used":      func(_ *testing.T, s *site, _ *browser) { s.Clock.Advance(12*time.Hour + time.Second) },
		"customer gone": func(_ *testing.T, s *site, _ *browser) { s.SetStatus(s.Operator, s.Cove.ID, "disabled") },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, _, _ := open(t)
			b := s.as(t, "petra")
			stolen := b.client.Jar
			b.get("/console/me").ok(http.StatusOK)
			end(t, s, b)
			b.client.Jar = stolen
			got := b.get("/console/me")
			if name == "customer gone" { // said so, as the API does
				got.ok(http.StatusForbidden)
				return
			}
			got.leadsTo("/console/sign-in?next=%2Fconsole%2Fme")
		})
	}
}

// A session that is used lives on, but no longer than two weeks; a stored session opens
// nothing by itself.
func TestSessionsLiveWhileTheyAreUsed(t *testing.T) {
	t.Parallel()
	s, _, _ := open(t)
	b := s.as(t, "petra")
	for range 33 { // 11 days
		s.Clock.Advance(8 * time.Hour)
		b.get("/console/me").ok(http.StatusOK)
	}
	s.Clock.Advance(8 * time.Hour)
	for range 12 {
		s.Clock.Advance(6 * time.Hour)
		b.get("/console/me")
	}
	b.get("/console/me").leadsTo("/console/sign-in?next=%2Fconsole%2Fme")
	other := s.as(t, "petra")
	kept, err := s.Store.ReservationsBehind(t.Context(), "session:"+s.userID(s.Cove.ID, "petra"), "", 10)
	testkit.Must(t, err)
	for _, one := range kept {
		for _, part := range strings.Split(one.Key, ":") {
			request := other.visitor(t)
			got := request.get("/console/me", "Cookie", "tenantry-session="+part)
			if got.Status != http.StatusSeeOther {
				t.Errorf("what is stored opens %d", got.Status)
			}
		}
	}
	if len(kept) == 0 {
		t.Error("no session is kept")
	}
}

// A person sees its sessions, ends others, and changes its password, which ends all but
// the one that did it.
func TestOwnSessionsAndPassword(t *testing.T) {
	t.Parallel()
	s, _, _ := open(t)
	here, there := s.as(t, "petra"), s.as(t, "petra")
	rita := s.as(t, "rita")
	got := here.get("/console/me").ok(http.StatusOK).has("This one")
	if n := strings.Count(got.Text, "/console/me/sessions/"); n != 2 {
		t.Errorf("%d sessions are listed", n)
	}
	_, after, _ := strings.Cut(there.get("/console/me").Text, "This one")
	_, own, _ := strings.Cut(after, "/console/me/sessions/")
	own, _, _ = strings.Cut(own, `"`)
	rita.post("/console/me/sessions/" + own).ok(http.StatusNotFound)
	here.get("/console/me")
	here.post("/console/me/sessions/" + own).leadsTo("/console/me")
	there.get("/console/me").leadsTo("/console/sign-in?next=%2Fconsole%2Fme")

	here.get("/console/me").has("was ended")
	here.post("/console/me/password", "currentPassword", "wrong", "newPassword", "another-otter-canal-brick", "repeated", "another-otter-canal-brick").ok(http.StatusUnprocessableEntity).has(`id="f-currentPassword-fault"`)
	here.post("/console/me/password", "currentPassword", password, "newPassword", "another-otter-canal-brick", "repeated", "other").ok(http.StatusUnprocessableEntity).has(`id="f-repeated-fault"`)
	second := s.as(t, "petra")
	here.get("/console/me")
	here.post("/console/me/password", "currentPassword", password, "newPassword", "another-otter-canal-brick", "repeated", "another-otter-canal-brick").leadsTo("/console/me")
	here.get("/console/me").ok(http.StatusOK)
	second.get("/console/me").leadsTo("/console/sign-in?next=%2Fconsole%2Fme")
}

// The cookie of a session is one that no script, no other site and, by https, no other host
// can touch.
func TestTheCookieOfASession(t *testing.T) {
	t.Parallel()
	for name, https := range map[string]bool{"tenantry-session": false, "__Host-tenantry-session": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, _, _ := open(t, func(o *console.Options) { o.HTTPS = func(*http.Request) bool { return https } })
			b := s.visitor(t)
			visit := b.get("/console/sign-in?stay=1").Header.Get("Set-Cookie")
			cookie, _, _ := strings.Cut(visit, ";")
			got := b.do(http.MethodPost, "/console/sign-in", strings.NewReader("formToken="+b.token+"&username=petra&password="+password),
				"Content-Type", "application/x-www-form-urlencoded", "Cookie", cookie)
			got.ok(http.StatusSeeOther)
			set := got.Header.Get("Set-Cookie")
			if !strings.HasPrefix(set, name+"=") || !strings.Contains(set, "HttpOnly") || !strings.Contains(set, "SameSite=Strict") || !strings.Contains(set, "Path=/;") || strings.Contains(set, "Secure") != https {
				t.Errorf("it is set by %s", set)
			}
		})
	}
}

// A set-up link names the operator and makes its first administrator, once; what is refused
// leaves it good, and a later link makes another administrator and names nothing.
func TestSettingUp(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t, testkit.Crowded)
	s := serve(t, h)
	b := s.visitor(t)
	b.get("/console").leadsTo("/console/sign-in")
	// A merchant may have users before the operator has: only a fresh installation leads on.
	serve(t, testkit.Install(t, testkit.Store(t), testkit.Crowded)).visitor(t).get("/console/sign-in").leadsTo("/setup")
	b.get("/console/sign-in").ok(http.StatusOK).has(`href="/setup"`, `name="username"`)
	link, err := h.Svc.Sessions.NewSetupLink(t.Context(), h.Local(""))
	testkit.Must(t, err)
	token := link.Token.Reveal()
	b.get("/setup").ok(http.StatusOK).has("Set up this installation", `name="token"`).lacks(h.Record(h.Operator.ID).Name, h.Record(h.Operator.ID).Email)
	form := []string{"token", token, "name", "Northwind", "email", "ops@northwind.example", "username", "mira", "password", password, "repeated", password}
	change := func(name, value string) []string {
		changed := append([]string{}, form...)
		for i := 0; i < len(changed); i += 2 {
			if changed[i] == name {
				changed[i+1] = value
			}
		}
		return changed
	}
	for field, value := range map[string]string{"token": "guess", "name": "", "email": "nobody", "username": "", "password": "short", "repeated": "other"} {
		t.Run(field, func(t *testing.T) {
			b := b.in(t)
			got := b.post("/setup", change(field, value)...).ok(http.StatusUnprocessableEntity).lacks(password)
			if field != "password" { // which then differs from the repeated one
				got.has(`id="f-` + field + `-fault"`)
			}
		})
	}
	if len(h.Record(h.Operator.ID).Users) != 0 {
		t.Error("a refusal made a user")
	}
	b.post("/setup", form...).leadsTo("/console/welcome")
	b.get("/console/welcome").ok(http.StatusOK).has("Create the first platform")
	b.post("/console/welcome", "name", "", "email", "x", "planKey", "platform").ok(http.StatusUnprocessableEntity).has(`value="x"`, `id="f-name-fault"`)
	b.post("/console/welcome", "name", "Acme", "email", "ops@acme.example", "planKey", "platform").ok(http.StatusOK).has("sk_test_")
	if c := h.Record(h.Operator.ID); c.Name != "Northwind" || c.Email != "ops@northwind.example" || len(c.Users) != 1 || c.Users[0].Role != "admin" {
		t.Errorf("the operator is %s %s %+v", c.Name, c.Email, c.Users)
	}
	again := s.visitor(t)
	again.get("/setup").has("New administrator").lacks("Northwind")
	again.get("/console/sign-in").lacks("/setup")
	again.post("/setup", change("username", "eve")...).ok(http.StatusUnprocessableEntity).has(`id="f-token-fault"`)
	late, err := h.Svc.Sessions.NewSetupLink(t.Context(), h.Local(""))
	testkit.Must(t, err)
	second := append(change("username", "noor"), "name", "Other")
	second[1] = late.Token.Reveal()
	again.post("/setup", second...).leadsTo("/console/welcome")
	if c := h.Record(h.Operator.ID); c.Name != "Northwind" || len(c.Users) != 2 {
		t.Errorf("the operator is %s with %d users", c.Name, len(c.Users))
	}
	ended, err := h.Svc.Sessions.NewSetupLink(t.Context(), h.Local(""))
	testkit.Must(t, err)
	h.Clock.Advance(25 * time.Hour)
	third := change("username", "ola")
	third[1] = ended.Token.Reveal()
	again.post("/setup", third...).ok(http.StatusUnprocessableEntity)
	for name, caller := range map[string]testkit.Party{"a platform": h.Cove} {
		if _, err := h.Svc.Sessions.NewSetupLink(t.Context(), h.As(caller)); err == nil {
			t.Errorf("%s makes set-up links", name)
		}
	}
}

// Pages are within the rate of who is signed in, a session at a time: past it a page says how
// long to wait, and other sessions go on, of the same user too.
func TestPagesAreWithinTheRateOfASession(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t, testkit.Crowded)
	limited := api.New(api.Options{Service: h.Svc, Now: h.Clock.Now, Mode: "sandbox", RatePerMinute: 6})
	s, shop, _ := openOn(t, h, func(o *console.Options) { o.Admit = limited.Admit })
	first, second := s.as(t, "petra"), s.as(t, "petra")
	for range 5 { // one was to sign in
		first.get("/console/customers/" + shop.ID).ok(http.StatusOK)
	}
	got := first.get("/console/customers/"+shop.ID).ok(http.StatusTooManyRequests).has("Too much at once", "Wait 10 s").lacks(shop.ID + "/banks")
	if got.Header.Get("Retry-After") != "10" {
		t.Errorf("Retry-After is %q", got.Header.Get("Retry-After"))
	}
	isSound(t, got)
	first.post("/console/theme", "theme", "dark").ok(http.StatusTooManyRequests)
	second.get("/console/customers/" + shop.ID).ok(http.StatusOK)
	h.Clock.Advance(10 * time.Second)
	first.get("/console/customers/" + shop.ID).ok(http.StatusOK)
}

// A store that does not answer is told of on a page that loads itself again, and what was
// typed into a form is not lost.
func TestALostStore(t *testing.T) {
	t.Parallel()
	h := testkit.OpenInMemory(t, testkit.Crowded)
	s, shop, _ := openOn(t, h)
	b := s.as(t, "petra")
	for n := 1; n <= 4; n++ {
		h.FailNext(n, errors.Join(errors.New("the network is down"), rows.ErrUnavailable))
		got := b.get("/console/customers/" + shop.ID)
		if got.Status == http.StatusOK {
			break
		}
		got.ok(http.StatusServiceUnavailable).has("The database does not answer", `http-equiv="refresh"`).lacks("the network is down")
		if got.Header.Get("Refresh") != "5" {
			t.Errorf("it refreshes %q", got.Header.Get("Refresh"))
		}
		isSound(t, got)
	}
	b.get("/console/customers/" + shop.ID) // meets what was to fail still
	b.get("/console/customers/" + shop.ID).ok(http.StatusOK)
}

// Everything works below a path that a proxy takes off.
func TestBelowAPath(t *testing.T) {
	t.Parallel()
	s, shop, _ := open(t, func(o *console.Options) { o.Base, o.Origin = "/tenantry", "https://pay.example" })
	b := s.visitor(t)
	b.get("/console").leadsTo("/tenantry/console/sign-in")
	b.get("/console/sign-in?stay=1").has(`action="/tenantry/console/sign-in"`, `href="/tenantry/console/assets/style.`)
	b.post("/console/sign-in", "username", "petra", "password", password).leadsTo("/tenantry/console")
	got := b.get("/console/customers/" + shop.ID).ok(http.StatusOK).has("https://pay.example/tenantry/v3/customers/")
	for _, link := range strings.Split(got.Text, `href="`)[1:] {
		if !strings.HasPrefix(link, "/tenantry/") && !strings.HasPrefix(link, "#") {
			t.Errorf("a link leads to %s", link[:min(len(link), 40)])
		}
	}
}

// The chosen theme holds on every page, and is nothing but one of three words.
func TestThemes(t *testing.T) {
	t.Parallel()
	s, _, _ := open(t)
	b := s.as(t, "olga")
	b.get("/console").lacks("data-theme")
	b.post("/console/theme", "theme", "dark", "back", "/console/customers").leadsTo("/console/customers")
	b.get("/console/reviews").has(`data-theme="dark"`)
	b.post("/console/theme", "theme", `x" onload="`, "back", "https://evil.example").leadsTo("/console")
	b.get("/console/reviews").has(`data-theme="dark"`)
	b.post("/console/theme", "theme", "auto").leadsTo("/console")
	b.get("/console/reviews").lacks("data-theme")
}
