package settings

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"image"
	_ "image/jpeg" // logos may be JPEG
	_ "image/png"  // logos may be PNG
	"regexp"
	"slices"
	"strconv"
	"strings"

	"tenantry/internal/check"
	"tenantry/internal/fault"
	"tenantry/internal/patch"
)

// Limits of what pages show in a customer's name.
const (
	MaxBrandName    = 64
	MaxLogoBytes    = 64 << 10
	MaxLogoSide     = 2048 // pixels
	MaxHosts        = 20
	maxEncodedLogo  = (MaxLogoBytes + 2) / 3 * 4
	logoReferenceOf = "sha256:"
)

// Branding is how pages look that are shown to customers below this one. Each member that
// is not set is that of the customer above.
type Branding struct {
	// Name is what the pages call the customer, 1 to 64 characters; without it they use the
	// customer's own name.
	Name *string `bson:"name,omitempty" json:"name,omitempty"`
	// Accent is the color of buttons, as #rrggbb. Text on it and beside it always has
	// enough contrast.
	Accent *string `bson:"accent,omitempty" json:"accent,omitempty"`
	// Logo is a small PNG or JPEG image.
	Logo *Logo `bson:"logo,omitempty" json:"logo,omitempty"`
}

// Logo is an image that is kept here, so that pages load nothing from elsewhere. Answers
// show it as the digest of its content.
type Logo struct {
	Media   string `bson:"media"`
	Content []byte `bson:"content"`
	// Flaw is why what was sent may not be kept; empty for a logo that may.
	Flaw string `bson:"-"`
}

// Digest returns the SHA-256 of the content, in hexadecimal digits.
func (l *Logo) Digest() string {
	sum := sha256.Sum256(l.Content)
	return hex.EncodeToString(sum[:])
}

// MarshalJSON implements json.Marshaler: sha256: and the digest, which may be sent back.
func (l *Logo) MarshalJSON() ([]byte, error) { return json.Marshal(logoReferenceOf + l.Digest()) }

// UnmarshalJSON implements json.Unmarshaler for readers of answers, who learn no content.
func (l *Logo) UnmarshalJSON(text []byte) error {
	var reference string
	return json.Unmarshal(text, &reference)
}

// Onboarding says where the pages of onboarding links lead to and who may frame them, for
// the customers below this one. Each member that is not set is that of the customer above.
type Onboarding struct {
	// ReturnHosts are the hosts that links may lead back to, such as `app.example.com` or
	// `app.example.com:8443`: at most 20.
	ReturnHosts []string `bson:"returnHosts,omitempty" json:"returnHosts,omitempty"`
	// FrameAncestors are the origins of pages that may frame those of links, such as
	// `https://app.example.com`: at most 20.
	FrameAncestors []string `bson:"frameAncestors,omitempty" json:"frameAncestors,omitempty"`
}

// BrandingPatch is a change of Branding.
type BrandingPatch struct {
	Name   patch.Field[string] `json:"name"`
	Accent patch.Field[string] `json:"accent"`
	// Logo is the image in base64; what an answer shows leaves it as it is.
	Logo patch.Field[string] `json:"logo"`
}

// OnboardingPatch is a change of Onboarding.
type OnboardingPatch struct {
	ReturnHosts    patch.Field[[]string] `json:"returnHosts"`
	FrameAncestors patch.Field[[]string] `json:"frameAncestors"`
}

func (b *Branding) clone() *Branding {
	if b == nil {
		return nil
	}
	return &Branding{Name: cloneFlag(b.Name), Accent: cloneFlag(b.Accent), Logo: b.Logo} // a logo is never changed in place
}

func (o *Onboarding) clone() *Onboarding {
	if o == nil {
		return nil
	}
	return &Onboarding{ReturnHosts: slices.Clone(o.ReturnHosts), FrameAncestors: slices.Clone(o.FrameAncestors)}
}

func mergeBranding(b *Branding, change BrandingPatch) {
	mergeFlag(&b.Name, change.Name)
	mergeFlag(&b.Accent, change.Accent)
	if b.Accent != nil {
		b.Accent = new(strings.ToLower(*b.Accent))
	}
	switch {
	case !change.Logo.Set:
	case change.Logo.Null:
		b.Logo = nil
	case b.Logo != nil && change.Logo.Value == logoReferenceOf+b.Logo.Digest():
	default:
		b.Logo = logoOf(change.Logo.Value)
	}
}

// logoOf reads a logo; one that may not be kept has a flaw and no content.
func logoOf(text string) *Logo {
	if len(text) > maxEncodedLogo {
		return &Logo{Flaw: "must be at most 65536 bytes; make the image smaller"}
	}
	content, err := base64.StdEncoding.DecodeString(text)
	if err != nil || len(content) == 0 {
		return &Logo{Flaw: "must be the bytes of a PNG or JPEG image in base64, without data: in front"}
	}
	size, form, err := image.DecodeConfig(bytes.NewReader(content))
	switch {
	case len(content) > MaxLogoBytes:
		return &Logo{Flaw: "must be at most 65536 bytes; make the image smaller"}
	case err != nil || form != "png" && form != "jpeg":
		return &Logo{Flaw: "must be a PNG or JPEG image; others, SVG among them, can hold programs or what browsers do not show"}
	case size.Width > MaxLogoSide || size.Height > MaxLogoSide:
		return &Logo{Flaw: fmt.Sprintf("must be at most %d pixels wide and high; 480 by 120 is plenty", MaxLogoSide)}
	}
	if _, _, err := image.Decode(bytes.NewReader(content)); err != nil {
		return &Logo{Flaw: "is damaged: the image cannot be read to its end"}
	}
	return &Logo{Media: "image/" + form, Content: content}
}

func mergeOnboarding(o *Onboarding, change OnboardingPatch) {
	mergeHosts(&o.ReturnHosts, change.ReturnHosts, canonicalHost)
	mergeHosts(&o.FrameAncestors, change.FrameAncestors, canonicalOrigin)
}

func mergeHosts(list *[]string, change patch.Field[[]string], canonical func(string) (string, bool)) {
	if !change.Set {
		return
	}
	*list = nil
	for _, text := range change.Value {
		if form, ok := canonical(text); ok {
			text = form
		}
		*list = append(*list, text)
	}
	if len(*list) <= MaxHosts { // a longer list is refused as it is
		*list = unique(*list)
	}
}

// canonicalHost returns a host in its one form: small letters, a port unless it is 443.
func canonicalHost(text string) (host string, ok bool) {
	target, err := check.ParseTarget("https://" + text)
	if err != nil || "https://"+text != "https://"+target.URL.Host || text == "" {
		return "", false
	}
	return HostOf(target), true
}

// HostOf returns the host of a URL as ReturnHosts lists it.
func HostOf(target check.Target) string {
	host := target.Host
	if strings.Contains(host, ":") {
		host = "[" + host + "]"
	}
	if target.URL.Port() == "" || target.URL.Scheme == "https" && target.Port == 443 || target.URL.Scheme == "http" && target.Port == 80 {
		return host
	}
	return host + ":" + strconv.Itoa(int(target.Port))
}

// canonicalOrigin returns an origin in its one form.
func canonicalOrigin(text string) (origin string, ok bool) {
	target, err := check.ParseTarget(text)
	if err != nil || text != target.URL.Scheme+"://"+target.URL.Host {
		return "", false
	}
	return target.URL.Scheme + "://" + HostOf(target), true
}

var accentForm = regexp.MustCompile(`^#[0-9a-f]{6}$`)

// validatePages adds the faults of branding and onboarding.
func (r Rules) validatePages(s *Settings, path string, faults *fault.List) {
	if s == nil {
		return
	}
	if b := s.Branding; b != nil {
		at := fault.Join(path, "branding")
		if b.Name != nil {
			if strings.TrimSpace(*b.Name) == "" {
				faults.Add(fault.Join(at, "name"), fault.BadValue, "must hold 1 to 64 characters; send null to use the customer's own name")
			} else {
				check.Text(faults, *b.Name, fault.Join(at, "name"), MaxBrandName)
			}
		}
		if b.Accent != nil && !accentForm.MatchString(*b.Accent) {
			faults.AddValue(fault.Join(at, "accent"), fault.BadValue, *b.Accent, "must be a color as #rrggbb, such as #1a73e8")
		}
		if b.Logo != nil && b.Logo.Flaw != "" {
			faults.Add(fault.Join(at, "logo"), fault.BadValue, b.Logo.Flaw)
		}
	}
	if o := s.Onboarding; o != nil {
		at := fault.Join(path, "onboarding")
		validateHosts(o.ReturnHosts, fault.Join(at, "returnHosts"), faults, func(text string) string {
			if _, ok := canonicalHost(text); !ok {
				return "must be a host such as app.example.com or app.example.com:8443, without scheme, path and wildcards"
			}
			return ""
		})
		validateHosts(o.FrameAncestors, fault.Join(at, "frameAncestors"), faults, func(text string) string {
			if _, ok := canonicalOrigin(text); !ok {
				return "must be an origin such as https://app.example.com, without path and wildcards"
			}
			if strings.HasPrefix(text, "http:") && !r.AllowInsecure {
				return "must begin with https://"
			}
			return ""
		})
	}
}

func validateHosts(list []string, path string, faults *fault.List, flaw func(string) string) {
	if len(list) > MaxHosts {
		faults.Add(path, fault.TooMany, "at most 20")
		return
	}
	for i, text := range list {
		if len(text) > 255 {
			faults.Add(fault.Index(path, i), fault.TooLong, "at most 255 characters")
		} else if found := flaw(text); found != "" {
			faults.AddValue(fault.Index(path, i), fault.BadValue, text, found)
		}
	}
}

// Look is what pages show in the name of a customer, together with where they may lead
// to and who may frame them.
type Look struct {
	Name, Accent                string
	Logo                        *Logo
	ReturnHosts, FrameAncestors []string
}

// Pages returns the look that the settings themselves have; nil settings have none.
func (s *Settings) Pages() Look { return Look{}.Under(s) }

// Under completes a look by the settings of the next customer above: what is set already
// stays.
func (l Look) Under(s *Settings) Look {
	if s == nil {
		return l
	}
	if b := s.Branding; b != nil {
		if l.Name == "" && b.Name != nil {
			l.Name = *b.Name
		}
		if l.Accent == "" && b.Accent != nil {
			l.Accent = *b.Accent
		}
		if l.Logo == nil {
			l.Logo = b.Logo
		}
	}
	if o := s.Onboarding; o != nil {
		if l.ReturnHosts == nil {
			l.ReturnHosts = o.ReturnHosts
		}
		if l.FrameAncestors == nil {
			l.FrameAncestors = o.FrameAncestors
		}
	}
	return l
}
