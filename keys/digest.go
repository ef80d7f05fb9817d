package keys

import (
	"crypto/hmac"
	"crypto/sha256"
	"hash"
	"sync"
)

// digests identifies secrets in memory without holding them: HMAC-SHA256 under a key that
// lives in this process only. Its hashers are pooled, because making one costs more than
// using it.
type digests struct{ pool sync.Pool }

type hasher struct {
	mac hash.Hash
	buf []byte
}

type digest [sha256.Size]byte

func newDigests(key []byte) *digests {
	return &digests{pool: sync.Pool{New: func() any {
		return &hasher{mac: hmac.New(sha256.New, key), buf: make([]byte, 0, 512)}
	}}}
}

// of returns the digest of context, a zero byte and secret. The context must not hold a
// zero byte, so that no two inputs run together.
func (d *digests) of(context []byte, secret string) digest {
	h := d.pool.Get().(*hasher)
	h.mac.Reset()
	h.buf = append(h.buf[:0], context...)
	h.buf = append(h.buf, 0)
	h.buf = append(h.buf, secret...)
	h.mac.Write(h.buf)
	clear(h.buf)
	h.buf = h.mac.Sum(h.buf[:0])
	sum := digest(h.buf)
	d.pool.Put(h)
	return sum
}
