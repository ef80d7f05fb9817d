// Package codec is the one place that defines how customers, reservations and logged events
// look as BSON, so that both engines keep the same documents and a record can move from
// one to the other byte for byte.
//
// An id is an ObjectID, a time a DateTime in whole milliseconds, raw JSON a string with
// the very bytes that were given, other bytes a Binary. A decoded value equals the
// encoded one, nil and empty distinguished: a member marked omitempty is left out if it
// is nil or zero, but an empty list or map that is not nil is kept. Unknown members are
// skipped, so that an older program reads what a newer one wrote.
//
// It knows the shape of the types from their bson tags alone: to add a member, tag it. A
// member of a new Go type needs a coder in scalars.go. The package owns no storage and no
// rule of any resource.
package codec
