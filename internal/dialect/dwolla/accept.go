package dwolla

import (
	"mime"
	"net/http"
	"strings"
)

// profileForms asks for the form of a link instead of the resource.
const profileForms = "https://github.com/dwolla/hal-forms"

// accepted reports whether a client takes the vendor's media type, by name. Lenient
// dialects take the types of general clients for it, and none at all.
func (f *Handler) accepted(header http.Header) bool {
	if acceptsHAL(header) {
		return true
	}
	if !f.options.Lenient {
		return false
	}
	listed := accepts(header)
	for _, media := range listed {
		if media == mediaJSON || media == "application/hal+json" || media == "application/*" || media == "*/*" {
			return true
		}
	}
	return len(header.Values("Accept")) == 0
}

// Speaks reports whether a request names the vendor's media type, for what it sends or for
// what it wants.
func (*Handler) Speaks(header http.Header) bool {
	sent, _, _ := mime.ParseMediaType(header.Get("Content-Type"))
	return sent == mediaHAL || acceptsHAL(header)
}

func acceptsHAL(header http.Header) bool {
	for _, media := range accepts(header) {
		if media == mediaHAL {
			return true
		}
	}
	return false
}

// accepts lists the media types of Accept that are not refused by q=0.
func accepts(header http.Header) (list []string) {
	for part := range strings.SplitSeq(strings.Join(header.Values("Accept"), ","), ",") {
		media, parameters, err := mime.ParseMediaType(part)
		if err == nil && strings.Trim(parameters["q"], "0.") == "" && parameters["q"] != "" {
			continue
		}
		if err == nil {
			list = append(list, media)
		}
	}
	return list
}
