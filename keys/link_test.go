package keys_test

import (
	"bytes"
	"crypto/rand"
	"errors"
	"testing"
	"testing/iotest"
	"time"

	"tenantry/internal/fault"
	"tenantry/internal/secret"
	"tenantry/keys"
	"tenantry/tenancy"
)

// A link returns what it was issued for, by the same key in the same mode alone; it is no
// access token, and an access token is no link.
func TestLinksRoundTrip(t *testing.T) {
	t.Parallel()
	tokens := keys.NewTokens(keys.OneSigningKey(signingKey), keys.Test, newClock().now)
	named := keys.Link{Customer: owner, ID: tenancy.ID{7}}
	link, digest, err := tokens.IssueLink(named, rand.Reader)
	if err != nil || !bytes.Equal(digest, keys.LinkDigest(link)) {
		t.Fatalf("issued with the digest %x (%v)", digest, err)
	}
	again, _, err := tokens.IssueLink(named, rand.Reader)
	if err != nil || again.Equal(link) {
		t.Errorf("the same link is issued twice (%v)", err)
	}
	read, current, err := tokens.ParseLink(link)
	if err != nil || read != named || !current {
		t.Errorf("it is read as %+v, current %v (%v)", read, current, err)
	}
	for name, other := range map[string]*keys.Tokens{
		"another key":  keys.NewTokens(keys.OneSigningKey(bytes.Repeat([]byte("z"), 32)), keys.Test, newClock().now),
		"another mode": keys.NewTokens(keys.OneSigningKey(signingKey), keys.Live, newClock().now),
	} {
		t.Run(name, func(t *testing.T) {
			if _, _, err := other.ParseLink(link); !fault.IsNotFound(err) {
				t.Errorf("with %s it is read: %v", name, err)
			}
		})
	}
	if _, err := tokens.Parse(link); err == nil {
		t.Error("a link is an access token")
	}
	if _, _, err := tokens.ParseLink(issue(t, tokens, byKey)); !fault.IsNotFound(err) {
		t.Errorf("an access token is a link: %v", err)
	}
}

// A rotation leaves a link readable and no longer current, as long as its key is kept.
func TestALinkOfAnEarlierKeyIsNotCurrent(t *testing.T) {
	t.Parallel()
	second := bytes.Repeat([]byte("2"), 32)
	rotated := false
	tokens := keys.NewTokens(func(visit func(uint32, []byte, time.Time, time.Time)) {
		if rotated {
			visit(2, second, start, time.Time{})
		}
		visit(1, signingKey, time.Time{}, start)
	}, keys.Test, newClock().now)
	link, _, err := tokens.IssueLink(keys.Link{Customer: owner, ID: tenancy.ID{7}}, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	rotated = true
	if _, current, err := tokens.ParseLink(link); err != nil || current {
		t.Errorf("after a rotation it is current: %v (%v)", current, err)
	}
}

// What cannot be signed well is not issued.
func TestLinksAreNotIssuedWithoutKeyNameOrRandomness(t *testing.T) {
	t.Parallel()
	good := keys.Link{Customer: owner, ID: tenancy.ID{7}}
	tokens := keys.NewTokens(keys.OneSigningKey(signingKey), keys.Test, newClock().now)
	for name, try := range map[string]func() (secret.Text, []byte, error){
		"a short key": func() (secret.Text, []byte, error) {
			return keys.NewTokens(keys.OneSigningKey([]byte("short")), keys.Test, newClock().now).IssueLink(good, rand.Reader)
		},
		"no customer": func() (secret.Text, []byte, error) { return tokens.IssueLink(keys.Link{ID: good.ID}, rand.Reader) },
		"no id":       func() (secret.Text, []byte, error) { return tokens.IssueLink(keys.Link{Customer: owner}, rand.Reader) },
		"no randomness": func() (secret.Text, []byte, error) {
			return tokens.IssueLink(good, iotest.ErrReader(errors.New("none")))
		},
	} {
		t.Run(name, func(t *testing.T) {
			if link, _, err := try(); err == nil || !link.Empty() {
				t.Errorf("%s is issued", name)
			}
		})
	}
}
