// Package events reads, follows, verifies and purges the log of what happened to customers.
//
// It does not write the log: events are part of each change, which the registry records, and
// package webhooks relays them from the record. Nor does it send them, or know a vendor's
// words for them.
//
// Other use cases find events through Lookup and Reach, which bound what a caller may see. A
// new filter is a member of Query and rows.EventQuery; the label of cursors
// follows from the query.
package events
