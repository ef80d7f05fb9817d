package customers

import (
	"regexp"
	"strings"
	"time"

	"tenantry/internal/check"
	"tenantry/internal/fault"
	"tenantry/internal/patch"
	"tenantry/internal/secret"
)

// textRule is what a text of an enrolment must be like (Dwolla API reference, customers).
type textRule struct {
	limit int
	// form is what all of the text must match, never what no part of it may; nil for any.
	form, never *regexp.Regexp
	// of has the only texts that there are; empty for any.
	of   string
	says string
}

const (
	maxEnrolledName    = 50
	maxEnrolledText    = 255
	maxControllerTitle = 100
	maxClassification  = 64
	// oldest is the age in years that nobody exceeds.
	oldest = 125
)

// states are those of the US, with what the post treats as one.
const states = " AL AK AZ AR CA CO CT DE DC FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY NC ND OH OK OR PA RI SC SD TN TX UT VT VA WA WV WI WY" +
	" AS GU MP PR VI UM FM MH PW AA AE AP "

var (
	unfitInName  = regexp.MustCompile("[<>=\"`!?%~${}\\\\]")
	postBox      = regexp.MustCompile(`(?i)(^|[^\pL])(p\.?\s*o\.?\s*box|post\s+office\s+box)`)
	cityForm     = regexp.MustCompile(`^\pL[\pL\pM .'’-]*$`)
	ownIDForm    = regexp.MustCompile(`^[A-Za-z0-9._-]+$`)
	tenForm      = regexp.MustCompile(`^[0-9]{10}$`)
	taxForm      = regexp.MustCompile(`^[0-9]{9}$`)
	lastFourForm = regexp.MustCompile(`^[0-9]{4}$`)
)

var (
	personName   = textRule{limit: maxEnrolledName, never: unfitInName, says: "must not hold any of < > = \" ` ! ? % ~ $ { } \\"}
	companyName  = textRule{limit: maxEnrolledText, never: unfitInName, says: "must not hold any of < > = \" ` ! ? % ~ $ { } \\"}
	anyText      = textRule{limit: maxEnrolledText}
	ownReference = textRule{limit: maxEnrolledText, form: ownIDForm, says: "may hold only letters A-Z, digits and - . _"}
	tenDigits    = textRule{limit: maxEnrolledText, form: tenForm, says: "must be ten digits, without punctuation"}
	streetLine   = textRule{limit: maxEnrolledName, never: postBox, says: "must not be a post office box"}
	cityName     = textRule{limit: maxEnrolledName, form: cityForm, says: "may hold only letters, blanks and . ' -"}
	stateCode    = textRule{limit: maxEnrolledText, form: usState, of: states, says: "must be a state of the US as two capital letters such as ME"}
	zipCode      = textRule{limit: maxEnrolledText, form: usZIP, says: "must be a ZIP code: NNNNN or NNNNN-NNNN"}
	jobTitle     = textRule{limit: maxControllerTitle}
	industry     = textRule{limit: maxClassification}
)

// holds tells whether the text fits, and notes why not.
func (k textRule) holds(faults *fault.List, text, path string) bool {
	switch {
	case !check.Text(faults, text, path, k.limit):
		return false
	case (k.form != nil && !k.form.MatchString(text)) || (k.never == unfitInName && k.never.MatchString(text)):
		faults.AddValue(path, fault.BadFormat, text, k.says)
		return false
	case k.never != nil && k.never.MatchString(text):
		faults.Add(path, fault.NotAllowed, k.says)
		return false
	case k.of != "" && !strings.Contains(k.of, " "+text+" "):
		faults.AddValue(path, fault.BadValue, text, k.says)
		return false
	}
	return true
}

// blank tells whether a member was sent without a text.
func blank(field patch.Field[string]) bool {
	return field.Set && (field.Null || check.IsBlank(field.Value))
}

// unsaid tells whether a secret member was sent without a text.
func unsaid(field patch.Field[secret.Text]) bool {
	return field.Set && (field.Null || check.IsBlank(field.Value.Reveal()))
}

// born reads the date of birth of somebody of 18 to 125 years.
func (d *draft) born(text secret.Text, path string) (secret.Text, bool) {
	date, err := time.Parse(dateLayout, text.Reveal())
	switch {
	case err != nil || !isoDateForm.MatchString(text.Reveal()):
		d.faults.Add(path, fault.BadFormat, "must be a date as YYYY-MM-DD")
	case date.AddDate(adultYears, 0, 0).After(d.now) || date.AddDate(oldest+1, 0, 0).Before(d.now):
		d.faults.Add(path, fault.NotAllowed, "the age must be 18 to 125 years")
	default:
		return text, true
	}
	return secret.Text{}, false
}

// sealTax seals a Social Security number of nine digits, or its last four, which
// leave a whole number that ends with them as it is.
func (d *draft) sealTax(old *Sealed, text secret.Text, path string, need depth) *Sealed {
	number := digitsOf(text.Reveal())
	switch {
	case taxForm.MatchString(number):
		return d.seal(old, kindTaxPersonal, secret.New(number), true)
	case !lastFourForm.MatchString(number):
		d.faults.Add(path, fault.BadFormat, "must be the nine digits of a Social Security number, or its last four")
	case need == anew:
		d.faults.Add(path, fault.Missing, "all nine digits of the Social Security number are required now")
	case old != nil && old.Last4 == number:
	default:
		sealed := *d.seal(nil, kindTaxPersonal, secret.New(number), false)
		sealed.Last4 = number
		return &sealed
	}
	return old
}
