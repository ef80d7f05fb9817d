package seal

import "time"

// SigningLife is how long a key of access tokens is kept after the key that replaced it
// was made: no access token lasts longer.
const SigningLife = 14 * 24 * time.Hour

// retired is a key of access tokens whose numbered key was dropped.
type retired struct {
	version        uint32
	material       []byte
	created, ended time.Time
}

// EachSigningKey calls visit with the keys of access tokens, the one that signs first.
// Each has the number of the key that it came with, and signs from created until ended; a
// zero ended is that of the one that signs. visit must not change the key.
func (r *Ring) EachSigningKey(visit func(number uint32, key []byte, created, ended time.Time)) {
	now, signs := r.inner.now(), r.inner.current
	visit(signs.version, signs.tokens, signs.created, time.Time{})
	for at, k := range r.inner.keys {
		if ended := r.inner.endOf(at); k != signs && alive(ended, now) {
			visit(k.version, k.tokens, k.created, ended)
		}
	}
	for _, old := range r.inner.retired {
		if alive(old.ended, now) {
			visit(old.version, old.material, old.created, old.ended)
		}
	}
}

// DropSigning returns a ring without the keys of access tokens that were retired: tokens
// that they signed end at once.
func DropSigning(r *Ring) *Ring {
	kept := *r.inner
	kept.retired = nil
	return &Ring{inner: &kept}
}

// endOf returns when the key at that place was replaced.
func (i *inner) endOf(at int) time.Time {
	if at+1 < len(i.keys) {
		return i.keys[at+1].created
	}
	return i.keys[at].created
}

// retire returns the retired keys of access tokens of a ring that is left with its
// current key alone.
func (i *inner) retire() []retired {
	now := i.now()
	var list []retired
	for _, old := range i.retired {
		if alive(old.ended, now) {
			list = append(list, old)
		}
	}
	for at, k := range i.keys {
		if ended := i.endOf(at); k != i.current && alive(ended, now) {
			list = append(list, retired{version: k.version, material: k.tokens, created: k.created, ended: ended})
		}
	}
	return list
}

func alive(ended, now time.Time) bool { return now.Before(ended.Add(SigningLife)) }
