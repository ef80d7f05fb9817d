package settings_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"image"
	"image/png"
	"strings"
	"testing"

	"tenantry/internal/fault"
	"tenantry/settings"
)

func picture(t *testing.T, width, height int) string {
	t.Helper()
	var content bytes.Buffer
	if err := png.Encode(&content, image.NewGray(image.Rect(0, 0, width, height))); err != nil {
		t.Fatal(err)
	}
	return base64.StdEncoding.EncodeToString(content.Bytes())
}

// A logo is kept as an image that is one, shown as its digest, and what is shown may be sent
// back; a child does not inherit a copy of it.
func TestALogoIsKeptAndShownByItsDigest(t *testing.T) {
	t.Parallel()
	kept := merged(t, nil, `{"branding":{"logo":"`+picture(t, 120, 40)+`","accent":"#1A73E8"}}`)
	shown, err := json.Marshal(kept)
	if err != nil {
		t.Fatal(err)
	}
	if want := `{"branding":{"accent":"#1a73e8","logo":"sha256:` + kept.Branding.Logo.Digest() + `"}}`; string(shown) != want {
		t.Errorf("it is shown as %s, want %s", shown, want)
	}
	again := merged(t, kept, string(shown))
	if again.Branding.Logo.Digest() != kept.Branding.Logo.Digest() || again.Branding.Logo.Media != "image/png" {
		t.Errorf("sent back it is %+v", again.Branding.Logo)
	}
	if child := settings.Inherit(nil, kept); child.Branding.Logo != nil || *child.Branding.Accent != "#1a73e8" {
		t.Errorf("a child inherits %+v", child.Branding)
	}
}

// What is no small image, color, host or origin is refused at its field.
func TestBrandingNamesItsFault(t *testing.T) {
	t.Parallel()
	whole, _ := base64.StdEncoding.DecodeString(picture(t, 120, 40))
	for change, field := range map[string]string{
		`{"branding":{"logo":"` + base64.StdEncoding.EncodeToString([]byte("<svg/>")) + `"}}`:                        "settings.branding.logo",
		`{"branding":{"logo":"` + base64.StdEncoding.EncodeToString(whole[:len(whole)-20]) + `"}}`:                   "settings.branding.logo",
		`{"branding":{"logo":"data:image/png;base64,` + picture(t, 4, 4) + `"}}`:                                     "settings.branding.logo",
		`{"branding":{"logo":"` + strings.Repeat("A", 90_000) + `"}}`:                                                "settings.branding.logo",
		`{"branding":{"logo":"` + picture(t, 2049, 4) + `"}}`:                                                        "settings.branding.logo",
		`{"branding":{"logo":"sha256:` + strings.Repeat("0", 64) + `"}}`:                                             "settings.branding.logo",
		`{"branding":{"accent":"red"}}`:                                                                              "settings.branding.accent",
		`{"branding":{"accent":"#fff;}"}}`:                                                                           "settings.branding.accent",
		`{"branding":{"name":" "}}`:                                                                                  "settings.branding.name",
		`{"branding":{"name":"` + strings.Repeat("a", 65) + `"}}`:                                                    "settings.branding.name",
		`{"onboarding":{"returnHosts":["https://a.example"]}}`:                                                       "settings.onboarding.returnHosts.0",
		`{"onboarding":{"returnHosts":["a.example","*.b.example"]}}`:                                                 "settings.onboarding.returnHosts.1",
		`{"onboarding":{"returnHosts":["a.example/path"]}}`:                                                          "settings.onboarding.returnHosts.0",
		`{"onboarding":{"frameAncestors":["a.example"]}}`:                                                            "settings.onboarding.frameAncestors.0",
		`{"onboarding":{"frameAncestors":["http://a.example"]}}`:                                                     "settings.onboarding.frameAncestors.0",
		`{"onboarding":{"frameAncestors":["https://a.example; script-src *"]}}`:                                      "settings.onboarding.frameAncestors.0",
		`{"onboarding":{"frameAncestors":["https://a.example/x"]}}`:                                                  "settings.onboarding.frameAncestors.0",
		`{"onboarding":{"returnHosts":["` + strings.Join(strings.Split(strings.Repeat("a", 21), ""), `","`) + `"]}}`: "settings.onboarding.returnHosts",
	} {
		t.Run(field, func(t *testing.T) {
			var faults fault.List
			settings.Rules{}.Validate(merged(t, nil, change), "settings", &faults)
			if !faults.Has(field) {
				t.Errorf("%.60s is not refused at %s: %v", change, field, faults.Err())
			}
		})
	}
}

// Each member of a look is that of the nearest customer above which set it.
func TestALookIsThatOfTheNearestAbove(t *testing.T) {
	t.Parallel()
	near := merged(t, nil, `{"branding":{"name":"Near"},"onboarding":{"returnHosts":["near.example"]}}`)
	far := merged(t, nil, `{"branding":{"name":"Far","accent":"#112233"},"onboarding":{"returnHosts":["far.example"],"frameAncestors":["https://far.example:8443"]}}`)
	look := settings.Look{}.Under(nil).Under(near).Under(far)
	if look.Name != "Near" || look.Accent != "#112233" || strings.Join(look.ReturnHosts, "") != "near.example" || strings.Join(look.FrameAncestors, "") != "https://far.example:8443" {
		t.Errorf("it is %+v", look)
	}
}
