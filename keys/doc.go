// Package keys owns credentials: the text of API keys and how they are minted, read,
// verified, rotated and revoked; the hashing of passwords; access tokens.
//
// A request is authenticated in this order, each step cheaper than the next: Parse (shape
// and checksum, no look-up), one read of the actor's record by the caller, Admit (the
// entry exists, is live and of that kind), Verifier.Verify (a keyed tag, then bcrypt,
// remembered after its first success).
//
// Other packages own the entries (the record of their customer), what a credential may
// reach (tenancy), and how a credential travels (HTTP). This one reads no clock and no
// randomness but those it is given.
//
// To add a kind of key, name it in kind.go, handle it in Entry.Proof and Entry.ScopesFor,
// and give Minter a method; nothing else looks at kinds.
package keys
