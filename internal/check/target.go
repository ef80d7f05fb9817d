package check

import (
	"errors"
	"net/netip"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/idna"
)

// Target is a URL that this program may be told to send to, taken apart so strictly that
// no two programs can read different hosts out of it.
type Target struct {
	URL *url.URL
	// Host is the host in lower case and ASCII, without port and brackets.
	Host string
	// Address is the host if it is an address, else the zero value.
	Address netip.Addr
	// Port is the port that the URL names, or that of its scheme.
	Port uint16
}

var errForm = errors.New("must be an absolute URL that begins with https:// or http://")

// ParseTarget reads an absolute http or https URL. Its error says what would be right. It
// refuses user info, control characters, blanks, backslashes and escapes in the host,
// IPv4 addresses in any form but four decimal numbers, IPv6 addresses with a zone or that
// wrap an IPv4 address, hosts that end in a dot, and international names that are not fit
// for DNS.
func ParseTarget(text string) (Target, error) {
	var t Target
	if !utf8.ValidString(text) || strings.ContainsFunc(text, func(r rune) bool { return unicode.IsControl(r) || unicode.IsSpace(r) || unseen(r) || r == '\\' }) {
		return t, errors.New("must not hold blanks, backslashes, or characters that are not shown")
	}
	u, err := url.Parse(text)
	if err != nil || u.Opaque != "" || (u.Scheme != "https" && u.Scheme != "http") || u.Hostname() == "" {
		return t, errForm
	}
	if u.User != nil {
		return t, errors.New("must not hold a user or password")
	}
	t.URL = u
	if err := t.readPort(); err != nil {
		return t, err
	}
	_, rest, _ := strings.Cut(text, "//")
	if end := strings.IndexAny(rest, "/?#"); end >= 0 {
		rest = rest[:end]
	}
	if strings.Contains(rest, "%") {
		return t, errors.New("must name its host without escapes and zones")
	}
	err = t.readHost(strings.HasPrefix(rest, "["))
	return t, err
}

func (t *Target) readPort() error {
	switch text := t.URL.Port(); {
	case text == "" && strings.HasSuffix(t.URL.Host, ":"):
		return errors.New("must name a port behind the colon, or leave the colon out")
	case text == "" && t.URL.Scheme == "http":
		t.Port = 80
	case text == "":
		t.Port = 443
	default:
		port, err := strconv.ParseUint(text, 10, 16)
		if err != nil || port == 0 || strings.HasPrefix(text, "0") {
			return errors.New("must name a port of 1 to 65535")
		}
		t.Port = uint16(port)
	}
	return nil
}

func (t *Target) readHost(bracketed bool) error {
	host := t.URL.Hostname()
	if bracketed {
		address, err := netip.ParseAddr(host)
		if err != nil || !address.Is6() || address.Is4In6() || address.Zone() != "" {
			return errors.New("must have an IPv6 address without zone in its brackets")
		}
		t.Host, t.Address = address.String(), address
		return nil
	}
	if strings.HasSuffix(host, ".") {
		return errors.New("must name its host without a dot at the end")
	}
	name, err := asciiName(host)
	if err != nil {
		return err
	}
	t.Host = name
	last := name[strings.LastIndexByte(name, '.')+1:]
	if !endsInNumber.MatchString(last) {
		return nil
	}
	// Programs disagree about what such a name means, unless it is an address in full.
	if t.Address, err = netip.ParseAddr(host); err != nil || !t.Address.Is4() {
		return errors.New("must name an IPv4 address by four decimal numbers, such as 203.0.113.7")
	}
	return nil
}

var (
	endsInNumber = regexp.MustCompile(`^([0-9]+|0[xX][0-9a-fA-F]*)$`)
	nameForm     = regexp.MustCompile(`^[a-z0-9_-]{1,63}(\.[a-z0-9_-]{1,63})*$`)
)

// maxName is the longest name in DNS.
const maxName = 253

// asciiName returns the form of a host name that DNS knows.
func asciiName(host string) (string, error) {
	name := strings.ToLower(host)
	if strings.ContainsFunc(host, international) || strings.Contains(name, "xn--") {
		var err error
		if name, err = idna.Lookup.ToASCII(host); err != nil {
			return "", errors.New("must name its host by letters, digits and hyphens that are fit for international names")
		}
	}
	if len(name) > maxName || !nameForm.MatchString(name) {
		return "", errors.New("must name its host by letters, digits and hyphens, at most 63 between dots")
	}
	return name, nil
}

// IsWebPort reports whether the port is one of the web, or one that no privileged service
// listens on: a message to another could be taken for a command by what listens there.
func (t Target) IsWebPort() bool { return t.Port == 80 || t.Port == 443 || t.Port > 1023 }

// CanonicalURL returns the text of a URL with an international host in its ASCII form, so
// that one receiver has one name. What is not fit stays as it is, to be refused.
func CanonicalURL(text string) string {
	target, err := ParseTarget(text)
	if err != nil || !strings.ContainsFunc(target.URL.Hostname(), international) {
		return text
	}
	return strings.Replace(text, target.URL.Hostname(), target.Host, 1)
}

func international(r rune) bool { return r >= utf8.RuneSelf }
