package onboarding_test

import (
	"bytes"
	"encoding/base64"
	"image"
	"image/png"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	linkcase "tenantry/customers/onboarding"
	"tenantry/internal/console/onboarding"
	"tenantry/internal/console/page"
	"tenantry/internal/testkit"
	"tenantry/plans"
)

// site is the pages of an installation.
type site struct {
	*testkit.Env
	url  string
	shop testkit.Party
}

// in returns s for a subtest, which then is what fails.
func (s *site) in(t *testing.T) *site {
	next := *s
	next.Env = s.In(t)
	return &next
}

func open(t *testing.T, tunings ...testkit.Tuning) *site {
	t.Helper()
	s := &site{Env: testkit.Open(t, tunings...)}
	https := func(r *http.Request) bool { return r.Header.Get("X-Https") != "" }
	kit, err := page.New(page.Options{Sandbox: true, Now: s.Clock.Now, HTTPS: https})
	testkit.Must(t, err)
	pages, err := onboarding.New(onboarding.Options{
		App: s.Svc, Kit: kit, HTTPS: https, Address: func(*http.Request) string { return "203.0.113.7" }, Sandbox: true,
	})
	testkit.Must(t, err)
	server := httptest.NewServer(pages)
	t.Cleanup(server.Close)
	s.url, s.shop = server.URL, s.MerchantOf(s.Cove)
	return s
}

// link mints a link and returns its path.
func (s *site) link(body string) string {
	s.T.Helper()
	minted, err := s.Svc.Onboarding.MintLink(s.T.Context(), s.As(s.Cove), s.shop.ID, testkit.Input[linkcase.LinkInput](s.T, body))
	testkit.Must(s.T, err)
	return onboarding.Prefix + minted.Token.Reveal()
}

// browser is a browser with cookies of its own and without scripts.
type browser struct {
	site   *site
	client *http.Client
	// at, status, header and body are what it was last shown.
	at     string
	status int
	header http.Header
	body   string
}

func (s *site) browser() *browser {
	jar, _ := cookiejar.New(nil) // it never fails
	return &browser{site: s, client: &http.Client{Transport: &http.Transport{}, Jar: jar, CheckRedirect: func(r *http.Request, _ []*http.Request) error {
		if !strings.HasPrefix(r.URL.String(), s.url) {
			return http.ErrUseLastResponse
		}
		return nil
	}}}
}

var tokenForm = regexp.MustCompile(`name="formToken" value="([^"]+)"`)

func (b *browser) do(r *http.Request, err error) *browser {
	b.site.T.Helper()
	testkit.Must(b.site.T, err)
	answer, err := b.client.Do(r)
	testkit.Must(b.site.T, err)
	content, err := io.ReadAll(answer.Body)
	testkit.Must(b.site.T, err)
	_ = answer.Body.Close()
	b.at, b.status, b.header, b.body = answer.Request.URL.Path, answer.StatusCode, answer.Header, string(content)
	policy := answer.Header.Get("Content-Security-Policy")
	if strings.HasPrefix(answer.Header.Get("Content-Type"), "text/html") && (!strings.HasPrefix(policy, "default-src 'none'") || strings.Contains(policy, "unsafe") ||
		!strings.Contains(policy, "form-action 'self'") || !strings.Contains(policy, "frame-ancestors ") || answer.Header.Get("Cache-Control") != "no-store") {
		b.site.T.Errorf("%s %s has the policy %q and is cached %q", r.Method, b.at, policy, answer.Header.Get("Cache-Control"))
	}
	return b
}

func (b *browser) get(path string) *browser {
	b.site.T.Helper()
	return b.do(http.NewRequest(http.MethodGet, b.site.url+path, http.NoBody))
}

// post sends a form with the token of the page that it was last shown.
func (b *browser) post(path string, pairs ...string) *browser {
	b.site.T.Helper()
	values := url.Values{}
	if token := tokenForm.FindStringSubmatch(b.body); token != nil {
		values.Set(page.FormTokenField, token[1])
	}
	for i := 0; i < len(pairs); i += 2 {
		values.Set(pairs[i], pairs[i+1])
	}
	r, err := http.NewRequest(http.MethodPost, b.site.url+path, strings.NewReader(values.Encode()))
	testkit.Must(b.site.T, err)
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	return b.do(r, nil)
}

// is demands the status and texts of what was shown.
func (b *browser) is(status int, texts ...string) *browser {
	b.site.T.Helper()
	if b.status != status {
		b.site.T.Fatalf("%s is answered %d, want %d: %s", b.at, b.status, status, b.body)
	}
	for _, text := range texts {
		if !strings.Contains(b.body, text) {
			b.site.T.Errorf("%s does not say %q: %s", b.at, text, b.body)
		}
	}
	return b
}

// inside returns a browser that opened a link.
func (s *site) inside(link string) *browser {
	s.T.Helper()
	b := s.browser()
	b.get(link).is(200, "Cove needs some details")
	return b.post(link+"/open").is(200, "What is needed")
}

var (
	business = []string{"legalEntity.entityType", "LLC", "legalEntity.businessName", "Zanzibar Bicycles LLC"}
	tax      = []string{"legalEntity.businessTaxId", "98-7654321"}
	place    = []string{
		"legalEntity.businessAddress.country", "USA", "legalEntity.businessAddress.street1", "77 Xylophone Quay",
		"legalEntity.businessAddress.city", "Quincyville", "legalEntity.businessAddress.state", "ME", "legalEntity.businessAddress.postalCode", "04101",
	}
	person = []string{
		"legalEntity.personalContact.firstName", "Wilhelmina", "legalEntity.personalContact.lastName", "Quackenbush",
		"legalEntity.personalContact.email", "wilhelmina@zanzibar.example", "legalEntity.personalContact.dateOfBirth", "1984-03-27",
		"legalEntity.personalTaxId", "123-45-6789",
	}
	account = []string{
		"country", "USA", "nameOnAccount", "Zanzibar", "accountHolderType", "company", "accountType", "checking",
		"routingNumber", "110000000", "accountNumber", "000123456789",
	}
)

// Without a script a merchant goes from the link to the end: each step is saved by itself
// and leads to the next, the list shows all from the first page on, and at the end planStatus
// needs nothing and the link is over.
func TestAMerchantIsLedThroughWhatIsDue(t *testing.T) {
	t.Parallel()
	s := open(t)
	link := s.link(`{"returnUrl":"https://app.example.com/back"}`)
	b := s.inside(link)
	for _, step := range []string{"Your business", "Tax number of the business", "Where the business is", "The person behind the business", "Bank account"} {
		b.is(200, step)
	}
	b.get(link+"/business").is(200, "Kind of business", "Legal name")
	b.post(link+"/business", business...).is(200, "Tax number (EIN in the USA)")
	if c := s.Record(s.shop.ID); c.LegalEntity == nil || c.LegalEntity.BusinessName != "Zanzibar Bicycles LLC" {
		t.Fatal("the first step is not saved")
	}
	b.post(link+"/tax", tax...).is(200, "Street and number")
	// It is left and taken up again where it was.
	b.get(link).is(200, "Go on", "Done")
	b.get(link + "/place").is(200)
	b.post(link+"/place", place[:len(place)-2]...).is(422, "Type the postal code", `value="77 Xylophone Quay"`)
	b.post(link+"/place", place...).is(200, "First name")
	b.post(link+"/person", person...).is(200, "Routing number")
	b.post(link+"/bank", account...).is(200, "First deposit")
	b.post(link+"/deposits", "amounts.0", "45", "amounts.1", "0.32").is(200, "Everything is in")
	if status := s.PlanStatus(s.shop.ID); status.Status != plans.Verified {
		t.Errorf("the customer still needs %v", status.Needed)
	}
	b.post(link+"/finish").is(200, "Thank you, that is all", "https://app.example.com/back", `data-state="completed"`)
	b.get(link+"/business").is(200, "Thank you, that is all")
	var steps int
	for _, kind := range s.Trail(s.shop.ID) {
		if kind == linkcase.EventStepCompleted {
			steps++
		}
	}
	if trail := s.Trail(s.shop.ID); steps != 6 || trail[len(trail)-1] != linkcase.EventCompleted {
		t.Errorf("the trail is %v", trail)
	}
}

// A refused step says what is wrong beside its field and above the form, in the language of
// the page; it keeps what was typed, but for what is secret, and saves nothing.
func TestARefusedStepKeepsWhatWasTyped(t *testing.T) {
	t.Parallel()
	for language, words := range map[string][]string{
		"en": {"There is a problem", "This is not an e-mail address", "This is not a tax number", "Date of birth: fill this in"},
		"es": {"Hay un problema", "No es un correo", "No es un número fiscal", "Fecha de nacimiento: complete este campo"},
	} {
		t.Run(language, func(t *testing.T) {
			t.Parallel()
			s := open(t)
			link := s.link(`{"locale":"` + language + `"}`)
			b := s.browser().get(link)
			b.post(link+"/open").get(link+"/person").is(200, `<html lang="`+language+`"`)
			without := slices.DeleteFunc(slices.Clone(person), func(text string) bool {
				return text == "legalEntity.personalContact.dateOfBirth" || text == "1984-03-27"
			})
			b.post(link+"/person", without...).is(422, words[0], words[3], `value="Wilhelmina"`, `href="#f-legalEntity-personalContact-dateOfBirth"`)
			bad := slices.Clone(person)
			bad[5], bad[9] = "no address", "12"
			b.post(link+"/person", bad...).is(422, words[0], words[1], words[2], `value="Wilhelmina"`, `value="no address"`, `aria-invalid="true"`)
			if strings.Contains(b.body, `value="12"`) || strings.Contains(b.body, "123-45") {
				t.Error("a refused form shows a tax number again")
			}
			if s.Record(s.shop.ID).LegalEntity != nil {
				t.Error("a refused step is saved")
			}
		})
	}
}

// Nothing that was given before is read back, by the pages of the link or of another one, in
// the browser that gave it or by whoever has the link.
func TestAPageReadsNothingBack(t *testing.T) {
	t.Parallel()
	s := open(t)
	secrets := []string{"98-7654321", "987654321", "4321", "Zanzibar", "Xylophone", "Quincyville", "Wilhelmina", "Quackenbush", "wilhelmina@", "1984", "6789", "000123456789", "110000000", "Merchant", "m@example.com"}
	link := s.link(`{}`)
	b := s.inside(link)
	b.get(link+"/business").post(link+"/business", business...)
	b.post(link+"/tax", tax...).post(link+"/place", place...).post(link+"/person", person...).post(link+"/bank", account...).is(200, "First deposit")
	second := s.link(`{"collect":"eventually"}`)
	other := s.inside(second)
	leaked := s.browser()
	for _, one := range []struct {
		by   *browser
		link string
	}{{b, link}, {other, second}, {leaked, link}, {leaked, second}} {
		for _, step := range []string{"", "/business", "/tax", "/place", "/person", "/home", "/trading", "/owners", "/owners/add", "/document", "/bank", "/deposits", "/questions", "/correct", "/logo", "/nothing"} {
			one.by.get(one.link + step)
			for _, text := range secrets {
				if strings.Contains(one.by.body, text) {
					t.Errorf("%s shows %q", step, text)
				}
			}
		}
	}
	leaked.get(link).is(410, "This link was opened already")
	leaked.post(link + "/open").is(403)
}

// A link that was opened, has expired or is of another key ring leads to where another one is
// made, and one that was ended does not; nobody gets in.
func TestALinkThatIsOverLeadsOn(t *testing.T) {
	t.Parallel()
	s := open(t)
	link := s.link(`{"refreshUrl":"https://app.example.com/again"}`)
	b := s.inside(link)
	s.browser().get(link).is(410, "This link was opened already", `href="https://app.example.com/again" target="_top"`)
	b.get(link + "/business").is(200)
	s.Clock.Advance(24 * time.Hour)
	for _, path := range []string{link, link + "/business"} {
		b.get(path).is(410, "This link has expired", `href="https://app.example.com/again"`)
	}
	b.body = "" // it has the form still
	if b.post(link+"/business", business...); b.status < 400 || s.Record(s.shop.ID).LegalEntity != nil {
		t.Errorf("a step is saved after the end of the link: %d", b.status)
	}
	ended := s.link(`{"refreshUrl":"https://app.example.com/again"}`)
	list, err := s.Svc.Onboarding.Links(t.Context(), s.As(s.Cove), s.shop.ID)
	testkit.Must(t, err)
	testkit.Must(t, testkit.Second(s.Svc.Onboarding.EndLink(t.Context(), s.As(s.Cove), s.shop.ID, list[len(list)-1].ID)))
	if b = s.browser().get(ended).is(410, "This link was ended"); strings.Contains(b.body, "app.example.com") {
		t.Error("a link that was ended leads on")
	}
	s.browser().get(s.link(`{}`)+"/business").is(200, "Cove needs some details") // it begins at the beginning
	s.browser().get(onboarding.Prefix + "no-link-of-ours").is(404)
}

// A form counts only if it comes from a page of the session: not from another site, not
// without its token, and not with the token of another session.
func TestAFormMustComeFromItsPage(t *testing.T) {
	t.Parallel()
	s := open(t)
	link := s.link(`{}`)
	b := s.inside(link)
	b.get(link + "/business")
	second := s.link(`{}`)
	foreign := s.inside(second).get(second + "/business")
	own := b.body
	for name, change := range map[string]func(*http.Request, url.Values){
		"another site": func(r *http.Request, _ url.Values) { r.Header.Set("Sec-Fetch-Site", "cross-site") },
		"no token":     func(_ *http.Request, v url.Values) { v.Del(page.FormTokenField) },
		"another session": func(_ *http.Request, v url.Values) {
			v.Set(page.FormTokenField, tokenForm.FindStringSubmatch(foreign.body)[1])
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := s.in(t)
			values := url.Values{page.FormTokenField: {tokenForm.FindStringSubmatch(own)[1]}}
			for i := 0; i < len(business); i += 2 {
				values.Set(business[i], business[i+1])
			}
			r, err := http.NewRequest(http.MethodPost, s.url+link+"/business", http.NoBody)
			testkit.Must(t, err)
			change(r, values)
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			r.Body = io.NopCloser(strings.NewReader(values.Encode()))
			if b.do(r, nil); b.status != http.StatusForbidden || s.Record(s.shop.ID).LegalEntity != nil {
				t.Errorf("%s is answered %d", name, b.status)
			}
		})
	}
}

// Whoever has a browser that takes no cookies is told so before the link is used up.
func TestALinkIsNotUsedUpWithoutCookies(t *testing.T) {
	t.Parallel()
	s := open(t)
	link := s.link(`{}`)
	b := s.browser()
	b.client.Jar = nil
	b.get(link).is(200)
	b.post(link+"/open").is(409, "Your browser blocks what this page needs")
	s.inside(link)
}

// By https the session is kept in a cookie that frames of other sites are given too, each its
// own; pages may be framed by whom the platform names, and by nobody else.
func TestPagesMayBeFramedByWhomThePlatformNames(t *testing.T) {
	t.Parallel()
	s := open(t)
	testkit.Must(t, s.Attempt(s.As(s.Cove), s.Cove.ID, `{"settings":{"onboarding":{"frameAncestors":["https://app.cove.example"]},"branding":{"name":"Cove & Co","accent":"#ffe600","logo":"`+logo(t)+`"}}}`))
	link := s.link(`{}`)
	r, err := http.NewRequest(http.MethodGet, s.url+link, http.NoBody)
	testkit.Must(t, err)
	r.Header.Set("X-Https", "1")
	b := s.browser().do(r, nil).is(200, "Cove &amp; Co", "/onboarding/brand/ffe600.css", link+"/logo")
	if policy := b.header.Get("Content-Security-Policy"); !strings.HasSuffix(policy, "frame-ancestors https://app.cove.example") || b.header.Get("X-Frame-Options") != "" {
		t.Errorf("the policy is %q", policy)
	}
	if cookie := b.header.Get("Set-Cookie"); !strings.HasPrefix(cookie, "__Host-") || !strings.Contains(cookie, "Partitioned") || !strings.Contains(cookie, "SameSite=None") || !strings.Contains(cookie, "Secure") {
		t.Errorf("the cookie is %s", cookie)
	}
	if b.get(link + "/logo"); b.header.Get("Content-Type") != "image/png" || b.header.Get("X-Content-Type-Options") != "nosniff" {
		t.Errorf("the logo is %v", b.header)
	}
	b.get(onboarding.Prefix+"brand/ffe600.css").is(200, "--accent:#ffe600", "--on-accent:#000000")
	b.get(onboarding.Prefix + "brand/red.css").is(404)
	if b.get(onboarding.Prefix + "element.js"); b.header.Get("Content-Type") != "text/javascript; charset=utf-8" || b.header.Get("Cross-Origin-Resource-Policy") != "cross-origin" {
		t.Errorf("the element is %v", b.header)
	}
}

func logo(t *testing.T) string {
	t.Helper()
	var content bytes.Buffer
	testkit.Must(t, png.Encode(&content, image.NewGray(image.Rect(0, 0, 60, 20))))
	return base64.StdEncoding.EncodeToString(content.Bytes())
}
