package customers

import (
	"maps"
	"slices"
)

// Clone returns a copy whose members a change may replace. Only lists, maps and settings
// are copied: nested objects, Drops among them, are replaced as a whole and never
// changed in place.
func (c *Customer) Clone() *Customer {
	next := *c
	next.Settings = c.Settings.Clone()
	next.DefaultSettings = c.DefaultSettings.Clone()
	next.Banks = slices.Clone(c.Banks)
	next.Cards = slices.Clone(c.Cards)
	next.Users = slices.Clone(c.Users)
	next.Documents = slices.Clone(c.Documents)
	next.Keys = slices.Clone(c.Keys)
	next.KeyUse = maps.Clone(c.KeyUse)
	next.KeyUseFrom = maps.Clone(c.KeyUseFrom)
	next.Identity.Decisions = slices.Clone(c.Identity.Decisions)
	next.Webhooks = slices.Clone(c.Webhooks)
	next.Links = slices.Clone(c.Links)
	next.Attempts = slices.Clone(c.Attempts)
	next.Outbox = slices.Clone(c.Outbox)
	return &next
}
