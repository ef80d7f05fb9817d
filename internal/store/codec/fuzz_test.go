package codec_test

import (
	"bytes"
	"testing"

	"tenantry/internal/store/codec"
)

// Decode never panics, and what it accepts can be stored and read again.
func FuzzDecode(f *testing.F) {
	whole, err := codec.Encode(large())
	if err != nil {
		f.Fatal(err)
	}
	f.Add(whole)
	f.Add(bytes.Replace(whole, []byte("name"), []byte("nome"), 1))
	f.Add([]byte{})
	f.Add([]byte{5, 0, 0, 0, 0})
	f.Add([]byte{0xff, 0xff, 0xff, 0xff, 0})
	f.Add([]byte("\x0e\x00\x00\x00\x04path\x00\xff\xff\xff\x7f"))
	f.Fuzz(func(t *testing.T, document []byte) {
		c, err := codec.Decode(document)
		if err != nil {
			return
		}
		again, err := codec.Encode(c)
		if err != nil {
			t.Fatal(err)
		}
		same, err := codec.Decode(again)
		if err != nil {
			t.Fatal(err)
		}
		if third, err := codec.Encode(same); err != nil || !bytes.Equal(again, third) {
			t.Errorf("what was accepted changes when it is stored again (%v)", err)
		}
	})
}
