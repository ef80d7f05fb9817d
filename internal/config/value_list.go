package config

import (
	"net/netip"
	"net/url"
	"strings"

	"go.yaml.in/yaml/v3"
)

// networks is a list of addresses and networks in CIDR form.
type networks struct{ to *[]netip.Prefix }

const networksWanted = "a list of addresses or networks, such as [10.0.0.0/8, 192.168.1.7]"

func (v networks) read(g given) *Fault {
	texts, fault := listOf(g, networksWanted)
	if fault != nil {
		return fault
	}
	found := make([]netip.Prefix, 0, len(texts))
	for _, s := range texts {
		p, err := netip.ParsePrefix(s)
		if err != nil {
			a, err := netip.ParseAddr(s)
			if err != nil {
				return wrong("has "+quoted(s)+", which is neither an address nor a network", "write "+networksWanted)
			}
			p = netip.PrefixFrom(a, a.BitLen())
		}
		if p != p.Masked() {
			return wrong("has "+quoted(s)+", which has bits set outside its mask", "write "+p.Masked().String())
		}
		found = append(found, p)
	}
	*v.to = found
	return nil
}

func (v networks) show() any {
	texts := make([]string, len(*v.to))
	for i, p := range *v.to {
		texts[i] = p.String()
	}
	return texts
}
func (v networks) at() any { return v.to }

// origins is a list of the origins of pages, as browsers name them.
type origins struct{ to *[]string }

const originsWanted = "a list of origins, such as [https://dashboard.example.com]"

func (v origins) read(g given) *Fault {
	texts, fault := listOf(g, originsWanted)
	if fault != nil {
		return fault
	}
	for _, s := range texts {
		u, err := url.Parse(s)
		if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Hostname() == "" || strings.Contains(u.Host, "*") {
			return wrong("has "+quoted(s)+", which is not an origin", "write "+originsWanted+`; every one by itself, "*" is none`)
		}
		host := strings.ToLower(u.Host)
		if port := u.Port(); u.Scheme == "https" && port == "443" || u.Scheme == "http" && port == "80" || strings.HasSuffix(host, ":") {
			host = strings.TrimSuffix(host, ":"+port)
		}
		// Compared as it is with what browsers send, which have one form of each.
		if exact := u.Scheme + "://" + host; exact != s {
			return wrong("has "+quoted(s)+", which no browser sends", "write "+exact)
		}
	}
	*v.to = texts
	return nil
}

func (v origins) show() any { return append([]string{}, *v.to...) }
func (v origins) at() any   { return v.to }

// command is a program with its arguments.
type command struct {
	to   *[]string
	such string // an example
}

func (v command) wanted() string { return "a list of a program and its arguments, such as " + v.such }

func (v command) read(g given) *Fault {
	texts, fault := listOf(g, v.wanted())
	if fault != nil {
		return fault
	}
	if len(texts) > 0 && texts[0] == "" {
		return wrong("names no program", "write "+v.wanted())
	}
	*v.to = texts
	return nil
}

func (v command) show() any { return append([]string{}, *v.to...) }
func (v command) at() any   { return v.to }

// listOf returns the texts of a list; in the environment and in flags they are separated
// by commas.
func listOf(g given, what string) ([]string, *Fault) {
	var texts []string
	if !g.typed() {
		for s := range strings.SplitSeq(g.text, ",") {
			if s = strings.TrimSpace(s); s != "" {
				texts = append(texts, s)
			}
		}
		return texts, nil
	}
	if g.isEmpty() {
		return nil, wrong("has no value", "write "+what+", or [] for none")
	}
	if g.node.Kind != yaml.SequenceNode {
		return nil, wrong("is "+kindOf(g.node), "write "+what)
	}
	for _, item := range g.node.Content {
		if item.Kind != yaml.ScalarNode || item.ShortTag() != "!!str" {
			return nil, wrong("has "+kindOf(item)+" in it", "write "+what)
		}
		texts = append(texts, item.Value)
	}
	return texts, nil
}
