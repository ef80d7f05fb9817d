// Package fields owns the native rules of fields: what clients send (Input and its
// parts), what of it is valid, and how it is applied to a registry.Draft. It covers
// texts, address, contact, legal entity, owners, merchant, banks, settings and meta.
//
// It reads and writes no store and authorizes no caller. A dialect whose rules differ
// passes Rules, or applies its own functions to the same Draft.
//
// To add a field, add it to its input type with the limits in a comment, and apply it in
// the function of that type with one of Text, Required, Choice or Matching. A rule adds
// its faults to the Draft and goes on, so that a caller sees all of them at once.
package fields
