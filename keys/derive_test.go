package keys_test

import (
	"bytes"
	"encoding/hex"
	"testing"

	"tenantry/internal/secret"
	"tenantry/keys"
)

// The derived bytes depend on the whole key and the label alone: they are the same in any
// process, and differ as soon as one of the two does.
func TestDeriveDependsOnKeyAndLabel(t *testing.T) {
	t.Parallel()
	text := keys.Compose(keys.Secret, keys.Test, owner, 1, sampleRandom)
	derived := parse(t, secret.New(text)).Derive("idempotency")
	const want = "9da86253524f3a4b814c1f1a308dbb08974dead1554179b29bc7c7d0d805719d"
	if got := hex.EncodeToString(derived); got != want {
		t.Errorf("derived %s, want %s: answers sealed before would not open", got, want)
	}
	others := map[string][]byte{
		"label":  parse(t, secret.New(text)).Derive("another"),
		"kind":   parse(t, secret.New(keys.Compose(keys.Restricted, keys.Test, owner, 1, sampleRandom))).Derive("idempotency"),
		"number": parse(t, secret.New(keys.Compose(keys.Secret, keys.Test, owner, 2, sampleRandom))).Derive("idempotency"),
		"token":  keys.DeriveFrom(secret.New("a.b.c"), "idempotency"),
	}
	for what, other := range others {
		t.Run(what, func(t *testing.T) {
			if len(other) != 32 || bytes.Equal(other, derived) {
				t.Errorf("another %s derives %x", what, other)
			}
		})
	}
}

// The empty key derives nothing: bytes that strangers can compute must not seal anything.
func TestNothingIsDerivedFromNothing(t *testing.T) {
	t.Parallel()
	if d := (keys.Presented{}).Derive("x"); d != nil {
		t.Errorf("the zero key derived %x", d)
	}
}
