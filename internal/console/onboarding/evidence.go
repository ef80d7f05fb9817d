package onboarding

import (
	"net/http"

	"tenantry/customers/evidence"
	"tenantry/customers/fields"
	"tenantry/customers/onboarding"
	"tenantry/internal/console/page"
	"tenantry/internal/dialect"
	"tenantry/internal/fault"
	"tenantry/tenancy"
)

// saveDocument receives a file as it comes, once the form is known to be ours: its token
// stands before the file.
func (p *Pages) saveDocument(w http.ResponseWriter, v *visitor, step onboarding.Step) {
	r, form := v.request, page.NewForm()
	if err := p.Kit.CheckSite(r); err != nil {
		p.fail(w, v, err)
		return
	}
	refuse := func(err error) { p.refuse(w, v, step, form, []input{{name: "documentType"}, {name: "file"}}, err) }
	file, err := p.App.Evidence.Await(r.Context(), v.session.Caller, "")
	if err != nil {
		refuse(err)
		return
	}
	up, err := dialect.ReadUpload(r, http.MaxBytesReader(w, r.Body, evidence.MaxDocumentSize+64<<10), file)
	if err == nil {
		err = p.Kit.CheckToken(up.Fields[page.FormTokenField], v.secret)
		if err != nil {
			file.Discard(r.Context())
			p.fail(w, v, err)
			return
		}
	}
	form.Values.Set("documentType", up.Fields["documentType"])
	if err != nil {
		file.Discard(r.Context())
		refuse(err)
		return
	}
	_, err = p.App.Evidence.AddDocument(r.Context(), v.session.Caller, "", evidence.DocumentInput{
		Kind: up.Fields["documentType"], FileName: up.FileName, Media: up.Media, Upload: up.File,
	})
	if err != nil {
		refuse(err)
		return
	}
	p.next(w, v, step.Key)
}

// askOwner shows the form of a further owner.
func (p *Pages) askOwner(w http.ResponseWriter, v *visitor) {
	if _, found := stepOf(v, onboarding.StepOwners); !found {
		p.Kit.Redirect(w, v.request, v.path())
		return
	}
	id, err := p.App.Onboarding.NewID()
	if err != nil {
		p.fail(w, v, err)
		return
	}
	p.showOwner(w, v, page.NewForm("attempt", id.String()), http.StatusOK)
}

func (p *Pages) showOwner(w http.ResponseWriter, v *visitor, form *page.Form, status int) {
	shown := &stepPage{Step: onboarding.StepOwners, Title: v.text("owner.add"), Intro: v.text("owner.intro"), Form: form, Attempt: form.Value("attempt")}
	for _, control := range ownerControls {
		shown.Fields = append(shown.Fields, control.field(v.words, form))
	}
	p.write(w, v, page.Page{Name: "owner", Status: status}, shown)
}

// addOwner adds a further owner.
func (p *Pages) addOwner(w http.ResponseWriter, v *visitor) {
	if _, found := stepOf(v, onboarding.StepOwners); !found {
		p.Kit.Redirect(w, v.request, v.path())
		return
	}
	values := typed(v.request.PostForm, ownerControls)
	form := page.Typed(shown(values, ownerControls))
	form.Values.Set("attempt", v.request.PostForm.Get("attempt"))
	if form.Faults = lacking(v.words, ownerControls, values); len(form.Faults) > 0 {
		p.showOwner(w, v, form, http.StatusUnprocessableEntity)
		return
	}
	in, err := decoded[fields.OwnerInput](tidy(values))
	if err == nil {
		in.Attempt, _ = tenancy.ParseID(form.Value("attempt")) // without one each form adds an owner
		_, err = p.App.Evidence.AddOwner(v.request.Context(), v.session.Caller, "", in)
	}
	if err != nil {
		status, ok := p.explain(v, form, ownerControls, err)
		if !ok {
			p.fail(w, v, err)
			return
		}
		p.showOwner(w, v, form, status)
		return
	}
	p.Kit.Redirect(w, v.request, v.path(onboarding.StepOwners))
}

// removeOwner takes away an owner again.
func (p *Pages) removeOwner(w http.ResponseWriter, v *visitor) {
	if _, found := stepOf(v, onboarding.StepOwners); found {
		owner := evidence.SubresourceRef{CustomerID: v.session.Customer.ID.String(), ID: v.request.PostForm.Get("owner")}
		_, err := p.App.Evidence.RemoveOwner(v.request.Context(), v.session.Caller, owner)
		if err != nil && !fault.IsNotFound(err) {
			p.fail(w, v, err)
			return
		}
	}
	p.Kit.Redirect(w, v.request, v.path(onboarding.StepOwners))
}
