package bulk_test

import (
	"bytes"
	"strings"
	"testing"

	"tenantry/cmd/tenantry/internal/bulk"
)

// Each line gets the place of the one that it came from, and a key that is its own or
// follows from its text, so that the same lines have the same keys wherever they stand.
func TestLinesKeepTheirPlacesAndKeys(t *testing.T) {
	t.Parallel()
	send := func(text string) []string {
		var to bytes.Buffer
		if err := bulk.Send(&to, strings.NewReader(text)); err != nil {
			t.Fatal(err)
		}
		return strings.Split(strings.TrimSuffix(to.String(), "\n"), "\n")
	}
	got := send("{\"a\":1}\n\n  {\"idempotencyKey\":\"mine\",\"customer\":{}} \r\nnot JSON\n{\"a\":1}\n{\"customer\":{\"b\":2}}")
	for i, want := range []string{`{"customer":{"a":1},"idempotencyKey":"line-`, "", `{"customer":{},"idempotencyKey":"mine"}`, "not JSON", `{"customer":{"a":1},"idempotencyKey":"line-`, `{"customer":{"b":2},"idempotencyKey":"line-`} {
		if len(got) != 6 || !strings.HasPrefix(got[i], want) || (want == "") != (got[i] == "") {
			t.Fatalf("line %d of %d is %s", i+1, len(got), got[i])
		}
	}
	if got[4] != strings.TrimSuffix(got[0], `"}`)+`-2"}` {
		t.Errorf("the second of equal lines is %s", got[4])
	}
	if again := send("{\"customer\":{\"b\":2}}\n{\"a\":1}\n"); again[0] != got[5] || again[1] != got[0] {
		t.Errorf("in another order the keys are %v", again)
	}
}
