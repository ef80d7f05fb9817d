// Package webhooks relays events from the records into the log and to the webhooks of
// customers: it keeps the webhooks in line with the settings, fans each event out into
// deliveries, and keeps their state, their secrets and the leases of background work.
//
// It sends nothing itself: internal/webhook takes the due deliveries, signs and posts them,
// and reports back through NoteSuccess, NoteFailure and DisableEndpoint. Nor does it know a
// vendor's words: Topics, which the composition of the program sets, names the messages of
// each format. The record calls a webhook an endpoint.
//
// A new format is a constant of settings whose messages Topics names. Work that must precede the
// relay of an event is added with BeforeRelay.
package webhooks
