package onboarding

import (
	_ "embed"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"

	"tenantry/customers/links"
	"tenantry/customers/onboarding"
	"tenantry/internal/app"
	"tenantry/internal/console/page"
	"tenantry/internal/fault"
	"tenantry/internal/secret"
	"tenantry/tenancy"
)

// Prefix is the path below which the pages are.
const Prefix = "/onboarding/"

//go:embed element.js
var element []byte

// Options are what Pages are made of; all are required.
type Options struct {
	App *app.App
	Kit *page.Kit
	// HTTPS reports whether a request came by https.
	HTTPS func(r *http.Request) bool
	// Address returns where a request came from.
	Address func(r *http.Request) string
	// Sandbox reports whether the installation is one.
	Sandbox bool
	// Admit takes a page from the rate of a link's session, and returns RateLimited if none
	// is left; nil is no limit.
	Admit func(caller tenancy.Caller) error
}

// Pages serves the pages of onboarding links. It is safe for concurrent use.
type Pages struct {
	Options

	set   *page.Set
	words map[string]words
	mux   *http.ServeMux
}

// New returns Pages. Its errors are a missing option and faults of the embedded files.
func New(o Options) (*Pages, error) {
	if o.App == nil || o.Kit == nil || o.HTTPS == nil || o.Address == nil {
		return nil, errors.New("onboarding: an option is missing")
	}
	set, err := o.Kit.Set(files, nil)
	if err != nil {
		return nil, err
	}
	all, err := readWords()
	if err != nil {
		return nil, err
	}
	p := &Pages{Options: o, set: set, words: all, mux: http.NewServeMux()}
	p.mux.HandleFunc("GET /onboarding/element.js", p.element)
	p.mux.HandleFunc("GET /onboarding/brand/{file}", p.brand)
	p.mux.HandleFunc("GET /onboarding/{token}", p.start)
	p.mux.HandleFunc("POST /onboarding/{token}/open", p.open)
	p.mux.HandleFunc("POST /onboarding/{token}/finish", p.within(p.finish))
	p.mux.HandleFunc("GET /onboarding/{token}/{step}", p.step)
	p.mux.HandleFunc("POST /onboarding/{token}/{step}", p.within(p.save))
	p.mux.HandleFunc("GET /onboarding/{token}/owners/add", p.within(p.askOwner))
	p.mux.HandleFunc("POST /onboarding/{token}/owners/add", p.within(p.addOwner))
	p.mux.HandleFunc("POST /onboarding/{token}/owners/remove", p.within(p.removeOwner))
	p.mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		p.fail(w, &visitor{request: r, words: p.wordsOf(r, "")}, fault.NotFoundError())
	})
	return p, nil
}

// ServeHTTP implements http.Handler.
func (p *Pages) ServeHTTP(w http.ResponseWriter, r *http.Request) { p.mux.ServeHTTP(w, r) }

// visitor is somebody at a page.
type visitor struct {
	request *http.Request
	token   secret.Text
	// secret is what the cookie of the session holds; empty for none.
	secret  string
	visit   onboarding.Visit
	session onboarding.Session
	words   words
}

// path returns the path of the link's pages, without the place of the service.
func (v *visitor) path(more ...string) string {
	path := Prefix + v.token.Reveal()
	for _, part := range more {
		path += "/" + part
	}
	return path
}

// text returns a text in the visitor's language.
func (v *visitor) text(key string, pairs ...string) string { return v.words.text(key, pairs...) }

const languageCookie = "tenantry-language"

// wordsOf returns the words of a request: the language that was chosen, else that of the
// link, else that of the browser.
func (p *Pages) wordsOf(r *http.Request, locale string) words {
	if chosen, found := p.words[r.URL.Query().Get("lang")]; found {
		return chosen
	}
	if cookie, err := r.Cookie(languageCookie); err == nil {
		if chosen, found := p.words[cookie.Value]; found {
			return chosen
		}
	}
	if asked, found := p.words[locale]; found {
		return asked
	}
	return p.words[p.set.Text(r, "language")]
}

// arrive reads the link of a request. Beside an error it returns who came all the same.
func (p *Pages) arrive(r *http.Request) (*visitor, error) {
	v := &visitor{request: r, token: secret.New(r.PathValue("token")), words: p.wordsOf(r, "")}
	var err error
	if v.visit, err = p.App.Onboarding.Look(r.Context(), v.token); err != nil {
		return v, err
	}
	v.words = p.wordsOf(r, v.visit.Locale)
	v.secret = p.Kit.Cookie(r, p.cookie(v))
	return v, nil
}

func (p *Pages) cookie(v *visitor) string { return "tenantry-onboarding-" + v.visit.LinkID }

// probe is the name of a cookie that shows whether the browser takes ours.
const probe = "tenantry-onboarding"

// setCookie sets a cookie of the session. By https it is sent inside a frame of another
// site too, kept apart for each such site; by http browsers send it to the same site alone.
// Zero life is until the browser ends, a negative one removes it.
func (p *Pages) setCookie(w http.ResponseWriter, r *http.Request, name, value string, life time.Duration) {
	cookie := &http.Cookie{ // Secure wherever it can be: a sandbox on loopback has no https
		Name: p.Kit.CookieName(r, name), Value: value, Path: "/", MaxAge: int(life / time.Second), HttpOnly: true, SameSite: http.SameSiteLaxMode,
	}
	if p.HTTPS(r) {
		cookie.Secure, cookie.Partitioned, cookie.SameSite = true, true, http.SameSiteNoneMode
	}
	http.SetCookie(w, cookie)
}

// start shows where a link leads: to its welcome, its checklist, or why it is over.
func (p *Pages) start(w http.ResponseWriter, r *http.Request) {
	v, err := p.arrive(r)
	if err != nil {
		p.fail(w, v, err)
		return
	}
	if lang := r.URL.Query().Get("lang"); lang != "" {
		p.Kit.Choose(w, r, "", lang)
	}
	if v.visit.State == links.StateOpen {
		p.setCookie(w, r, probe, "1", 0)
		p.write(w, v, page.Page{Name: "welcome", Secret: v.welcomeSecret()}, nil)
		return
	}
	if err := p.enter(v); err != nil {
		p.closed(w, v, err)
		return
	}
	p.write(w, v, page.Page{Name: "checklist"}, p.checklist(v))
}

// welcomeSecret is what the form of the welcome is bound to: the link itself, because there
// is no session yet, and a frame of another site may send no other cookie.
func (v *visitor) welcomeSecret() string { return "welcome " + v.token.Reveal() }

// enter enters the session of a visitor.
func (p *Pages) enter(v *visitor) (err error) {
	v.session, err = p.App.Onboarding.Enter(v.request.Context(), v.token, secret.New(v.secret), p.Address(v.request))
	if err == nil {
		v.visit = v.session.Visit
		if p.Admit != nil {
			err = p.Admit(v.session.Caller)
		}
	}
	return err
}

// closed shows why a link does not open here, with the way to where its platform makes
// another one, unless it was ended on purpose. It is a way and no redirect: the page may be
// in a frame, which that place need not allow.
func (p *Pages) closed(w http.ResponseWriter, v *visitor, err error) {
	switch state := v.visit.State; {
	case fault.KindOf(err) != fault.Forbidden && fault.KindOf(err) != fault.Conflict:
		p.fail(w, v, err)
	case state == links.StateOpen && v.request.Method == http.MethodGet: // it begins with the welcome
		p.Kit.Redirect(w, v.request, v.path())
	case state == links.StateCompleted:
		p.write(w, v, page.Page{Name: "completed"}, nil)
	default:
		shown := map[string]string{"Title": v.text("closed." + state + ".title"), "Text": v.text("closed."+state+".text", "name", v.visit.Look.Name)}
		if state != links.StateEnded {
			shown["Refresh"] = v.visit.RefreshURL
		}
		p.write(w, v, page.Page{Name: "closed", Status: http.StatusGone}, shown)
	}
}

// open opens the link in this browser, once.
func (p *Pages) open(w http.ResponseWriter, r *http.Request) {
	v, err := p.arrive(r)
	if err == nil {
		err = p.Kit.CheckForm(w, r, v.welcomeSecret())
	}
	if err != nil {
		p.fail(w, v, err)
		return
	}
	if p.enter(v) == nil { // the form was sent twice
		p.Kit.Redirect(w, r, v.path())
		return
	}
	if p.Kit.Cookie(r, probe) == "" { // it would open, and nobody could go on
		p.write(w, v, page.Page{Name: "cookies", Status: http.StatusConflict}, nil)
		return
	}
	session, err := p.App.Onboarding.Open(r.Context(), v.token, p.Address(r))
	if err != nil {
		p.closed(w, v, err)
		return
	}
	p.setCookie(w, r, p.cookie(v), session.Reveal(), v.visit.Expires.Sub(p.App.Registry.Now()))
	p.Kit.Redirect(w, r, v.path())
}

// within returns the handler of a page that only the browser with the session sees. A form
// without a file must carry the token of the session.
func (p *Pages) within(serve func(http.ResponseWriter, *visitor)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		v, err := p.arrive(r)
		if err == nil {
			if err := p.enter(v); err != nil {
				p.closed(w, v, err)
				return
			}
			if r.Method == http.MethodPost && !strings.HasPrefix(r.Header.Get("Content-Type"), "multipart/") {
				err = p.Kit.CheckForm(w, r, v.secret)
			}
		}
		if err != nil {
			p.fail(w, v, err)
			return
		}
		serve(w, v)
	}
}

// finish completes the link and shows where to go on.
func (p *Pages) finish(w http.ResponseWriter, v *visitor) {
	if err := p.App.Onboarding.Finish(v.request.Context(), v.session); err != nil {
		if fault.KindOf(err) == fault.Conflict {
			p.Kit.Redirect(w, v.request, v.path())
			return
		}
		p.fail(w, v, err)
		return
	}
	p.setCookie(w, v.request, p.cookie(v), "", -time.Second)
	p.Kit.Redirect(w, v.request, v.path())
}

// fail shows a refusal in the layout of the pages.
func (p *Pages) fail(w http.ResponseWriter, v *visitor, err error) {
	p.set.Fail(w, v.request, page.Page{Layout: "onboarding", Language: v.words.language, Framers: v.visit.Look.FrameAncestors, Shell: p.shell(v, "")}, err)
}

// shell is what the layout shows beside a page.
type shell struct {
	// Name is the platform's; empty where it is not known.
	Name string
	// Brand and Logo are the paths of its colors and logo; empty for none.
	Brand, Logo string
	// Path is that of the link's pages; empty outside of one.
	Path string
	// State is what a frame is told: open, opened, completed, ended or expired.
	State   string
	Framers string
	// Return is where to leave to; empty for nowhere.
	Return string
	// Other is the language that may be chosen instead.
	Other string
	Steps []stepShown
	// Current is the place of the page's step among all, from 1; 0 for none.
	Current int
}

// stepShown is a step in the list of all.
type stepShown struct {
	Key, Title, Hint string
	Done, Current    bool
}

func (p *Pages) shell(v *visitor, current string) shell {
	s := shell{Name: v.visit.Look.Name, State: v.visit.State, Framers: strings.Join(v.visit.Look.FrameAncestors, " "), Return: v.visit.ReturnURL, Other: "es"}
	if v.words.language == "es" {
		s.Other = "en"
	}
	if v.visit.LinkID == "" {
		return s
	}
	s.Path = p.Kit.URL(v.path())
	if accent := v.visit.Look.Accent; accent != "" {
		s.Brand = p.Kit.URL(Prefix + "brand/" + strings.TrimPrefix(accent, "#") + ".css")
	}
	if v.visit.Look.Logo != nil {
		s.Logo = p.Kit.URL(v.path("logo"))
	}
	for i, one := range v.session.Steps {
		s.Steps = append(s.Steps, stepShown{
			Key: one.Key, Title: v.text("step." + one.Key), Hint: v.text("about." + one.Key), Done: one.Done, Current: one.Key == current,
		})
		if one.Key == current {
			s.Current = i + 1
		}
	}
	return s
}

// write writes a page in the layout of the pages.
func (p *Pages) write(w http.ResponseWriter, v *visitor, shown page.Page, data any) {
	current, _ := data.(*stepPage)
	key := ""
	if current != nil {
		key = current.Step
	}
	shown.Layout, shown.Language, shown.Framers = "onboarding", v.words.language, v.visit.Look.FrameAncestors
	shown.Shell, shown.Data = p.shell(v, key), data
	if shown.Secret == "" {
		if shown.Secret = v.secret; shown.Secret == "" {
			shown.Secret = v.welcomeSecret()
		}
	}
	p.set.Write(w, v.request, shown)
}

// logo serves the platform's logo, to whoever has the link.
func (p *Pages) logo(w http.ResponseWriter, v *visitor) {
	logo := v.visit.Look.Logo
	if logo == nil {
		p.fail(w, v, fault.NotFoundError())
		return
	}
	page.Protect(w.Header(), v.visit.Look.FrameAncestors...)
	w.Header().Set("Cache-Control", "private, max-age=3600")
	w.Header().Set("Content-Type", logo.Media)
	w.Header().Set("Content-Length", strconv.Itoa(len(logo.Content)))
	_, _ = w.Write(logo.Content) // the browser is gone if this fails
}

// element serves the script of the custom element, which any page may load.
func (p *Pages) element(w http.ResponseWriter, _ *http.Request) {
	header := w.Header()
	header.Set("Content-Type", "text/javascript; charset=utf-8")
	header.Set("Cache-Control", "public, max-age=300")
	header.Set("Cross-Origin-Resource-Policy", "cross-origin")
	header.Set("X-Content-Type-Options", "nosniff")
	header.Set("Content-Length", strconv.Itoa(len(element)))
	_, _ = w.Write(element) // the browser is gone if this fails
}
