package console_test

import (
	"bytes"
	"fmt"
	"image"
	"image/png"
	"mime/multipart"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"tenantry/customers"
	"tenantry/internal/testkit"
)

// userID returns the id of a user of a customer.
func (s *site) userID(of, name string) string {
	s.t.Helper()
	for _, user := range s.Record(of).Users {
		if user.Username == name {
			return user.ID.String()
		}
	}
	s.t.Fatalf("%s has no user %s", of, name)
	return ""
}

// action is a form that a person sends, and the event that it leaves.
type action struct {
	by, path string
	form     []string
	event    string
}

// Every action goes through the services under the name of the person: the event that it
// leaves has the user as its credential, and the person's customer as its actor.
func TestEveryActionIsInTheTrailUnderThePerson(t *testing.T) {
	t.Parallel()
	s, shop, on := open(t)
	actors := map[string]string{"olga": s.Operator.ID, "petra": s.Cove.ID, "mara": shop.ID}
	at := "/console/customers/" + shop.ID
	browsers := map[string]*browser{}
	for name := range actors {
		browsers[name] = s.as(t, name)
	}
	for _, one := range []action{
		{by: "petra", path: at + "/edit", form: []string{"name", "Harbor Shop", "version", "0"}, event: ""},
		{by: "mara", path: at + "/edit", form: []string{"description", "Sells tea.", "legalEntity.stakePercent", "40"}, event: "customer.updated"},
		{by: "mara", path: at + "/banks/new", form: []string{"routingNumber", "021000021", "accountNumber", "999888777", "country", "USA", "currency", "USD", "nameOnAccount", "Shop", "accountHolderType", "company", "accountType", "checking"}, event: "bank.created"},
		{by: "mara", path: at + "/banks/" + on.Bank + "/confirm", form: []string{"amount1", "45", "amount2", "32"}, event: "bank.verified"},
		{by: "mara", path: at + "/banks/" + on.Bank + "/nickname", form: []string{"nickname", "Till"}, event: "bank.updated"},
		{by: "mara", path: at + "/banks/" + on.Bank + "/status", form: []string{"status", "inactive"}, event: "bank.updated"},
		{by: "mara", path: at + "/cards/" + on.Card + "/remove", event: "card.deleted"},
		{by: "mara", path: at + "/entity/owners/" + on.Owner, form: []string{"title", "Treasurer"}, event: "owner.updated"},
		{by: "mara", path: at + "/entity/owners/" + on.Owner + "/remove", event: "owner.removed"},
		{by: "mara", path: at + "/entity/owners/new", form: []string{"contact.firstName", "Ida", "contact.lastName", "Lund", "contact.dateOfBirth", "1980-02-03", "stakePercent", "0.5", "personalTaxId", "123-45-6799", "address.street1", "1 Elm Row", "address.city", "Bath", "address.state", "ME", "address.postalCode", "04530", "address.country", "USA"}, event: "owner.created"},
		{by: "petra", path: at + "/documents/" + on.Document + "/decide", form: []string{"decision", "rejected", "reason", "ScanNotReadable"}, event: "document.rejected"},
		{by: "olga", path: at + "/documents/" + on.Document + "/read", form: []string{"reason", "case 7"}, event: "document.read"},
		{by: "olga", path: at + "/unmask", form: []string{"reason", "case 7"}, event: "customer.unmasked"},
		{by: "petra", path: at + "/onboarding/new", form: []string{"days", "7", "collect", "due"}, event: "onboarding.link_created"},
		{by: "petra", path: at + "/identity/refresh", event: "identity.*"},
		{by: "petra", path: at + "/status", form: []string{"to", "disabled"}, event: "customer.status_changed"},
		{by: "petra", path: at + "/status", form: []string{"to", "active"}, event: "customer.status_changed"},
		{by: "mara", path: "/console/sign-out", event: "user.signed_out"},
	} {
		t.Run(one.by+" "+strings.TrimPrefix(one.path, at)+" "+one.event, func(t *testing.T) {
			s := s.in(t)
			b := &browser{site: s, t: t, client: browsers[one.by].client}
			b.get("/console/me").ok(http.StatusOK)
			form := one.form
			if strings.HasSuffix(one.path, "/edit") && !slices.Contains(form, "version") {
				form = append(form, "version", fmt.Sprint(s.Record(shop.ID).Version))
			}
			before := len(s.Trail(shop.ID))
			got := b.post(one.path, form...)
			if one.event == "" { // an edit of what was read long ago is put before the person again
				got.ok(http.StatusConflict).has("Somebody else changed this customer meanwhile", "Harbor Shop")
				return
			}
			if got.Status != http.StatusSeeOther && got.Status != http.StatusOK {
				t.Fatalf("it is answered %d: %s", got.Status, got.words())
			}
			events := s.Events(shop.ID)
			if len(s.Trail(shop.ID)) == before {
				t.Fatal("it left no event")
			}
			at := slices.IndexFunc(events, func(e customers.Event) bool {
				return matches(one.event, e.Type) && e.Credential == s.userID(actors[one.by], one.by) && e.Actor.String() == actors[one.by]
			})
			if at < 0 {
				t.Errorf("there is no event %s by %s: %v", one.event, one.by, s.Trail(shop.ID)[before:])
			}
		})
	}
}

func matches(wanted, kind string) bool {
	if prefix, wild := strings.CutSuffix(wanted, "*"); wild {
		return strings.HasPrefix(kind, prefix)
	}
	return wanted == kind
}

// A new customer is made with all that was typed, by the person, and its keys are shown
// once. Bad input is put before the person again with what was typed and what is wrong.
func TestMakingACustomer(t *testing.T) {
	t.Parallel()
	s, _, _ := open(t)
	b := s.as(t, "petra")
	at := "/console/customers/" + s.Cove.ID + "/new"
	b.get(at).ok(http.StatusOK).has("New customer", "Below Cove")
	got := b.post(at, "name", "Old Mill <Bakery>", "email", "not an address", "planKey", "merchant", "legalEntity.businessTaxId", "12", "address.country", "USA", "meta", "[1]")
	got.ok(http.StatusUnprocessableEntity).has("There is a problem", "Old Mill &lt;Bakery&gt;", `value="not an address"`, `href="#f-email"`, `id="f-email-fault"`, `aria-invalid="true"`)
	isSound(t, got)
	got.lacks("routingNumber is required") // nobody asked for a bank
	b.post(at, "name", "", "email", "hello@mill.example", "planKey", "merchant").ok(http.StatusUnprocessableEntity).has("Name is required.")
	form := []string{
		"name", "Old Mill Bakery", "email", "hello@mill.example", "planKey", "merchant", "merchantKey", "mill", "meta", `{"team":"west"}`,
		"address.street1", "1 Mill Lane", "address.city", "Bath", "address.state", "ME", "address.postalCode", "04530", "address.country", "USA",
		"legalEntity.entityType", "LLC", "legalEntity.businessName", "Old Mill LLC", "legalEntity.businessTaxId", "12-3456789", "legalEntity.businessAcceptedCards", "true",
		"legalEntity.personalContact.firstName", "Ada", "legalEntity.personalContact.lastName", "Marsh", "legalEntity.personalContact.dateOfBirth", "1980-02-03",
		"merchant.businessName", "The Mill", "merchant.supportEmail", "help@mill.example",
		"defaultBank.routingNumber", "021000021", "defaultBank.accountNumber", "000123456789", "defaultBank.country", "USA", "defaultBank.currency", "USD",
		"defaultBank.nameOnAccount", "Old Mill", "defaultBank.accountHolderType", "company", "defaultBank.accountType", "checking",
		"username", "miller", "password", password,
	}
	got = b.post(at, form...)
	got.ok(http.StatusOK).has("shown only now", "sk_test_", "pk_test_")
	isSound(t, got)
	found := b.get("/console/search?q=mill")
	id := strings.TrimPrefix(found.Header.Get("Location"), "/console/customers/")
	c := s.Record(id)
	if c.Name != "Old Mill Bakery" || c.MerchantKey != "mill" || c.Address == nil || c.LegalEntity == nil || c.LegalEntity.PersonalContact == nil || c.Merchant == nil ||
		len(c.Banks) != 1 || len(c.Users) != 1 || string(c.Meta) != `{"team":"west"}` || c.LegalEntity.BusinessTaxID == nil {
		t.Errorf("it is %+v", c)
	}
	if e := s.Events(id)[0]; e.Credential != s.userID(s.Cove.ID, "petra") || e.Type != "customer.created" {
		t.Errorf("the event is %+v", e)
	}
	b.get("/console/customers/" + id).lacks("sk_test_")
	// What is not typed stays; an emptied field is cleared; a number that is not shown stays.
	edit := "/console/customers/" + id + "/edit"
	b.get(edit).ok(http.StatusOK).has("Ends in 6789", `value="Old Mill Bakery"`).lacks("123456789")
	b.post(edit, append(form[:len(form)-18:len(form)-18], "description", "Bread", "merchantKey", "", "legalEntity.businessTaxId", "", "version", fmt.Sprint(c.Version))...).leadsTo("/console/customers/" + id + "/profile")
	c = s.Record(id)
	if c.Description != "Bread" || c.MerchantKey != "" || c.LegalEntity.BusinessTaxID == nil || c.LegalEntity.BusinessTaxID.Last4 != "6789" {
		t.Errorf("it is %q %q %+v", c.Description, c.MerchantKey, c.LegalEntity.BusinessTaxID)
	}
	for _, query := range []string{"team=west", id, "hello@mill.example", "OLD MILL"} {
		b.get("/console/search?q=" + url.QueryEscape(query)).leadsTo("/console/customers/" + id)
	}
	b.get("/console/search?q=nothing-like-it").has("Nothing found")
}

// A document is received with its form, and nothing of a file is read whose form is not
// ours.
func TestSendingADocument(t *testing.T) {
	t.Parallel()
	s, shop, _ := open(t)
	b := s.as(t, "mara")
	at := "/console/customers/" + shop.ID + "/documents/new"
	var picture bytes.Buffer
	testkit.Must(t, png.Encode(&picture, image.NewGray(image.Rect(0, 0, 9, 9))))
	send := func(token string, file []byte) shown {
		var body bytes.Buffer
		form := multipart.NewWriter(&body)
		testkit.Must(t, form.WriteField("formToken", token))
		testkit.Must(t, form.WriteField("documentType", "passport"))
		part, err := form.CreateFormFile("file", "passport.png")
		testkit.Must(t, err)
		_, err = part.Write(file)
		testkit.Must(t, err)
		testkit.Must(t, form.Close())
		return b.do(http.MethodPost, at, &body, "Content-Type", form.FormDataContentType())
	}
	b.get(at).ok(http.StatusOK)
	before := len(s.Record(shop.ID).Documents)
	send("wrong", picture.Bytes()).ok(http.StatusForbidden)
	send(b.token, []byte("no picture")).ok(http.StatusUnprocessableEntity).has("There is a problem", `selected`)
	if got := len(s.Record(shop.ID).Documents); got != before {
		t.Errorf("%d documents were added", got-before)
	}
	send(b.token, picture.Bytes()).leadsTo("/console/customers/" + shop.ID + "/documents")
	if got := s.Record(shop.ID).Documents; len(got) != before+1 || got[before].Kind != "passport" {
		t.Errorf("the documents are %+v", got)
	}
	if e := s.Last(shop.ID); e.Credential != s.userID(shop.ID, "mara") {
		t.Errorf("the event is %+v", e)
	}
}

// Forms that are not ours are refused before anything is done.
func TestFormsOfOthersAreRefused(t *testing.T) {
	t.Parallel()
	s, shop, on := open(t)
	b := s.as(t, "petra")
	token := b.token
	at := "/console/customers/" + shop.ID
	before := s.Record(shop.ID).Version
	for _, path := range []string{
		at + "/edit", at + "/status", at + "/delete", at + "/unmask", at + "/banks/new", at + "/banks/" + on.Bank + "/default", at + "/identity/decide", at + "/entity/certify",
		"/console/customers/" + s.Cove.ID + "/new", "/console/welcome", "/console/me/password", "/console/theme", "/console/sign-out",
	} {
		for name, header := range map[string][]string{
			"without a token": {}, "of another site": {"Sec-Fetch-Site", "cross-site"}, "of a sister site": {"Sec-Fetch-Site", "same-site"}, "of another origin": {"Origin", "https://evil.example"},
		} {
			t.Run(path+" "+name, func(t *testing.T) {
				b := b.in(t)
				form := url.Values{"to": {"disabled"}, "confirm": {"Shop"}, "status": {"verified"}}
				if name != "without a token" {
					form.Set("formToken", token)
				}
				got := b.do(http.MethodPost, path, strings.NewReader(form.Encode()), append(header, "Content-Type", "application/x-www-form-urlencoded")...)
				if got.Status != http.StatusForbidden {
					t.Errorf("%s %s is answered %d: %s", path, name, got.Status, got.words())
				}
			})
		}
	}
	// Nor does a form pass that says it brings a file.
	for _, path := range []string{at + "/banks/" + on.Bank + "/default", at + "/entity/certify", at + "/identity/refresh", at + "/documents/new"} {
		got := b.do(http.MethodPost, path, strings.NewReader("--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nb\r\n--x--\r\n"), "Content-Type", "multipart/form-data; boundary=x")
		if got.Status != http.StatusForbidden {
			t.Errorf("%s as a file is answered %d: %s", path, got.Status, got.words())
		}
	}
	// A token is good for its own session alone.
	other := s.as(t, "petra")
	other.token = token
	other.post("/console/theme", "theme", "dark").ok(http.StatusForbidden)
	if s.Record(shop.ID).Version != before {
		t.Error("something was written")
	}
	b.get("/console/me").ok(http.StatusOK) // still signed in
}

// A customer is deleted only by who types its name.
func TestDeletingNeedsTheName(t *testing.T) {
	t.Parallel()
	s, _, _ := open(t)
	gone := s.MerchantOf(s.Cove)
	name := s.Record(gone.ID).Name
	b := s.as(t, "petra")
	b.get("/console/customers/"+gone.ID+"/delete").has(name, "cannot be undone")
	b.post("/console/customers/"+gone.ID+"/delete", "confirm", "no").ok(http.StatusUnprocessableEntity).has(`value="no"`)
	b.post("/console/customers/"+gone.ID+"/delete", "confirm", name).leadsTo("/console/customers")
	b.get("/console/customers/" + gone.ID).ok(http.StatusNotFound)
}

// A platform sets how the pages of its merchants look and where they lead, logo included;
// what it does not set shows as of the account above, which has a name only for whom it is
// below.
func TestTheLookOfPages(t *testing.T) {
	t.Parallel()
	s, shop, _ := open(t)
	var picture bytes.Buffer
	testkit.Must(t, png.Encode(&picture, image.NewGray(image.Rect(0, 0, 48, 12))))
	send := func(b *browser, id, token string, logo []byte, pairs ...string) shown {
		var body bytes.Buffer
		form := multipart.NewWriter(&body)
		pairs = append([]string{"formToken", token, "version", fmt.Sprint(s.Record(id).Version)}, pairs...)
		for i := 0; i+1 < len(pairs); i += 2 {
			testkit.Must(t, form.WriteField(pairs[i], pairs[i+1]))
		}
		part, err := form.CreateFormFile("settings.branding.logo", "logo.png")
		testkit.Must(t, err)
		_, err = part.Write(logo)
		testkit.Must(t, err)
		testkit.Must(t, form.Close())
		return b.do(http.MethodPost, "/console/customers/"+id+"/settings/pages", &body, "Content-Type", form.FormDataContentType())
	}
	olga, petra := s.as(t, "olga"), s.as(t, "petra")
	settingsOf := func(id string) string { return "/console/customers/" + id + "/settings" }
	olga.get(settingsOf(s.Operator.ID) + "/pages").ok(http.StatusOK)
	send(olga, s.Operator.ID, olga.token, nil, "settings.branding.accent", "#123456").leadsTo(settingsOf(s.Operator.ID))

	petra.get(settingsOf(s.Cove.ID) + "/pages").ok(http.StatusOK)
	send(petra, s.Cove.ID, "wrong", nil).ok(http.StatusForbidden)
	typed := []string{"settings.branding.name", "Cove Pay", "settings.onboarding.returnHosts", "app.cove.example\nhttps://wrong", "settings.onboarding.frameAncestors", "https://app.cove.example"}
	send(petra, s.Cove.ID, petra.token, []byte("no picture"), typed...).ok(http.StatusUnprocessableEntity).
		has(`id="f-settings-onboarding-returnHosts-fault"`, `id="f-settings-branding-logo-fault"`, "Cove Pay", "https://wrong")
	typed[3] = "app.cove.example"
	send(petra, s.Cove.ID, petra.token, picture.Bytes(), typed...).leadsTo(settingsOf(s.Cove.ID))
	if set := s.Record(s.Cove.ID).Settings; *set.Branding.Name != "Cove Pay" || set.Branding.Accent != nil || !bytes.Equal(set.Branding.Logo.Content, picture.Bytes()) ||
		!slices.Equal(set.Onboarding.ReturnHosts, []string{"app.cove.example"}) || !slices.Equal(set.Onboarding.FrameAncestors, []string{"https://app.cove.example"}) {
		t.Errorf("the settings are %+v %+v", set.Branding, set.Onboarding)
	}
	petra.get(settingsOf(s.Cove.ID)).has("Cove Pay", "app.cove.example", "PNG, ", "Set here").lacks("#123456", "As Operator")
	olga.get(settingsOf(s.Cove.ID)).has("#123456", "As Operator")
	petra.get(settingsOf(shop.ID) + "/pages").ok(http.StatusNotFound)

	petra.get(settingsOf(s.Cove.ID) + "/pages").has("Take the stored logo out")
	send(petra, s.Cove.ID, petra.token, nil, append(typed, "dropLogo", "true", "settings.branding.name", "")...).leadsTo(settingsOf(s.Cove.ID))
	if b := s.Record(s.Cove.ID).Settings.Branding; b.Logo != nil {
		t.Errorf("the branding is %+v", b)
	}
}
