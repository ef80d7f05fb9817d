package customers

import (
	"maps"
	"slices"
)

// Clone gives a copy whose members a use case may change. Nested objects are
// replaced, never changed in place, so only the lists and the settings are
// copied; Drops are replaced as a whole.
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
	next.Identity.Decisions = slices.Clone(c.Identity.Decisions)
	next.Endpoints = slices.Clone(c.Endpoints)
	next.Outbox = slices.Clone(c.Outbox)
	return &next
}
