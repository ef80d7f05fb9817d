// Package access decides who calls and keeps what callers prove it with: it authenticates
// keys and access tokens, finds the subject that a caller acts for, and keeps the keys and
// dashboard users of a customer, the grants of access tokens and the audit of sign-ins.
//
// It does not own what a caller may do with a customer, which is tenancy's (Authorize) and
// the registry's (Need), nor the form and the hashes of keys, which are package keys'. It
// writes through the registry alone; notes of key use, which touch no version, are the one
// exception.
//
// A new kind of credential is one more case of signer that returns a tenancy.Caller with its
// scopes, and is refused in the words of a wrong key. A new scope begins in tenancy.
package access
