// Package seal keeps sensitive values unreadable at rest. It owns the key ring
// (its file format, its file on disk, its rotation), the sealing of single
// fields, the keyed fingerprints by which sealed values are compared, and the
// free-form boxes in which whole answers are kept for replay.
//
// It does not own which fields are sealed, where they are stored, how many
// digits of them stay visible, or how a value is normalized before its
// fingerprint is taken: that is the business of package customers.
//
// # What the ring holds
//
// One root, which never changes, and one or more numbered keys, one of which is
// current. From the root come the fingerprint key of each tenant and what
// Derive gives. From each numbered key come two ciphers, one for fields and one
// for boxes. So a rotation changes what new values are sealed under and leaves
// fingerprints, tokens and cursors alone.
//
// # Rotation
//
// AddVersion, Save, have every process open the new ring, re-seal whatever is
// not IsCurrent (fields and boxes), and only then DropOld and Save: a value
// whose key has been dropped is lost. Nonces are random, so one key should seal
// no more than 2^32 values; rotate long before.
//
// # To extend
//
// A new layout of sealed values takes a new marker byte (envelope.go) and leaves
// the old ones readable. A new use of the root is a new purpose of Derive. A
// ring that lives in a key management service needs to hand Parse its text.
package seal
