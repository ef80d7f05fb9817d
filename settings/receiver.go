package settings

import (
	"regexp"
	"slices"
	"strings"

	"tenantry/internal/check"
	"tenantry/internal/fault"
	"tenantry/internal/patch"
)

// MaxTypes is the largest number of event types that one receiver may list.
const MaxTypes = 50

// Format is the form in which a receiver gets its events.
type Format string

// The formats.
const (
	// Native is PayStand's event object, signed in the Standard Webhooks form.
	Native Format = "native"
	// Straddle is Straddle's envelope, signed in the Standard Webhooks form.
	Straddle Format = "straddle"
	// Dwolla is Dwolla's event with its topics, signed by X-Request-Signature-SHA-256.
	Dwolla Format = "dwolla"
)

// FormatProperties are what distinguishes the receivers of one format from others; a
// dialect registers those of its format.
type FormatProperties struct {
	// SignsWithText reports whether messages are signed with the whole text of a secret
	// that the client chose, instead of with a secret that is made here.
	SignsWithText bool
	// OmitsItself reports whether a customer is sent nothing about itself.
	OmitsItself bool
}

// Receiver is a webhook URL that wants only some events, or wants them in the form of
// another vendor.
type Receiver struct {
	URL string `bson:"url" json:"url"`
	// Types are the event types it wants, such as `customer.updated`, or `bank.*` for all
	// with that prefix; an empty list means all.
	Types []string `bson:"types,omitempty" json:"types,omitempty"`
	// Format is the form of its messages; empty means Native.
	Format Format `bson:"format,omitempty" json:"format,omitempty"`
}

// ReceiverPatch is a Receiver in an input.
type ReceiverPatch struct {
	URL    patch.Field[string]   `json:"url"`
	Types  patch.Field[[]string] `json:"types"`
	Format patch.Field[string]   `json:"format"`
}

// Shape returns the format in force.
func (r Receiver) Shape() Format {
	if r.Format == "" {
		return Native
	}
	return r.Format
}

// Wants reports whether the receiver asked for events of that type.
func (r Receiver) Wants(kind string) bool {
	return len(r.Types) == 0 || slices.ContainsFunc(r.Types, func(t string) bool { return MatchesType(t, kind) })
}

// MatchesType reports whether a type of event is the wanted one, or has the prefix that a
// pattern such as `bank.*` names.
func MatchesType(wanted, kind string) bool {
	if prefix, open := strings.CutSuffix(wanted, "*"); open {
		return strings.HasPrefix(kind, prefix)
	}
	return wanted == kind
}

// IsTypePattern reports whether a text is a type of event, or the beginning of one and a
// star.
func IsTypePattern(text string) bool { return len(text) <= 64 && typeForm.MatchString(text) }

// Receivers returns every receiver, whether or not events are enabled.
func (s *Settings) Receivers() []Receiver {
	if s == nil || s.Events == nil || s.Events.URLs == nil {
		return nil
	}
	list := make([]Receiver, 0, len(s.Events.URLs.Always)+len(s.Events.URLs.Filtered))
	for _, url := range s.Events.URLs.Always {
		list = append(list, Receiver{URL: url})
	}
	return append(list, s.Events.URLs.Filtered...)
}

// Delivers reports whether changes are sent at all.
func (s *Settings) Delivers() bool { return s != nil && s.Events != nil && isTrue(s.Events.Enabled) }

func receiversOf(list []ReceiverPatch) []Receiver {
	out := make([]Receiver, 0, len(list))
	for _, p := range list {
		out = append(out, Receiver{URL: check.CanonicalURL(p.URL.Value), Types: p.Types.Value, Format: Format(p.Format.Value)})
	}
	return out
}

func cloneReceivers(list []Receiver) []Receiver {
	out := slices.Clone(list)
	for i := range out {
		out[i].Types = slices.Clone(out[i].Types)
	}
	return out
}

var typeForm = regexp.MustCompile(`^[a-z_]+\.([a-z_]+|\*)$`)

func (r Rules) validateFiltered(urls *URLs, path string, faults *fault.List) {
	if len(urls.Filtered) > 0 && len(urls.Always)+len(urls.Filtered) > MaxURLs {
		faults.Add(path, fault.TooMany, "at most 10 URLs, together with those of always")
	}
	seen := slices.Clone(urls.Always)
	for i, receiver := range urls.Filtered {
		at := fault.Index(path, i)
		r.validateURL(receiver.URL, fault.Join(at, "url"), faults)
		if slices.Contains(seen, receiver.URL) {
			faults.Add(fault.Join(at, "url"), fault.Duplicate, "the URL is in these lists already; list it once")
		}
		seen = append(seen, receiver.URL)
		if len(receiver.Types) > MaxTypes {
			faults.Add(fault.Join(at, "types"), fault.TooMany, "at most 50 types")
		}
		for n, text := range receiver.Types {
			if !IsTypePattern(text) {
				faults.Add(fault.Index(fault.Join(at, "types"), n), fault.BadValue, "must be a type such as customer.updated, or customer.* for all types with that prefix")
			}
		}
		switch receiver.Format {
		case "", Native, Straddle, Dwolla:
		default:
			faults.Add(fault.Join(at, "format"), fault.BadValue, "must be native, straddle or dwolla")
		}
	}
}
