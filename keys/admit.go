package keys

import "time"

// Admit returns the entry that a presented key claims to be, and what to verify it
// against. It returns Unauthenticated invalidCredentials if the entry does not exist, is
// not live, is of the other mode, or has no key of that kind. The mode is compared here
// because the hash covers the random part alone.
func Admit(entries []Entry, p Presented, now time.Time) (Entry, Proof, error) {
	entry, found := Find(entries, p.Entry)
	if !found || !entry.Live(now) || entry.Mode != p.Mode {
		return Entry{}, Proof{}, badKey()
	}
	proof := entry.Proof(p.Kind)
	if len(proof.Hash) == 0 {
		return Entry{}, Proof{}, badKey()
	}
	return entry, proof, nil
}
