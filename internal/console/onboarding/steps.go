package onboarding

import (
	"crypto/sha256"
	"encoding/json"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"tenantry/customers"
	"tenantry/customers/evidence"
	"tenantry/customers/fields"
	"tenantry/customers/identity"
	"tenantry/customers/instruments"
	"tenantry/customers/lifecycle"
	"tenantry/customers/onboarding"
	"tenantry/internal/check"
	"tenantry/internal/console/page"
	"tenantry/internal/dialect/dwolla/rules"
	"tenantry/internal/fault"
	"tenantry/internal/patch"
	"tenantry/plans"
	"tenantry/tenancy"
)

// checklist is what the page of all steps shows.
type checklist struct {
	// Next is the first step that is not done; empty for none.
	Next       string
	Done, Open int
	// Waiting are sentences about what others are at.
	Waiting []string
	// Begun reports that something is done already.
	Begun bool
}

func (p *Pages) checklist(v *visitor) checklist {
	var list checklist
	for _, step := range v.session.Steps {
		if step.Done {
			list.Done++
			continue
		}
		list.Open++
		if list.Next == "" {
			list.Next = step.Key
		}
	}
	list.Begun = list.Done > 0
	for _, r := range v.session.Waiting {
		if text := v.words.maybe("waiting." + r.Code); text != "" && !slices.Contains(list.Waiting, text) {
			list.Waiting = append(list.Waiting, text)
		}
	}
	return list
}

// stepPage is what the page of a step shows.
type stepPage struct {
	Step, Title, Intro string
	Form               *page.Form
	Fields             []page.Field
	// Failed is why something that was given before was refused; empty for nothing.
	Failed string
	// Owners are the further owners, masked.
	Owners []ownerShown
	// Attempt makes adding an owner twice by one form add one.
	Attempt string
	// Questions are those of the identity review; nil before they are started.
	Questions []identity.QuestionView
	// Start reports that the step begins with a button.
	Start bool
}

// ownerShown is an owner as the page may show it.
type ownerShown struct{ ID, Name string }

// masked returns a name by its first letter.
func masked(name string) string {
	for _, first := range name {
		return string(first) + "•••"
	}
	return ""
}

// ownersOf returns the further owners of a customer, masked.
func ownersOf(c *customers.Customer) (list []ownerShown) {
	if c.LegalEntity == nil {
		return nil
	}
	for i := range c.LegalEntity.AdditionalOwners {
		owner := &c.LegalEntity.AdditionalOwners[i]
		one := ownerShown{ID: owner.ID.String(), Name: "•••"}
		if owner.Contact != nil {
			one.Name = masked(owner.Contact.FirstName) + " " + masked(owner.Contact.LastName)
		}
		list = append(list, one)
	}
	return list
}

// controlsOf returns the controls of a step of a visitor: those of exactly what is asked.
func controlsOf(v *visitor, step onboarding.Step) []input {
	switch step.Key {
	case onboarding.StepBank:
		if hasCode(step, "bank.drops.unstarted") {
			return nil
		}
		return bankControls
	case onboarding.StepDeposits:
		return depositControls
	case onboarding.StepCorrect:
		return correctControls(correctedOf(v.session.Customer))
	case onboarding.StepOwners, onboarding.StepDocument, onboarding.StepQuestions:
		return nil
	}
	var list []input
	for _, r := range step.Asked {
		list = append(list, controls[r.Path]...)
	}
	return list
}

func hasCode(step onboarding.Step, code string) bool {
	return slices.ContainsFunc(step.Asked, func(r plans.Requirement) bool { return r.Code == code })
}

// stepOf returns the step that the request names; found is false for one that the link does
// not have, or that is done.
func stepOf(v *visitor, key string) (step onboarding.Step, found bool) {
	at := slices.IndexFunc(v.session.Steps, func(s onboarding.Step) bool { return s.Key == key && !s.Done })
	if at < 0 {
		return step, false
	}
	return v.session.Steps[at], true
}

// step shows the page of a step. One that is done, or not of this link, leads to the list.
func (p *Pages) step(w http.ResponseWriter, r *http.Request) {
	if r.PathValue("step") == "logo" {
		v, err := p.arrive(r)
		if err != nil {
			p.fail(w, v, err)
			return
		}
		p.logo(w, v)
		return
	}
	p.within(func(w http.ResponseWriter, v *visitor) {
		step, found := stepOf(v, r.PathValue("step"))
		if !found {
			p.Kit.Redirect(w, r, v.path())
			return
		}
		p.show(w, v, step, nil, http.StatusOK)
	})(w, r)
}

// show shows the page of a step, with what was typed and is wrong with it.
func (p *Pages) show(w http.ResponseWriter, v *visitor, step onboarding.Step, form *page.Form, status int) {
	if form == nil {
		form = page.NewForm()
	}
	shown := &stepPage{Step: step.Key, Title: v.text("step." + step.Key), Intro: v.words.maybe("intro." + step.Key), Form: form}
	for _, control := range controlsOf(v, step) {
		shown.Fields = append(shown.Fields, control.field(v.words, form))
	}
	for _, r := range step.Asked {
		if text := v.words.maybe("failed." + r.Code); text != "" {
			shown.Failed = text
		}
	}
	c := v.session.Customer
	switch step.Key {
	case onboarding.StepOwners:
		shown.Owners = ownersOf(c)
	case onboarding.StepBank:
		shown.Start = hasCode(step, "bank.drops.unstarted")
	case onboarding.StepQuestions:
		asked, err := p.App.Identity.Questions(v.request.Context(), v.session.Caller, "")
		if err != nil && !fault.IsNotFound(err) {
			p.fail(w, v, err)
			return
		}
		shown.Questions, shown.Start = asked.Questions, err != nil
	case onboarding.StepDocument:
		choices := []page.Choice{{Text: v.text("choose")}}
		for _, kind := range []customers.DocumentKind{customers.DocumentPassport, customers.DocumentLicense, customers.DocumentIDCard, customers.DocumentOther} {
			choices = append(choices, page.Choice{Value: string(kind), Text: v.text("choice." + string(kind))})
		}
		accept, hint := "image/jpeg,image/png", v.text("hint.file")
		if c.IsBusiness() {
			accept, hint = accept+",application/pdf", v.text("hint.file.business")
		}
		shown.Fields = []page.Field{
			{Name: "documentType", ID: "f-documentType", Label: v.text("label.documentType"), Type: "select", Choices: choices, Value: form.Value("documentType"), Fault: form.Fault("documentType")},
			{Name: "file", ID: "f-file", Label: v.text("label.file"), Hint: hint, Type: "file", Accept: accept, Fault: form.Fault("file")},
		}
	}
	name := "step"
	switch step.Key {
	case onboarding.StepOwners, onboarding.StepDocument, onboarding.StepQuestions:
		name = step.Key
	}
	p.write(w, v, page.Page{Name: name, Status: status}, shown)
}

// save saves a step through the use case that the API has for it.
func (p *Pages) save(w http.ResponseWriter, v *visitor) {
	r := v.request
	step, found := stepOf(v, r.PathValue("step"))
	if !found { // it was sent twice, or from an old page: nothing is asked for, nothing is taken
		p.Kit.Redirect(w, r, v.path())
		return
	}
	if step.Key == onboarding.StepDocument {
		p.saveDocument(w, v, step)
		return
	}
	list := controlsOf(v, step)
	values := typed(r.PostForm, list)
	form := page.Typed(shown(values, list))
	if form.Faults = lacking(v.words, list, values); len(form.Faults) > 0 {
		p.show(w, v, step, form, http.StatusUnprocessableEntity)
		return
	}
	err := p.apply(v, step, values)
	if err != nil {
		p.refuse(w, v, step, form, list, err)
		return
	}
	p.next(w, v, step.Key)
}

// refuse shows a step with what a use case found wrong, in the words of its page. What the
// page does not ask for has no field on it and is told above.
func (p *Pages) refuse(w http.ResponseWriter, v *visitor, step onboarding.Step, form *page.Form, list []input, err error) {
	status, ok := p.explain(v, form, list, err)
	if !ok {
		p.fail(w, v, err)
		return
	}
	p.show(w, v, step, form, status)
}

// explain adds what a use case found wrong to a form; ok is false for what no form can
// show.
func (p *Pages) explain(v *visitor, form *page.Form, list []input, err error) (status int, ok bool) {
	found := page.NewForm()
	if !found.Refuse(err) {
		return 0, false
	}
	status = http.StatusUnprocessableEntity
	switch fault.KindOf(err) {
	case fault.Unavailable, fault.RateLimited:
		return 0, false
	case fault.Conflict, fault.Forbidden, fault.PaymentRequired:
		status = http.StatusConflict
	}
	for _, violation := range found.Faults {
		at := slices.IndexFunc(list, func(i input) bool { return i.name == violation.Field })
		switch text := v.words.maybe("refused." + string(fault.CodeOf(err)) + "." + violation.Field); {
		case at >= 0:
			violation.Text = v.words.plainly(list[at], violation.Detail)
		case text != "":
			violation.Text = text
		default:
			violation.Field, violation.Text = "", v.text("refused."+refusedBy(err))
		}
		if !slices.ContainsFunc(form.Faults, func(f fault.Violation) bool { return f.Text == violation.Text }) {
			form.Faults = append(form.Faults, violation)
		}
	}
	return status, true
}

// refusedBy names the reason of a refusal that is about no field.
func refusedBy(err error) string {
	switch fault.CodeOf(err) {
	case fault.CodeBankFailure:
		return "amounts"
	case fault.CodeDuplicateResource:
		return "duplicate"
	case fault.CodeTooManyResources:
		return "many"
	default:
		return "other"
	}
}

// next notes that a step was saved and leads to the one after it.
func (p *Pages) next(w http.ResponseWriter, v *visitor, step string) {
	session, err := p.App.Onboarding.Noted(v.request.Context(), v.session, step)
	if err != nil {
		p.fail(w, v, err)
		return
	}
	to := v.path()
	if at := slices.IndexFunc(session.Steps, func(s onboarding.Step) bool { return s.Key == step }); at >= 0 && !session.Steps[at].Done {
		to = v.path(step)
	} else if at := slices.IndexFunc(session.Steps, func(s onboarding.Step) bool { return !s.Done }); at >= 0 {
		to = v.path(session.Steps[at].Key)
	}
	p.Kit.Redirect(w, v.request, to)
}

// decoded reads values by their paths into an input of the API.
func decoded[T any](values url.Values) (in T, err error) {
	content, err := json.Marshal(nested(values))
	if err != nil {
		return in, err
	}
	err = patch.Decode(content, &in)
	return in, err
}

// apply saves what was typed into a step.
func (p *Pages) apply(v *visitor, step onboarding.Step, values url.Values) error {
	ctx, caller := v.request.Context(), v.session.Caller
	switch step.Key {
	case onboarding.StepBank:
		return p.addBank(v, step, values)
	case onboarding.StepDeposits:
		bank := waitingBank(v.session.Customer)
		_, err := p.App.Instruments.ConfirmDrops(ctx, caller, "", bank, instruments.ConfirmDropsInput{
			Amounts: patch.Of([]string{whole(values.Get("amounts.0")), whole(values.Get("amounts.1"))}), Attempt: attemptOf(v),
		})
		return named(err, "amounts", "amounts.0")
	case onboarding.StepOwners:
		if v.request.PostForm.Get("certify") != "true" {
			return fault.New(fault.Invalid, fault.CodeValidation, "certify").About("certify", fault.Missing)
		}
		_, err := p.App.Evidence.CertifyOwnership(ctx, caller, "", evidence.OwnershipInput{Status: patch.Of(string(customers.OwnershipCertified))})
		return err
	case onboarding.StepQuestions:
		return p.answer(v)
	case onboarding.StepCorrect:
		return p.correct(v, values)
	}
	in, err := decoded[fields.Input](tidy(values))
	if err != nil {
		return err
	}
	_, err = p.App.Lifecycle.Update(ctx, caller, lifecycle.UpdateInput{Input: in, Piecewise: true})
	return err
}

// attemptOf returns the attempt that a form is, by the token that it was rendered with: one
// that is sent twice is one try.
func attemptOf(v *visitor) (id tenancy.ID) {
	sum := sha256.Sum256([]byte(v.request.PostForm.Get(page.FormTokenField)))
	copy(id[:], sum[:])
	return id
}

// named returns a refusal with another name for one of its fields.
func named(err error, from, to string) error {
	refusal, ok := err.(*fault.Error) //nolint:errorlint // a refusal of ours, as the service returned it
	if !ok || refusal.Field != from {
		return err
	}
	return refusal.About(to, refusal.Detail)
}

// whole returns an amount in cents as people write it, 0.32 among others, in whole cents.
func whole(text string) string {
	text = strings.TrimPrefix(strings.TrimPrefix(strings.TrimSpace(text), "$"), "0")
	if cents, fraction := strings.CutPrefix(text, "."); fraction && len(cents) == 2 {
		return strings.TrimPrefix(cents, "0")
	}
	return text
}

// tidy brings into form what people write with signs that mean nothing: thousands, a
// percent sign, phone numbers with blanks, addresses of web sites without a scheme.
func tidy(values url.Values) url.Values {
	tidied := maps.Clone(values)
	for path := range tidied {
		value := tidied.Get(path)
		switch last := path[strings.LastIndex(path, ".")+1:]; last {
		case "businessSalesVolume", "stakePercent":
			value = strings.NewReplacer(",", "", "$", "", "%", "", " ", "").Replace(value)
		case "phone":
			value = strings.NewReplacer("-", "", "(", "", ")", "", ".", "", " ", "").Replace(value)
		case "businessUrl", "supportUrl":
			if value != "" && !strings.Contains(value, "://") {
				value = "https://" + value
			}
		}
		tidied.Set(path, value)
	}
	return tidied
}

// waitingBank returns the id of the newest bank whose deposits wait to be confirmed.
func waitingBank(c *customers.Customer) string {
	for i := len(c.Banks) - 1; i >= 0; i-- {
		if bank := &c.Banks[i]; bank.Active && !bank.Verified && bank.Drops != nil {
			return bank.ID.String()
		}
	}
	return ""
}

// addBank adds a bank and starts its deposits; of a bank that is there already it starts
// them.
func (p *Pages) addBank(v *visitor, step onboarding.Step, values url.Values) error {
	ctx, caller := v.request.Context(), v.session.Caller
	if hasCode(step, "bank.drops.unstarted") {
		for i := range v.session.Customer.Banks {
			if bank := &v.session.Customer.Banks[i]; bank.Active && !bank.Verified && bank.Drops == nil {
				_, err := p.App.Instruments.StartDrops(ctx, caller, "", bank.ID.String())
				return err
			}
		}
		return nil
	}
	in, err := decoded[fields.BankInput](values)
	if err != nil {
		return err
	}
	in.Unique, in.Currency = true, patch.Of("USD")
	if values.Get("country") == check.Canada {
		in.Currency = patch.Of("CAD")
	}
	bank, err := p.App.Instruments.AddBank(ctx, caller, "", in)
	if err != nil {
		return err
	}
	if err := p.enter(v); err != nil { // the caller's record has no such bank yet
		return err
	}
	_, err = p.App.Instruments.StartDrops(ctx, v.session.Caller, "", bank.ID)
	return err
}

// correct sends all identity data once more.
func (p *Pages) correct(v *visitor, values url.Values) error {
	ctx, caller, c := v.request.Context(), v.session.Caller, v.session.Customer
	if c.EnrollmentType != "" {
		values.Del("address.country") // they are all in one country
		if values.Get("controller.passport.number") == "" {
			values.Del("controller.passport.country")
		}
		for _, path := range []string{"controller.passport.country", "controller.address.country"} {
			if values.Has(path) {
				values.Set(path, check.CountryAlpha2(values.Get(path)))
			}
		}
		in, err := decoded[rules.RetryInput](values)
		if err != nil {
			return err
		}
		if c.Enrollment != nil { // is known, and nothing to correct
			in.BusinessType, in.BusinessClassification = patch.Of(c.Enrollment.BusinessType), patch.Of(c.Enrollment.BusinessClassification)
		}
		_, err = p.App.Dwolla.RetryIdentity(ctx, caller, "", in)
		return err
	}
	moved := url.Values{}
	for path := range values {
		to := path
		if rest, found := strings.CutPrefix(path, "contact."); found {
			to = "legalEntity.personalContact." + rest
		} else if rest, found := strings.CutPrefix(path, "address."); found {
			to = "legalEntity.businessAddress." + rest
		}
		moved.Set(to, values.Get(path))
	}
	in, err := decoded[fields.Input](moved)
	if err != nil {
		return err
	}
	_, err = p.App.Lifecycle.Update(ctx, caller, lifecycle.UpdateInput{Input: in, Piecewise: true})
	return err
}

// answer starts the questions of the review, or answers them.
func (p *Pages) answer(v *visitor) error {
	ctx, caller, sent := v.request.Context(), v.session.Caller, v.request.PostForm
	if sent.Get("start") != "" {
		_, err := p.App.Identity.StartQuestions(ctx, caller, "")
		return err
	}
	asked, err := p.App.Identity.Questions(ctx, caller, "")
	if err != nil {
		return err
	}
	var list []identity.AnswerInput
	for _, question := range asked.Questions {
		if chosen := sent.Get("question." + question.ID); chosen != "" {
			list = append(list, identity.AnswerInput{QuestionID: patch.Of(question.ID), AnswerID: patch.Of(chosen)})
		}
	}
	_, err = p.App.Identity.AnswerQuestions(ctx, caller, "", identity.AnswersInput{Answers: patch.Of(list)})
	return err
}
