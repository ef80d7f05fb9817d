// Package seal keeps sensitive values unreadable at rest. It owns the key ring (its file
// format, its file on disk, its rotation), the sealing of single fields, the keyed
// fingerprints by which sealed values are compared, and the free-form boxes in which
// whole answers are kept for replay.
//
// Package customers owns which fields are sealed, where they are stored, how many of
// their digits stay visible, and how a value is normalized before its fingerprint is
// taken.
//
// # What the ring holds
//
// One root, which never changes, and one or more numbered keys, one of which is current.
// From the root come the name of the ring, and the first step of every
// fingerprint. From each numbered key come two ciphers, one for fields and one for
// boxes, the key that signs access tokens while it is current, and, for a key that a
// rotation added, a link: a further step of every fingerprint (link.go). Links stay in the
// ring when their key is dropped, and the keys of access tokens for as long as a token
// lasts (signing.go). So whoever has an older copy of the ring opens nothing and finds out
// nothing of what a rotation left behind.
//
// # Rotation
//
// AddVersion, Save, have every process open the new ring, re-seal whatever is not
// IsCurrent (fields and boxes), Relink every fingerprint, and only then DropOld and Save: a
// value whose key has been dropped is lost. Nonces are random, so one key should seal no more than 2^32
// values; rotate long before.
//
// # To extend
//
// A new layout of sealed values takes a new marker byte (envelope.go) and leaves the old
// ones readable. A ring that lives in a
// key management service needs to hand Parse its text.
package seal
