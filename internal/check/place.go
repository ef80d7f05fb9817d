package check

import (
	"regexp"
	"strings"
)

// states are the codes of the US Postal Service: states, territories, freely
// associated states and the armed forces.
const states = " AL AK AZ AR CA CO CT DE DC FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY NC ND OH OK OR PA RI SC SD TN TX UT VT VA WA WV WI WY" +
	" AS GU MP PR VI UM FM MH PW AA AE AP "

var (
	stateForm  = regexp.MustCompile(`^[A-Z]{2}$`)
	zipForm    = regexp.MustCompile(`^[0-9]{5}(-[0-9]{4})?$`)
	postalForm = regexp.MustCompile(`^[A-Z][0-9][A-Z] ?[0-9][A-Z][0-9]$`)
)

// IsStateForm reports whether a text is two capital letters, as states of the US are
// written.
func IsStateForm(text string) bool { return stateForm.MatchString(text) }

// IsState reports whether a text is the code of a state of the US, or of what its post
// treats as one.
func IsState(text string) bool { return IsStateForm(text) && strings.Contains(states, " "+text+" ") }

// IsZIP reports whether a text is a ZIP code: NNNNN or NNNNN-NNNN.
func IsZIP(text string) bool { return zipForm.MatchString(text) }

// IsCanadianPostalCode reports whether a text is a postal code such as K1A 0B1, with
// or without the blank.
func IsCanadianPostalCode(text string) bool { return postalForm.MatchString(text) }
