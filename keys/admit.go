package keys

import "time"

// Admit returns the entry that a presented key claims to be, and the hash to verify it
// against. It returns Unauthenticated invalidCredentials if the entry does not exist, is
// not live, is of the other mode, or has no key of that kind. The mode is compared here
// because the hash covers the random part alone.
func Admit(entries []Entry, p Presented, now time.Time) (Entry, []byte, error) {
	entry, found := Find(entries, p.Entry)
	if !found || !entry.Live(now) || entry.Mode != p.Mode {
		return Entry{}, nil, badKey()
	}
	hash := entry.Hash(p.Kind)
	if len(hash) == 0 {
		return Entry{}, nil, badKey()
	}
	return entry, hash, nil
}
