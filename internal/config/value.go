package config

import (
	"fmt"
	"math"
	"net"
	"net/url"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"

	rules "tenantry/internal/check"
	"tenantry/internal/secret"
)

// value is the place of one setting in a Config, with its type and limits.
type value interface {
	// read takes the given value, or returns what is wrong with it and changes nothing.
	read(g given) *Fault
	// show returns the value as YAML and JSON show it: secrets masked.
	show() any
	// at returns where the value is kept, by which the tests find forgotten fields.
	at() any
}

// text is free text that may not be empty, unless optional.
type text struct {
	to       *string
	what     string
	optional bool
	check    func(string) *Fault
}

func (v text) read(g given) *Fault {
	s, fault := g.scalar(v.what, "!!str")
	if fault != nil {
		return fault
	}
	if s == "" && !v.optional {
		return wrong("is empty", "write "+v.what)
	}
	if s != "" && v.check != nil {
		if fault := v.check(s); fault != nil {
			return fault
		}
	}
	*v.to = s
	return nil
}

func (v text) show() any { return *v.to }
func (v text) at() any   { return v.to }

// choice is one of a few words.
type choice[T ~string] struct {
	to   *T
	from []T
}

func (v choice[T]) read(g given) *Fault {
	words := make([]string, len(v.from))
	for i, w := range v.from {
		words[i] = string(w)
	}
	// A Switch has words that YAML takes for a boolean.
	s, fault := g.scalar("one of "+strings.Join(words, ", "), "!!str", "!!bool")
	if fault != nil {
		return fault
	}
	if !slices.Contains(v.from, T(s)) {
		return wrong("is "+quoted(s), "write one of "+strings.Join(words, ", "))
	}
	*v.to = T(s)
	return nil
}

func (v choice[T]) show() any { return string(*v.to) }
func (v choice[T]) at() any   { return v.to }

// truth is true or false.
type truth struct{ to *bool }

func (v truth) read(g given) *Fault {
	s, fault := g.scalar("true or false", "!!bool")
	if fault != nil {
		return fault
	}
	if s != "true" && s != "false" {
		return wrong("is "+quoted(s), "write true or false")
	}
	*v.to = s == "true"
	return nil
}

func (v truth) show() any { return *v.to }
func (v truth) at() any   { return v.to }

// number is a whole number within bounds, both inclusive.
type number struct {
	to        *int
	low, high int
	unit      string
}

func (v number) read(g given) *Fault {
	what := fmt.Sprintf("a whole number from %d to %d", v.low, v.high)
	if v.unit != "" {
		what += " (" + v.unit + ")"
	}
	s, fault := g.scalar(what, "!!int")
	if fault != nil {
		return fault
	}
	n, err := strconv.ParseInt(strings.ReplaceAll(s, "_", ""), 10, 64)
	if err != nil || n < int64(v.low) || n > int64(v.high) || n > math.MaxInt {
		return wrong("is "+quoted(s), "write "+what)
	}
	*v.to = int(n)
	return nil
}

func (v number) show() any { return *v.to }
func (v number) at() any   { return v.to }

// duration is a time span within bounds, both inclusive.
type duration struct {
	to        *time.Duration
	low, high time.Duration
	because   string // of the bounds; empty where they speak for themselves
}

func (v duration) read(g given) *Fault {
	what := fmt.Sprintf("a time span with its unit from %s to %s, such as 30s, 500ms or 2m", v.low, v.high)
	if v.because != "" {
		what += ": " + v.because
	}
	s, fault := g.scalar(what, "!!str")
	if fault != nil {
		return fault
	}
	d, err := rules.Span(s)
	if err != nil || d < v.low || d > v.high {
		return wrong("is "+quoted(s), "write "+what)
	}
	*v.to = d
	return nil
}

func (v duration) show() any { return v.to.String() }
func (v duration) at() any   { return v.to }

// hidden is a secret: it is never shown, not even in a fault.
type hidden struct {
	to    *secret.Text
	what  string
	check func(g given, plain string) *Fault
}

func (v hidden) read(g given) *Fault {
	s, fault := g.scalar(v.what, "!!str")
	if fault != nil {
		return fault
	}
	if s != "" {
		if fault := v.check(g, s); fault != nil {
			return fault
		}
	}
	*v.to = secret.New(s)
	return nil
}

func (v hidden) show() any {
	if v.to.Empty() {
		return ""
	}
	return secret.Mask
}
func (v hidden) at() any { return v.to }

// isAddress checks host:port.
func isAddress(s string) *Fault {
	const remedy = "write host:port, such as 127.0.0.1:8080, or :8080 for every address of this machine"
	_, port, err := net.SplitHostPort(s)
	if err != nil {
		return wrong("is "+quoted(s)+", which is not an address to listen on", remedy)
	}
	if n, err := strconv.ParseUint(port, 10, 16); err != nil {
		return wrong("is "+quoted(s)+", whose port is not a number from 0 to 65535", remedy)
	} else if strconv.FormatUint(n, 10) != port {
		return wrong("is "+quoted(s)+", whose port has leading zeros", remedy)
	}
	return nil
}

// isBaseURL checks the address under which clients know the API.
func isBaseURL(s string) *Fault {
	const remedy = "write scheme, host and perhaps a path, such as https://api.example.com or https://example.com/tenantry"
	u, err := url.Parse(s)
	switch {
	case err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https":
		return wrong("is "+quoted(s)+", which is not an http or https URL", remedy)
	case u.User != nil || u.RawQuery != "" || u.Fragment != "" || u.ForceQuery:
		return wrong("has a user, a query or a fragment", remedy)
	case u.Path != "" && (path.Clean(u.Path) != u.Path || u.Path == "/" || u.RawPath != ""):
		return wrong("is "+quoted(s)+", whose path ends in a slash or is not plain", remedy)
	}
	return nil
}
