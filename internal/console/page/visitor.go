package page

import (
	"encoding/base64"
	"io"
	"net/http"
	"time"
)

// The names of cookies; those of secrets have cookiePrefix in front by https.
const (
	cookieTheme    = "tenantry-theme"
	cookieLanguage = "tenantry-language"
	cookieNotice   = "tenantry-notice"
	cookieVisit    = "tenantry-visit"
	// cookiePrefix makes browsers refuse a cookie that another host or path sets.
	cookiePrefix = "__Host-"
)

// CookieName returns the name of a cookie that holds a secret: by https it is one that only
// this host can set.
func (k *Kit) CookieName(r *http.Request, name string) string {
	if k.options.HTTPS(r) {
		return cookiePrefix + name
	}
	return name
}

// SetCookie sets a cookie that holds a secret, which no script can read and other sites do
// not send; zero life is until the browser ends, a negative one removes it.
func (k *Kit) SetCookie(w http.ResponseWriter, r *http.Request, name, value string, life time.Duration) {
	k.setCookie(w, r, k.CookieName(r, name), value, life, http.SameSiteStrictMode)
}

func (k *Kit) setCookie(w http.ResponseWriter, r *http.Request, name, value string, life time.Duration, site http.SameSite) {
	http.SetCookie(w, &http.Cookie{ //nolint:gosec // Secure wherever it can be: a sandbox on loopback has no https
		Name: name, Value: value, Path: "/", MaxAge: int(life / time.Second), HttpOnly: true, Secure: k.options.HTTPS(r), SameSite: site,
	})
}

// Cookie returns the value of a cookie that holds a secret, empty for none.
func (k *Kit) Cookie(r *http.Request, name string) string {
	if cookie, err := r.Cookie(k.CookieName(r, name)); err == nil {
		return cookie.Value
	}
	return ""
}

// Visit returns the secret that the forms of a visitor who has not signed in are bound to,
// and sets it if there is none.
func (k *Kit) Visit(w http.ResponseWriter, r *http.Request) string {
	if visit := k.Cookie(r, cookieVisit); len(visit) >= 22 {
		return visit
	}
	var bits [18]byte
	_, _ = io.ReadFull(k.options.Random, bits[:]) // crypto/rand never fails
	visit := base64.RawURLEncoding.EncodeToString(bits[:])
	k.SetCookie(w, r, cookieVisit, visit, 0)
	r.AddCookie(&http.Cookie{Name: k.CookieName(r, cookieVisit), Value: visit}) //nolint:gosec // for this request's own handlers
	return visit
}

// Choose keeps the theme (light, dark, or auto) or language that a visitor chose; others
// are dropped.
func (k *Kit) Choose(w http.ResponseWriter, r *http.Request, theme, language string) {
	const year = 365 * 24 * time.Hour
	switch theme {
	case "light", "dark":
		k.setCookie(w, r, cookieTheme, theme, year, http.SameSiteLaxMode)
	case "auto":
		k.setCookie(w, r, cookieTheme, "", -time.Second, http.SameSiteLaxMode)
	}
	if known(language) {
		k.setCookie(w, r, cookieLanguage, language, year, http.SameSiteLaxMode)
	}
}

func themeOf(r *http.Request) string {
	if chosen, err := r.Cookie(cookieTheme); err == nil && (chosen.Value == "light" || chosen.Value == "dark") {
		return chosen.Value
	}
	return ""
}

// Notice makes the next page say that something was done; text must hold no secret.
func (k *Kit) Notice(w http.ResponseWriter, r *http.Request, text string) {
	k.setCookie(w, r, cookieNotice, base64.RawURLEncoding.EncodeToString([]byte(text)), time.Minute, http.SameSiteLaxMode)
}

// takeNotice returns what was noted for this page, once.
func (k *Kit) takeNotice(w http.ResponseWriter, r *http.Request) string {
	noted, err := r.Cookie(cookieNotice)
	if err != nil || noted.Value == "" {
		return ""
	}
	k.setCookie(w, r, cookieNotice, "", -time.Second, http.SameSiteLaxMode)
	text, err := base64.RawURLEncoding.DecodeString(noted.Value)
	if err != nil {
		return ""
	}
	return string(text)
}
