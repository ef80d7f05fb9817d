package idempotency

import (
	"crypto/sha256"
	"encoding/hex"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// Answers are packed against bytes that never change: those of every build since can be read.
func TestSkeletonsStayAsTheyAre(t *testing.T) {
	t.Parallel()
	for want, text := range map[string][]byte{"a0bb7c20104c5460": skeleton, "a5f9aa37bb7b1bad": memberSkeleton} {
		digest := sha256.Sum256(text)
		if got := hex.EncodeToString(digest[:8]); got != want {
			t.Errorf("a skeleton is another one (%s): add it as a new file, under a new format", got)
		}
	}
}

// An answer comes back as it was packed, against the skeleton as now, against the earlier one
// or by itself as before.
func TestAPackedAnswerComesBack(t *testing.T) {
	t.Parallel()
	want := Answer{Status: 201, Header: map[string]string{"ETag": `"1"`}, Body: []byte(`{"id":"6b0c0ceefba538cd9d670382","object":"customer"}`)}
	packed := pack(want)
	plain, err := decompress(packed[1:], skeleton)
	if err != nil {
		t.Fatal(err)
	}
	for name, packed := range map[string][]byte{
		"now":     packed,
		"before":  append([]byte{packedByMembers}, compress(packersOf(memberSkeleton), plain)...),
		"earlier": append([]byte{packedAlone}, compress(packers, plain)...),
	} {
		got, err := unpack(packed)
		if diff := cmp.Diff(want, got); err != nil || diff != "" {
			t.Errorf("%s: %v (-packed +unpacked):\n%s", name, err, diff)
		}
	}
}
