package page_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"testing/fstest"

	"tenantry/internal/console/page"
	"tenantry/internal/fault"
)

func kit(t *testing.T) *page.Kit {
	t.Helper()
	made, err := page.New(page.Options{Base: "/below/"})
	if err != nil {
		t.Fatal(err)
	}
	return made
}

// The token of a form is good for the secret that it was made for alone, and looks
// different each time.
func TestFormTokens(t *testing.T) {
	t.Parallel()
	k := kit(t)
	first, second := k.FormToken("a session"), k.FormToken("a session")
	if first == second {
		t.Error("two tokens are equal")
	}
	for _, token := range []string{first, second} {
		if err := k.CheckToken(token, "a session"); err != nil {
			t.Error(err)
		}
	}
	for name, row := range map[string][2]string{
		"another session": {first, "another"}, "no session": {first, ""}, "no token": {"", "a session"}, "a part of it": {first[:20], "a session"}, "nonsense": {"!", "a session"},
	} {
		t.Run(name, func(t *testing.T) {
			if k.CheckToken(row[0], row[1]) == nil {
				t.Error("it is taken")
			}
		})
	}
}

// A page comes in the language that the reader's browser weighs most among those there are.
func TestLanguages(t *testing.T) {
	t.Parallel()
	set, err := kit(t).Set(fstest.MapFS{
		"messages/en.json": {Data: []byte(`{"hello":"Hello {who}"}`)}, "messages/es.json": {Data: []byte(`{"hello":"Hola {who}"}`)},
		"pages/one.html": {Data: []byte(`{{define "one.title"}}{{t "hello" "who" "<Ada>"}}{{end}}{{define "one.main"}}{{t "hello" "who" "<Ada>"}} {{url "/x"}}{{end}}`)},
	}, nil)
	if err != nil {
		t.Fatal(err)
	}
	for accepts, want := range map[string]string{
		"": `lang="en"`, "es": `lang="es"`, "es-MX,en;q=0.5": `lang="es"`, "fr, en;q=0.4, es;q=0.8": `lang="es"`, "fr": `lang="en"`, "es;q=0": `lang="en"`,
	} {
		t.Run(accepts, func(t *testing.T) {
			request := httptest.NewRequest(http.MethodGet, "/", http.NoBody)
			request.Header.Set("Accept-Language", accepts)
			answer := httptest.NewRecorder()
			set.Write(answer, request, page.Page{Name: "one"})
			text := answer.Body.String()
			if !strings.Contains(text, want) || !strings.Contains(text, "&lt;Ada&gt; /below/x") || !strings.Contains(text, "&lt;Ada&gt;</title>") {
				t.Errorf("it is %s", text)
			}
		})
	}
}

// A form shows what was typed and what is wrong beside the field and above the form, but
// never a password.
func TestForms(t *testing.T) {
	t.Parallel()
	form := page.Typed(url.Values{"email": {"nobody"}, "password": {"secret"}})
	refusal := fault.New(fault.Invalid, fault.CodeValidation, "must be an address").About("email", fault.BadValue)
	refusal.More = []fault.Violation{{Field: "password", Detail: fault.TooShort, Text: "at least 8 characters"}}
	if !form.Refuse(refusal) || form.Refuse(fault.NotFoundError()) {
		t.Error("a form shows what it must not, or does not show what it must")
	}
	email, err := page.NewField(form, "email", "E-mail", "type=email", "hint=Yours.", "required")
	if err != nil || email.Value != "nobody" || email.Fault != "Must be an address." || email.DescribedBy() != "f-email-hint f-email-fault" || !email.Required {
		t.Errorf("the field is %+v, %v", email, err)
	}
	password, err := page.NewField(form, "password", "Password", "type=password")
	if err != nil || password.Value != "" || password.Fault != "At least 8 characters." {
		t.Errorf("the field is %+v, %v", password, err)
	}
	if list := form.Summary(); len(list) != 2 || list[1].ID != "f-password" {
		t.Errorf("the summary is %+v", list)
	}
	if _, err := page.NewField(form, "x", "X", "tint=red"); err == nil {
		t.Error("an unknown option is taken")
	}
}
