package keys_test

import (
	"testing"
	"time"

	"tenantry/keys"
)

// BenchmarkAuthenticateKnownKey measures what each request with an already verified key
// costs inside the process; the bar for the whole is 5 µs.
func BenchmarkAuthenticateKnownKey(b *testing.B) {
	v, _ := newVerifier(b, keys.VerifierOptions{})
	entry, pair := mintPair(b, 1)
	entries := []keys.Entry{entry}
	ctx := b.Context()
	if err := authenticate(ctx, v, entries, pair.Secret, "192.0.2.1"); err != nil {
		b.Fatal(err)
	}
	b.Run("parse", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := keys.Parse(pair.Secret); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("verify", func(b *testing.B) {
		b.ReportAllocs()
		p := parse(b, pair.Secret)
		for b.Loop() {
			if err := v.Verify(ctx, p, proofOf(entry), "192.0.2.1"); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("whole", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if err := authenticate(ctx, v, entries, pair.Secret, "192.0.2.1"); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("whole, parallel", func(b *testing.B) {
		b.ReportAllocs()
		b.RunParallel(func(pb *testing.PB) {
			for pb.Next() {
				if err := authenticate(ctx, v, entries, pair.Secret, "192.0.2.1"); err != nil {
					b.Error(err)
				}
			}
		})
	})
}

// BenchmarkParseToken measures an access token on its first and on later requests.
func BenchmarkParseToken(b *testing.B) {
	tokens := keys.NewTokens(keys.OneSigningKey(signingKey), keys.Test, time.Now)
	text := issue(b, tokens, byKey)
	b.Run("first", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := tokens.Read(text.Reveal()); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("known", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := tokens.Parse(text); err != nil {
				b.Fatal(err)
			}
		}
	})
}
