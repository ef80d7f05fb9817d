package page

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"io"
	"net/http"
	"strings"

	"tenantry/internal/fault"
)

// The name of a form's token in a body, and in the headers of a script's request.
const (
	FormTokenField  = "formToken"
	formTokenHeader = "X-Form-Token" //nolint:gosec // the name of a header
)

// MaxForm is the longest body of a form without files, in bytes.
const MaxForm = 1 << 20

// Protect sets the headers of every page. framers are the origins that may show it in a
// frame; none may by default.
func Protect(header http.Header, framers ...string) {
	ancestors := "'none'"
	if len(framers) > 0 {
		ancestors = strings.Join(framers, " ")
	}
	header.Set("Content-Security-Policy", "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "+
		"connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors "+ancestors)
	header.Set("Cache-Control", "no-store")
	header.Set("X-Content-Type-Options", "nosniff")
	header.Set("Referrer-Policy", "same-origin")
	header.Set("Cross-Origin-Opener-Policy", "same-origin")
	if len(framers) == 0 {
		header.Set("Cross-Origin-Resource-Policy", "same-origin")
		header.Set("X-Frame-Options", "DENY") // for browsers that know no frame-ancestors
	}
}

// protectPublic sets the headers of a public page beside those of every page.
func protectPublic(header http.Header) {
	header.Set("Content-Security-Policy", "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'")
	header.Set("Cache-Control", "public, max-age=300")
	header.Add("Vary", "Host")
}

// CheckForm refuses a change that does not come from a page of ours: one that a browser
// says another site caused, or without the token of a form that was bound to secret. The
// body is read as a form of at most MaxForm bytes, small files included; larger ones the
// handler reads itself and calls CheckToken. It returns Forbidden, and Malformed for a body that is no form.
func (k *Kit) CheckForm(w http.ResponseWriter, r *http.Request, secret string) error {
	if err := k.CheckSite(r); err != nil {
		return err
	}
	r.Body = http.MaxBytesReader(w, r.Body, MaxForm)
	parse := r.ParseForm
	if strings.HasPrefix(r.Header.Get("Content-Type"), "multipart/") {
		parse = func() error { return r.ParseMultipartForm(MaxForm) } //nolint:gosec // the body is bounded above
	}
	if err := parse(); err != nil {
		return fault.Wrap(err, fault.Malformed, fault.CodeMalformed, "the form cannot be read; go back and send it again")
	}
	token := r.PostForm.Get(FormTokenField)
	if token == "" {
		token = r.Header.Get(formTokenHeader)
	}
	return k.CheckToken(token, secret)
}

// CheckSite refuses a request that a browser says another site caused.
func (k *Kit) CheckSite(r *http.Request) error {
	protection := http.NewCrossOriginProtection()
	if k.options.Origin != "" {
		_ = protection.AddTrustedOrigin(k.options.Origin) // was checked with the configuration
	}
	if site := r.Header.Get("Sec-Fetch-Site"); site != "" && site != "same-origin" || protection.Check(r) != nil {
		return fault.New(fault.Forbidden, fault.CodeAccess, "this was sent from another site; nothing was done. Open the page here and send it again")
	}
	return nil
}

// CheckToken refuses a token that is not one of a form that was bound to secret.
func (k *Kit) CheckToken(token, secret string) error {
	bits, err := base64.RawURLEncoding.DecodeString(token)
	if err != nil || len(bits) != 2*tokenLength || secret == "" {
		return staleForm()
	}
	mask, masked := bits[:tokenLength], bits[tokenLength:]
	subtle.XORBytes(masked, masked, mask)
	if !hmac.Equal(masked, tokenOf(secret)) {
		return staleForm()
	}
	return nil
}

func staleForm() error {
	return fault.New(fault.Forbidden, fault.CodeAccess,
		"this form is of an earlier visit, or cookies are blocked; nothing was done. Load the page again and send it again")
}

const tokenLength = 32

// FormToken returns the token of a form that is bound to a secret of its visitor. It looks
// different each time, so that compressing a page reveals nothing of it.
func (k *Kit) FormToken(secret string) string {
	bits := make([]byte, 2*tokenLength)
	_, _ = io.ReadFull(k.options.Random, bits[:tokenLength]) // crypto/rand never fails
	subtle.XORBytes(bits[tokenLength:], bits[:tokenLength], tokenOf(secret))
	return base64.RawURLEncoding.EncodeToString(bits)
}

func tokenOf(secret string) []byte {
	sum := hmac.New(sha256.New, []byte(secret))
	sum.Write([]byte("token of a form"))
	return sum.Sum(nil)
}
