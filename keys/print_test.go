package keys_test

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"tenantry/keys"
)

// Whichever way a value of this package is printed, it shows no key, no random part of
// one, and no key of the process.
func TestNothingPrintsASecret(t *testing.T) {
	t.Parallel()
	entry, pair := mintPair(t, 1)
	processKey := strings.Repeat("process!", 4)
	v, _ := newVerifier(t, keys.VerifierOptions{Random: strings.NewReader(processKey)})
	if err := v.Verify(t.Context(), parse(t, pair.Secret), proofOf(entry), ""); err != nil {
		t.Fatal(err)
	}
	tokens := keys.NewTokens(keys.OneSigningKey(signingKey), keys.Test, newClock().now)
	token := issue(t, tokens, byKey)
	claims, err := tokens.Parse(token)
	if err != nil {
		t.Fatal(err)
	}
	secrets := []string{processKey, string(signingKey), token.Reveal()}
	for _, text := range []string{pair.Secret.Reveal(), pair.Publishable.Reveal()} {
		secrets = append(secrets, text, text[keys.RandomStart:keys.ChecksumAt])
	}
	_, refusal := keys.Parse(token)
	things := map[string]any{
		"Presented": parse(t, pair.Secret), "Pair": pair, "Entry": entry, "Minter": minter, "Verifier": v,
		"Tokens": tokens, "TokenClaims": claims, "refusal": refusal,
	}
	for name, thing := range things {
		t.Run(name, func(t *testing.T) {
			shown := fmt.Sprintf("%v %+v %#v %s %x %d", thing, thing, thing, thing, thing, thing)
			if text, err := json.Marshal(thing); err == nil {
				shown += string(text)
			}
			for _, s := range secrets {
				for _, form := range []string{s, hex.EncodeToString([]byte(s)), strings.Trim(fmt.Sprintf("%d", []byte(s)), "[]")} {
					if strings.Contains(shown, form) {
						t.Errorf("%s shows a secret", name)
					}
				}
			}
		})
	}
	if text, err := json.Marshal(entry); err != nil || strings.Contains(string(text), "ash") {
		t.Errorf("an entry as JSON: %s, %v", text, err)
	}
}
