package seal_test

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/rs/zerolog"

	"tenantry/internal/seal"
	"tenantry/internal/secret"
)

// mustShowNothing looks for any eight bytes of the secrets that are made of the given
// letters: plain, hexadecimal, base64, or as a list of numbers.
func mustShowNothing(t testing.TB, text string, letters ...string) {
	t.Helper()
	for _, letter := range letters {
		part := strings.Repeat(letter, 9)
		list := strings.TrimSuffix(strings.Repeat(fmt.Sprintf("%d ", letter[0]), 8), " ")
		for _, shown := range []string{
			part, hex.EncodeToString([]byte(part)), base64.StdEncoding.EncodeToString([]byte(part)),
			list, strings.ReplaceAll(list, " ", ", "),
		} {
			if strings.Contains(strings.ToLower(text), strings.ToLower(shown)) {
				t.Errorf("key material shows as %q in %q", shown, text)
			}
		}
	}
}

// Whichever way a ring is printed, marshaled or logged, it shows no key material: alone,
// by value, or inside another struct, in an exported field or not.
func TestARingCannotPrint(t *testing.T) {
	t.Parallel()
	ring, err := seal.Parse([]byte(whole()))
	if err != nil {
		t.Fatal(err)
	}
	type outer struct {
		Public *seal.Ring
		Value  seal.Ring
		hidden *seal.Ring
		copied seal.Ring
	}
	o := outer{Public: ring, Value: *ring, hidden: ring, copied: *ring}
	var log bytes.Buffer
	logger := zerolog.New(&log)
	logger.Info().Interface("a", o).Any("b", ring).Stringer("c", ring).Str("d", fmt.Sprint(o)).Msg("x")
	asJSON, err := json.Marshal(map[string]any{"o": o, "r": ring, "v": *ring})
	if err != nil {
		t.Fatal(err)
	}
	shown := []string{log.String(), string(asJSON)}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%p"} {
		shown = append(shown, fmt.Sprintf(verb, ring), fmt.Sprintf(verb, *ring),
			fmt.Sprintf(verb, o), fmt.Sprintf(verb, &o), fmt.Sprintf(verb, []any{ring, o}))
	}
	for _, text := range shown {
		mustShowNothing(t, text, "r", "1", "2")
	}
	for _, text := range []string{
		ring.String(), ring.GoString(), fmt.Sprintf("%v", *ring), fmt.Sprintf("%#v", ring), fmt.Sprintf("%x", ring), fmt.Sprintf("%d", *ring), //nolint:gocritic // how fmt prints it
	} {
		t.Run(text, func(t *testing.T) {
			if text != secret.Mask {
				t.Errorf("a ring prints as %q, not as the mask", text)
			}
		})
	}
}
