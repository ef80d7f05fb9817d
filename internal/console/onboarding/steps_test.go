package onboarding_test

import (
	"bytes"
	"mime/multipart"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"tenantry/internal/app"
	"tenantry/internal/console/page"
	"tenantry/internal/dialect/dwolla/rules"
	"tenantry/internal/patch"
	"tenantry/internal/secret"
	"tenantry/internal/testkit"
	"tenantry/plans"
)

// asking is a catalog whose merchants are asked for their owners.
func asking(o *app.Options) {
	list := plans.Defaults()
	for i := range list {
		if list[i].Key == "merchant" {
			list[i].Requirements = []plans.Rule{{Path: "ownership"}}
		}
	}
	catalog, err := plans.NewCatalog(list)
	if err != nil {
		panic(err) // the plans are constants
	}
	o.Plans = catalog
}

// Owners are added one by one, each once however often its form is sent, are shown by their
// first letters, can be taken away again, and are certified together.
func TestOwnersAreAddedAndCertified(t *testing.T) {
	t.Parallel()
	s := open(t, asking)
	link := s.link(`{}`)
	b := s.inside(link)
	b.get(link+"/business").post(link+"/business", business...)
	b.get(link+"/owners").is(200, "Nobody was added yet")
	b.post(link+"/owners").is(422, "Confirm that the list is complete")
	b.get(link+"/owners/add").is(200, "First name")
	attempt := regexp.MustCompile(`name="attempt" value="([^"]+)"`).FindStringSubmatch(b.body)[1]
	owner := []string{
		"attempt", attempt, "contact.firstName", "Ottoline", "contact.lastName", "Yarborough", "contact.dateOfBirth", "1979-01-02", "personalTaxId", "6789",
		"address.country", "USA", "address.street1", "1 Xylophone Way", "address.city", "Portland", "address.state", "ME", "address.postalCode", "04101",
	}
	faulty := slices.Clone(owner)
	faulty[9] = "12"
	form := b.body
	b.post(link+"/owners/add", faulty...).is(422, "Type nine digits, or the last four of them", `value="Ottoline"`, attempt)
	for range 2 {
		b.body = form
		b.post(link+"/owners/add", owner...).is(200, "O•••", "Y•••")
	}
	if strings.Contains(b.body, "Ottoline") || len(s.Record(s.shop.ID).LegalEntity.AdditionalOwners) != 1 {
		t.Errorf("the owners are %+v", s.Record(s.shop.ID).LegalEntity.AdditionalOwners)
	}
	id := s.Record(s.shop.ID).LegalEntity.AdditionalOwners[0].ID.String()
	b.post(link+"/owners/remove", "owner", testkit.UnknownID).is(200, "O•••")
	b.post(link+"/owners/remove", "owner", id).is(200, "Nobody was added yet")
	b.post(link+"/owners", "certify", "true").is(200)
	if s.PlanStatus(s.shop.ID); slices.ContainsFunc(s.PlanStatus(s.shop.ID).Requirements, func(r plans.Requirement) bool { return r.Path == "ownership" }) {
		t.Error("the owners are not certified")
	}
	b.get(link).is(200, "Owners")
	b.get(link+"/owners/add").is(200, "What is needed") // it is done: nothing is asked for any more
}

// A document is taken where the review asks for one, and a refused file says why.
func TestADocumentIsSent(t *testing.T) {
	t.Parallel()
	s := open(t)
	s.shop = s.Create(s.Cove, testkit.Awaiting)
	link := s.link(`{}`)
	b := s.inside(link)
	b.get(link+"/document").is(200, "Which document is it?")
	b.upload(link+"/document", "", nil).is(422, "Choose which document it is", "Choose a file")
	b.upload(link+"/document", "passport", []byte("no picture")).is(422, "Send a JPEG or PNG picture", `value="passport" selected`)
	if len(s.Record(s.shop.ID).Documents) != 0 {
		t.Fatal("a refused file is kept")
	}
	b.upload(link+"/document", "passport", testkit.Picture(t, 3)).is(200)
	if list := s.Record(s.shop.ID).Documents; len(list) != 1 || list[0].Kind != "passport" {
		t.Errorf("the documents are %+v", list)
	}
	b.get(link).is(200, "Your document is being looked at")
	b.body = ""
	if b.upload(link+"/document", "license", testkit.Picture(t, 4)); len(s.Record(s.shop.ID).Documents) != 1 {
		t.Errorf("a file without the token of its form is kept: %d", b.status)
	}
}

func (b *browser) upload(path, kind string, file []byte) *browser {
	b.site.T.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	if token := tokenForm.FindStringSubmatch(b.body); token != nil {
		testkit.Must(b.site.T, form.WriteField(page.FormTokenField, token[1]))
	}
	testkit.Must(b.site.T, form.WriteField("documentType", kind))
	part, err := form.CreateFormFile("file", "scan.png")
	testkit.Must(b.site.T, err)
	_, _ = part.Write(file) // into memory
	testkit.Must(b.site.T, form.Close())
	r, err := http.NewRequest(http.MethodPost, b.site.url+path, &body)
	testkit.Must(b.site.T, err)
	r.Header.Set("Content-Type", form.FormDataContentType())
	return b.do(r, nil)
}

// Wrong amounts are counted and told, and after the third try an account is asked for again.
func TestWrongDepositsAreTold(t *testing.T) {
	t.Parallel()
	s := open(t)
	link := s.link(`{}`)
	b := s.inside(link)
	b.get(link+"/bank").post(link+"/bank", account...)
	b.get(link+"/deposits").post(link+"/deposits", "amounts.0", "1", "amounts.1", "x").is(422, "Type both amounts in whole cents")
	for range 2 {
		form := b.body
		for range 2 { // a form that is sent twice is one try
			b.body = form
			b.post(link+"/deposits", "amounts.0", "1", "amounts.1", "2").is(409, "The amounts do not match")
		}
	}
	b.post(link+"/deposits", "amounts.0", "1", "amounts.1", "2")
	b.get(link+"/bank").is(200, "The amounts did not match three times", "Routing number")
}

// demanding is a catalog whose merchants are asked for everything that can be asked for.
func demanding(o *app.Options) {
	list := plans.Defaults()
	for i := range list {
		if list[i].Key != "merchant" {
			continue
		}
		list[i].Requires = []plans.Verification{plans.Professional}
		for _, path := range []string{
			"address", "contact.firstName", "contact.lastName", "contact.phone", "legalEntity.personalAddress", "legalEntity.personalContact.phone",
			"merchant.productDescription", "merchant.supportEmail", "merchant.supportPhone", "merchant.supportUrl",
		} {
			list[i].Requirements = append(list[i].Requirements, plans.Rule{Path: path})
		}
	}
	catalog, err := plans.NewCatalog(list)
	if err != nil {
		panic(err) // the plans are constants
	}
	o.Plans = catalog
}

var control = regexp.MustCompile(`<(?:input|select|textarea)[^>]* name="([^"]+)"`)

// Every field that can be asked for is saved as its page gives it, each step whole at its
// first try, and is not asked for again.
func TestEveryFieldIsSavedFromItsPage(t *testing.T) {
	t.Parallel()
	s := open(t, demanding)
	answers := map[string]string{
		"entityType": "LLC", "businessName": "Quay LLC", "businessTaxId": "98-7654321", "personalTaxId": "123-45-6789", "firstName": "Mira", "lastName": "Okafor",
		"email": "mira@quay.example", "phone": "+1 207 555 0142", "dateOfBirth": "1984-03-27", "country": "USA", "street1": "18 Quay Street", "city": "Portland",
		"state": "me", "postalCode": "04101", "businessSalesVolume": "$250,000", "yearsInBusiness": "3", "businessUrl": "quay.example", "productDescription": "Bicycles",
		"merchantCategoryCode": "5940", "statementDescriptor": "QUAY BIKES", "supportEmail": "help@quay.example", "supportPhone": "2075550100", "supportUrl": "https://quay.example/help",
	}
	link := s.link(`{}`)
	b := s.inside(link)
	asked := map[string]bool{}
	for range 12 {
		steps := regexp.MustCompile(`class="ob-row" href="[^"]*/([a-z]+)"`).FindStringSubmatch(b.get(link).body)
		if steps == nil {
			break
		}
		var pairs []string
		for _, found := range control.FindAllStringSubmatch(b.get(link+"/"+steps[1]).is(200).body, -1) {
			name := found[1]
			if name == page.FormTokenField {
				continue
			}
			if asked[name] && !slices.Contains(pairs, name) { // radio buttons share theirs
				t.Errorf("%s is asked for again, by %s", name, steps[1])
			}
			asked[name] = true
			pairs = append(pairs, name, answers[name[strings.LastIndex(name, ".")+1:]])
		}
		b.post(link+"/"+steps[1], pairs...)
		if b.status != http.StatusOK {
			t.Fatalf("the step %s is answered %d: %s", steps[1], b.status, regexp.MustCompile(`<li>.*</li>`).FindString(b.body))
		}
	}
	if status := s.PlanStatus(s.shop.ID); slices.ContainsFunc(status.Requirements, func(r plans.Requirement) bool { return strings.HasSuffix(r.Code, ".missing") }) {
		t.Errorf("still asked for: %v", status.Needed)
	}
	c := s.Record(s.shop.ID)
	if c.LegalEntity.BusinessSalesVolume != "250000" || c.Merchant.BusinessURL != "https://quay.example" || c.LegalEntity.PersonalContact.Phone != "+12075550142" || c.Address.State != "ME" {
		t.Errorf("saved are %+v, %+v and %+v", c.LegalEntity, c.Merchant, c.Address)
	}
}

// reviewed is a catalog whose merchants in the USA are asked for nothing but a review.
func reviewed(o *app.Options) {
	list := plans.Defaults()
	for i := range list {
		if list[i].Key != "merchant" {
			continue
		}
		list[i].Requires = []plans.Verification{plans.Standard}
		for _, path := range plans.RequiredFields(plans.Standard, "") {
			list[i].Requirements = append(list[i].Requirements, plans.Rule{Path: path, When: plans.Condition{Countries: []string{"CAN"}}})
		}
	}
	catalog, err := plans.NewCatalog(list)
	if err != nil {
		panic(err) // the plans are constants
	}
	o.Plans = catalog
}

// enroll makes a person whose review ends as the first name says the shop.
func (s *site) enroll(word string) {
	s.T.Helper()
	made, err := s.Svc.Dwolla.Create(s.T.Context(), s.As(s.Cove), rules.CreateInput{PlanKey: "merchant", CustomerInput: rules.CustomerInput{
		Type: patch.Of("personal"), FirstName: patch.Of(word), LastName: patch.Of("Okafor"), Email: patch.Of(word + "@b.example"),
		Street1: patch.Of("18 Quay Street"), City: patch.Of("Portland"), State: patch.Of("ME"), PostalCode: patch.Of("04101"),
		DateOfBirth: patch.Of(secret.New("1984-02-17")), SSN: patch.Of(secret.New("123456789")),
	}})
	testkit.Must(s.T, err)
	s.shop = testkit.Party{ID: made.Customer.ID.String()}
}

// The questions of a review are shown once they are started, and are answered once, all of
// them.
func TestQuestionsAreAnswered(t *testing.T) {
	t.Parallel()
	s := open(t, reviewed)
	s.enroll("kba")
	link := s.link(`{}`)
	b := s.inside(link)
	b.get(link+"/questions").is(200, "Show the questions")
	b.post(link+"/questions", "start", "true").is(200, `type="radio"`)
	b.post(link+"/questions").is(422, "Answer every question")
	var pairs []string
	for _, question := range s.Record(s.shop.ID).Identity.Questions.Questions {
		pairs = append(pairs, "question."+question.ID.String(), question.Answers[0].ID.String())
	}
	form := b.body
	b.post(link+"/questions", pairs...).is(200)
	if status := s.Record(s.shop.ID).Identity.Status; status == "kba" {
		t.Error("the answers are not taken")
	}
	b.body = form
	b.post(link+"/questions", pairs...).is(200) // sent twice it leads on
}

// Data that did not match are given once more, all of them.
func TestDataThatDidNotMatchAreGivenAgain(t *testing.T) {
	t.Parallel()
	s := open(t, reviewed)
	s.enroll("retry")
	link := s.link(`{}`)
	b := s.inside(link)
	b.get(link+"/correct").is(200, "does not match official records")
	sent := []string{
		"email", "mira@b.example", "contact.firstName", "Mira", "contact.lastName", "Okafor", "contact.dateOfBirth", "1984-02-17", "legalEntity.personalTaxId", "123-45-6789",
		"address.country", "USA", "address.street1", "18 Quay Street", "address.city", "Portland", "address.state", "ME", "address.postalCode", "04101",
	}
	b.post(link+"/correct", sent[:8]...).is(422, "Type the personal tax number", `value="Okafor"`)
	b.post(link+"/correct", sent...).is(200)
	if status := s.Record(s.shop.ID).Identity.Status; status != "verified" {
		t.Errorf("the review is %s", status)
	}
}

// A business that is managed by somebody is corrected with that person's data too, whose
// number may be that of a passport.
func TestABusinessIsCorrectedWithWhoManagesIt(t *testing.T) {
	t.Parallel()
	for name, proof := range map[string][]string{
		"a tax number": {"controller.personalTaxId", "123-45-6789"},
		"a passport":   {"controller.passport.number", "X1234567", "controller.passport.country", "CAN"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := open(t, reviewed)
			s.enrollBusiness("retry")
			link := s.link(`{}`)
			b := s.inside(link)
			b.get(link+"/correct").is(200, "does not match official records", "Manager", `name="controller.passport.number"`)
			sent := []string{
				"email", "mira@b.example", "contact.firstName", "Mira", "contact.lastName", "Okafor", "legalEntity.businessName", "Quay Bakery", "legalEntity.businessTaxId", "12-3456789",
				"address.country", "USA", "address.street1", "18 Quay Street", "address.city", "Portland", "address.state", "ME", "address.postalCode", "04101",
				"controller.title", "Director", "controller.firstName", "Ida", "controller.lastName", "Lund", "controller.dateOfBirth", "1979-05-06",
				"controller.address.country", "CAN", "controller.address.street1", "5 Elm Row", "controller.address.city", "Toronto", "controller.address.state", "ON", "controller.address.postalCode", "M5V 2T6",
			}
			b.post(link+"/correct", sent...).is(422, `id="f-controller-personalTaxId-fault"`, `value="Lund"`)
			b.post(link+"/correct", append(sent, proof...)...).is(200)
			c := s.Record(s.shop.ID)
			if c.Identity.Status != "verified" || c.Enrollment.Controller.Address.Country != "CA" || c.Enrollment.Controller.FirstName != "Ida" {
				t.Errorf("the review is %s of %+v", c.Identity.Status, c.Enrollment.Controller)
			}
		})
	}
}

// enrollBusiness makes a business whose review ends as its manager's first name says the shop.
func (s *site) enrollBusiness(word string) {
	s.T.Helper()
	made, err := s.Svc.Dwolla.Create(s.T.Context(), s.As(s.Cove), rules.CreateInput{PlanKey: "merchant", CustomerInput: rules.CustomerInput{
		Type: patch.Of("business"), FirstName: patch.Of("Mira"), LastName: patch.Of("Okafor"), Email: patch.Of("mira@b.example"),
		Street1: patch.Of("18 Quay Street"), City: patch.Of("Portland"), State: patch.Of("ME"), PostalCode: patch.Of("04101"),
		BusinessName: patch.Of("Quay Bakery"), EIN: patch.Of(secret.New("12-3456789")), BusinessType: patch.Of("llc"), BusinessClassification: patch.Of("9ed3f670-7d6f-11e3-b1ce-5404a6144203"),
		Controller: patch.Of(rules.ControllerInput{
			Title: patch.Of("Director"), FirstName: patch.Of(word), LastName: patch.Of("Lund"), DateOfBirth: patch.Of(secret.New("1979-05-06")),
			PersonalTaxID: patch.Of(secret.New("123-45-6789")), Address: patch.Of(rules.ControllerAddressInput{
				Street1: patch.Of("5 Elm Row"), City: patch.Of("Portland"), State: patch.Of("ME"), PostalCode: patch.Of("04101"), Country: patch.Of("US"),
			}),
		}),
	}})
	testkit.Must(s.T, err)
	s.shop = testkit.Party{ID: made.Customer.ID.String()}
}
