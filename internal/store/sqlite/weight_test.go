package sqlite

import (
	"crypto/rand"
	"fmt"
	"runtime"
	"strings"
	"testing"

	"tenantry/customers"
	"tenantry/customers/shown"
	"tenantry/internal/store/storetest"
)

// A full cache takes no more memory than it may, and not much less, whatever is kept in it:
// small customers and large ones, decoded and as they are shown.
func TestTheCacheTakesWhatItMay(t *testing.T) {
	const limit = 24 << 20
	for name, kept := range map[string]func(n int) (cached, record){
		"decoded, small": func(n int) (cached, record) { return decodedOf(t, n, storetest.Bare()) },
		"decoded, large": func(n int) (cached, record) { return decodedOf(t, n) },
		"shown, small":   func(n int) (cached, record) { return shownOf(n, 400) },
		"shown, large":   func(n int) (cached, record) { return shownOf(n, 5000) },
	} {
		t.Run(name, func(t *testing.T) {
			c, err := newCache(limit, newMetrics())
			if err != nil {
				t.Fatal(err)
			}
			before := live()
			for n := 0; n < 300 || c.bytes() < limit*99/100; n++ {
				name, r := kept(n)
				c.keep(c.mark(), name, r)
			}
			took, size := live()-before, c.length()
			runtime.KeepAlive(c)
			t.Logf("%d entries take %d of %d bytes, charged %d", size, took, limit, c.bytes())
			if took > limit || took < limit/2 {
				t.Errorf("%d entries take %d of %d bytes", size, took, limit)
			}
		})
	}
}

// live returns the bytes of the heap that are in use.
func live() int {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int(m.HeapAlloc)
}

// decodedOf returns a customer as a read keeps it, decoded from its document.
func decodedOf(t *testing.T, n int, options ...storetest.Option) (cached, record) {
	made := storetest.Child(storetest.Operator(opened), append([]storetest.Option{storetest.Seed(uint64(n))}, options...)...)
	row, err := rowOf(made)
	if err != nil {
		t.Fatal(err)
	}
	r, err := recordOf(row.document, made.ID)
	if err != nil {
		t.Fatal(err)
	}
	return cached{id: made.ID}, r
}

func shownOf(n, size int) (cached, record) {
	c := customers.Customer{}
	_, _ = rand.Read(c.ID[:])
	body := []byte(strings.Repeat("x", size) + fmt.Sprint(n))
	return cached{id: c.ID, shown: true}, record{shown: &keptAnswer{Answer: shown.Answer{Customer: c.Ref(), Body: body}, by: "x"}}
}
