package secret_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/rs/zerolog"

	"tenantry/internal/secret"
)

const value = "sk_test_not-to-be-seen"

// Whichever way a secret is printed, marshaled or logged, it stays hidden, alone or
// inside another struct, in an exported field or not.
func TestNoPrintedFormShowsTheValue(t *testing.T) {
	t.Parallel()
	type outer struct {
		Public secret.Text
		hidden secret.Text
	}
	s := secret.New(value)
	o := outer{Public: s, hidden: s}
	var log bytes.Buffer
	logger := zerolog.New(&log)
	logger.Info().Interface("a", o).Any("b", s).Stringer("c", s).Str("d", fmt.Sprint(o)).Msg("x")
	asJSON, err := json.Marshal(map[string]any{"o": o, "s": s, "p": &s})
	if err != nil {
		t.Fatal(err)
	}
	shown := []string{log.String(), string(asJSON)}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%T|%v", "%p"} {
		shown = append(shown, fmt.Sprintf(verb, s), fmt.Sprintf(verb, o), fmt.Sprintf(verb, &o), fmt.Sprintf(verb, []any{s, o}))
	}
	hex := fmt.Sprintf("%x", value)
	for _, text := range shown {
		if strings.Contains(text, value) || strings.Contains(text, hex) || strings.Contains(text, strings.ToUpper(hex)) {
			t.Errorf("the secret shows in %q", text)
		}
	}
	if s.Reveal() != value {
		t.Errorf("Reveal gives %q", s.Reveal())
	}
}

// Two secrets are equal exactly when their values are.
func TestEqual(t *testing.T) {
	t.Parallel()
	if !secret.New("a").Equal(secret.New("a")) || secret.New("a").Equal(secret.New("b")) || secret.New("").Equal(secret.New("b")) {
		t.Error("equality does not follow the values")
	}
}
