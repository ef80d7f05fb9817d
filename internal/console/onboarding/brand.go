package onboarding

import (
	"fmt"
	"math"
	"net/http"
	"regexp"
	"strconv"

	"tenantry/internal/console/page"
)

// leastContrast is what text needs against what is behind it (WCAG 2.2, level AA).
const leastContrast = 4.5

var brandFile = regexp.MustCompile(`^([0-9a-f]{6})\.css$`)

// brand serves the colors of an accent. They are made of its name alone, so caches keep
// them.
func (p *Pages) brand(w http.ResponseWriter, r *http.Request) {
	named := brandFile.FindStringSubmatch(r.PathValue("file"))
	if named == nil {
		http.NotFound(w, r)
		return
	}
	page.Protect(w.Header())
	w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
	w.Header().Set("Content-Type", "text/css; charset=utf-8")
	_, _ = w.Write([]byte(brandStyle(parseColor(named[1])))) // the browser is gone if this fails
}

// color is a color by its parts, 0 to 1.
type color [3]float64

// The grounds that links stand on, the lightest and darkest of both themes.
var (
	lightGround = parseColor("f6f7f9")
	darkGround  = parseColor("1b202b")
	white       = color{1, 1, 1}
)

// parseColor reads six hexadecimal digits.
func parseColor(digits string) (c color) {
	number, _ := strconv.ParseUint(digits, 16, 32) // the form was checked
	for i := range c {
		c[i] = float64(number>>(16-8*i)&0xff) / 0xff
	}
	return c
}

func (c color) String() string {
	return fmt.Sprintf("#%02x%02x%02x", int(math.Round(c[0]*255)), int(math.Round(c[1]*255)), int(math.Round(c[2]*255)))
}

// toward returns the color mixed with another, as far as share says.
func (c color) toward(other color, share float64) (mixed color) {
	for i := range c {
		mixed[i] = c[i] + (other[i]-c[i])*share
	}
	return mixed
}

// luminance is the relative luminance of WCAG.
func (c color) luminance() float64 {
	linear := func(part float64) float64 {
		if part <= 0.04045 {
			return part / 12.92
		}
		return math.Pow((part+0.055)/1.055, 2.4)
	}
	return 0.2126*linear(c[0]) + 0.7152*linear(c[1]) + 0.0722*linear(c[2])
}

// contrast is the contrast ratio of two colors.
func contrast(a, b color) float64 {
	x, y := a.luminance(), b.luminance()
	return (math.Max(x, y) + 0.05) / (math.Min(x, y) + 0.05)
}

// readable returns the color, mixed with another as little as is needed to be read on a
// ground.
func (c color) readable(ground, toward color) color {
	for share := 0.0; share < 1; share += 0.02 {
		// As it is written: rounding must not take the contrast away.
		if mixed := parseColor(c.toward(toward, share).String()[1:]); contrast(mixed, ground) >= leastContrast {
			return mixed
		}
	}
	return toward
}

// on returns what is readable on a color: white, or black where white is not.
func (c color) on() color {
	if contrast(c, white) >= leastContrast {
		return white
	}
	return color{}
}

// brandStyle returns the properties of the style sheet that an accent replaces, in both
// themes. A button has the accent as it is; what is text is mixed until it can be read.
func brandStyle(accent color) string {
	theme := func(ground, toward color) string {
		link := accent.readable(ground, toward)
		hover := accent.toward(accent.on(), -0.12)
		for i := range hover {
			hover[i] = math.Min(1, math.Max(0, hover[i]))
		}
		return fmt.Sprintf("--accent:%s;--accent-hover:%s;--on-accent:%s;--link:%s;--focus:%s;--accent-soft:%s",
			accent, hover, accent.on(), link, link, ground.toward(accent, 0.12))
	}
	light, dark := theme(lightGround, color{}), theme(darkGround, white)
	return ":root{" + light + "}\n@media (prefers-color-scheme:dark){:root:not([data-theme=light]){" + dark + "}}\n:root[data-theme=dark]{" + dark + "}\n"
}
