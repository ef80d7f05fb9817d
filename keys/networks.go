package keys

import (
	"net/netip"
	"slices"

	"tenantry/internal/fault"
)

// MaxNetworks is the largest number of networks that one entry may list.
const MaxNetworks = 20

// ParseNetworks reads networks in CIDR form, or single addresses, into their canonical
// form without repeats. Each fault is added below path.
func ParseNetworks(list []string, path string, faults *fault.List) []string {
	if len(list) > MaxNetworks {
		faults.Add(path, fault.TooMany, "at most 20 networks")
		return nil
	}
	var out []string
	for i, text := range list {
		prefix, err := parseNetwork(text)
		if err != nil {
			faults.AddValue(fault.Index(path, i), fault.BadValue, text, "must be an address or a network, such as 203.0.113.7 or 203.0.113.0/24")
			continue
		}
		if canonical := prefix.String(); !slices.Contains(out, canonical) {
			out = append(out, canonical)
		}
	}
	return out
}

func parseNetwork(text string) (netip.Prefix, error) {
	if address, err := netip.ParseAddr(text); err == nil {
		address = address.Unmap().WithZone("")
		return address.Prefix(address.BitLen())
	}
	prefix, err := netip.ParsePrefix(text)
	if err != nil {
		return prefix, err
	}
	if address := prefix.Addr(); address.Is4In6() && prefix.Bits() >= 96 {
		prefix = netip.PrefixFrom(address.Unmap(), prefix.Bits()-96)
	}
	return prefix.Masked(), nil
}

// FromAllowed reports whether an address, without port, lies in one of the networks. No
// networks allow every address; what is no address lies in none.
func FromAllowed(networks []string, address string) bool {
	if len(networks) == 0 {
		return true
	}
	from, err := netip.ParseAddr(address)
	if err != nil {
		return false
	}
	from = from.Unmap().WithZone("")
	return slices.ContainsFunc(networks, func(text string) bool {
		prefix, err := netip.ParsePrefix(text)
		return err == nil && prefix.Contains(from)
	})
}

// NetworksWithin reports whether every network of inner lies in one of outer. No outer
// networks hold everything; no inner ones lie in those alone.
func NetworksWithin(inner, outer []string) bool {
	if len(outer) == 0 {
		return true
	}
	return len(inner) > 0 && !slices.ContainsFunc(inner, func(text string) bool {
		in, err := netip.ParsePrefix(text)
		return err != nil || !slices.ContainsFunc(outer, func(text string) bool {
			out, err := netip.ParsePrefix(text)
			return err == nil && out.Bits() <= in.Bits() && out.Contains(in.Addr())
		})
	})
}
