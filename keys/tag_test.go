package keys_test

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"testing"
	"testing/synctest"

	"tenantry/internal/fault"
	"tenantry/internal/secret"
	"tenantry/keys"
	"tenantry/tenancy"
)

// tagging returns a verifier under a key of tags, and a minter beside it.
func tagging(t testing.TB, tagKey string, options keys.VerifierOptions) (*keys.Verifier, keys.Minter, *counter) {
	t.Helper()
	options.TagKey = []byte(tagKey)
	v, hashes := newVerifier(t, options)
	return v, keys.Minter{Mode: keys.Test, Verifier: v}, hashes
}

// A wrong key of a tagged entry is refused without the slow hash, in the words for every
// wrong key, and counts as a failure; the good one is still compared with its hash.
func TestATagSparesTheSlowHash(t *testing.T) {
	t.Parallel()
	v, minter, hashes := tagging(t, "key of tags", keys.VerifierOptions{FailuresPerKeyPerMinute: 3, Now: newClock().now})
	entry, pair, err := minter.Pair(t.Context(), owner, 1, start)
	if err != nil {
		t.Fatal(err)
	}
	entries := []keys.Entry{entry}
	for i := range 3 {
		wantRefused(t, v.Verify(t.Context(), wrongSecret(t, 1, uint16(i)), entry.Proof(keys.Secret), "192.0.2.1"))
	}
	wantLimited(t, v.Verify(t.Context(), wrongSecret(t, 1, 9), entry.Proof(keys.Secret), "192.0.2.1"), 20)
	wantRuns(t, hashes, 0)
	for _, text := range []secret.Text{pair.Secret, pair.Publishable} {
		if err := authenticate(t.Context(), v, entries, text, "192.0.2.2"); err != nil {
			t.Error(err)
		}
	}
	wantRuns(t, hashes, 2)
	// A tag alone opens nothing: the hash decides.
	other, _, err := minter.Pair(t.Context(), owner, 1, start)
	if err != nil {
		t.Fatal(err)
	}
	wantRefused(t, v.Verify(t.Context(), parse(t, pair.Secret), keys.Proof{Hash: other.SecretHash, Tag: entry.SecretTag}, "192.0.2.3"))
}

// A tag that is missing, damaged or made under another key says nothing: the hash decides
// alone, and the tag to store is made anew.
func TestATagOfAnotherKeySaysNothing(t *testing.T) {
	t.Parallel()
	_, strange, _ := tagging(t, "another key", keys.VerifierOptions{})
	entry, pair, err := strange.Pair(t.Context(), owner, 1, start)
	if err != nil {
		t.Fatal(err)
	}
	p := parse(t, pair.Secret)
	for name, tag := range map[string][]byte{"none": nil, "of another key": entry.SecretTag, "cut": entry.SecretTag[:7]} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			v, _, _ := tagging(t, "key of tags", keys.VerifierOptions{})
			proof := keys.Proof{Hash: entry.SecretHash, Tag: tag}
			if err := v.Verify(t.Context(), p, proof, ""); err != nil {
				t.Errorf("the good key: %v", err)
			}
			wantRefused(t, v.Verify(t.Context(), wrongSecret(t, 1, 1), proof, ""))
			fresh := v.NewTag(p, tag)
			if len(fresh) != 8 || v.NewTag(p, fresh) != nil {
				t.Errorf("the tag to store is %x", fresh)
			}
			proof.Tag = fresh
			if err := v.Verify(t.Context(), p, proof, ""); err != nil {
				t.Errorf("the good key with its new tag: %v", err)
			}
			wantRefused(t, v.Verify(t.Context(), wrongSecret(t, 1, 2), proof, ""))
		})
	}
	off, _ := newVerifier(t, keys.VerifierOptions{})
	if tag := off.NewTag(p, nil); tag != nil {
		t.Errorf("without a key of tags, %x is made", tag)
	}
	if err := off.Refuse(p, ""); fault.KindOf(err) != fault.Unauthenticated {
		t.Errorf("a key with nothing to compare with: %v", err)
	}
}

// Tags of one random part under two names differ, so that nobody learns from them which
// entries hold the same.
func TestATagIsBoundToItsName(t *testing.T) {
	t.Parallel()
	v, _, _ := tagging(t, "key of tags", keys.VerifierOptions{})
	random := bytes.Repeat([]byte{7}, 21)
	seen := map[string]bool{}
	for _, text := range []string{
		keys.Compose(keys.Secret, keys.Test, owner, 1, random), keys.Compose(keys.Secret, keys.Test, owner, 2, random),
		keys.Compose(keys.Publishable, keys.Test, owner, 1, random), keys.Compose(keys.Secret, keys.Live, owner, 1, random),
	} {
		t.Run(text, func(t *testing.T) {
			seen[string(v.NewTag(parse(t, secret.New(text)), nil))] = true
		})
	}
	if len(seen) != 4 {
		t.Errorf("%d different tags of 4 names", len(seen))
	}
}

// WithTags puts tags beside the hashes that they are for, and reports whether it did.
func TestWithTags(t *testing.T) {
	t.Parallel()
	entries := []keys.Entry{{Number: 1, SecretHash: []byte("h"), PublishableHash: []byte("p")}, {Number: 2, Restricted: true, SecretHash: []byte("r")}}
	out, changed := keys.WithTags(entries, []keys.Tagged{{1, keys.Secret, []byte("s")}, {1, keys.Publishable, []byte("p")}, {2, keys.Restricted, []byte("r")}})
	if !changed || string(out[0].SecretTag) != "s" || string(out[0].PublishableTag) != "p" || string(out[1].SecretTag) != "r" || entries[0].SecretTag != nil {
		t.Errorf("tagged as %+v", out)
	}
	for _, none := range [][]keys.Tagged{nil, {{1, keys.Secret, []byte("s")}}, {{3, keys.Secret, []byte("x")}}, {{2, keys.Publishable, []byte("x")}}, {{1, keys.Restricted, []byte("x")}}} {
		if again, changed := keys.WithTags(out, none); changed || !slices.EqualFunc(again, out, func(a, b keys.Entry) bool { return bytes.Equal(a.SecretTag, b.SecretTag) }) {
			t.Errorf("%v changes something", none)
		}
	}
}

// Minting waits at the gate of keys, in the turn of its tenant, and takes no more slots
// than comparisons do.
func TestMintingWaitsItsTurn(t *testing.T) {
	t.Parallel()
	untagged, _ := mintPair(t, 1)
	synctest.Test(t, func(t *testing.T) {
		v, minter, _ := tagging(t, "key of tags", keys.VerifierOptions{Concurrency: 1, FailuresPerKeyPerMinute: 1000, FailuresPerAddressPerMinute: 1000})
		step := make(chan struct{})
		v.WrapCompare(func(compare func(hash, input []byte) error) func(hash, input []byte) error {
			return func(hash, input []byte) error {
				<-step
				return compare(hash, input)
			}
		})
		// Strangers from ten addresses fill the queue.
		flood := make(chan error, 50)
		for i := range 50 {
			go func() {
				flood <- v.Verify(t.Context(), wrongSecret(t, 1, uint16(i)), proofOf(untagged), fmt.Sprintf("192.0.2.%d", i%10))
			}()
		}
		synctest.Wait()
		made := make(chan error, 1)
		go func() {
			_, _, err := minter.Pair(t.Context(), owner, 2, start)
			made <- err
		}()
		synctest.Wait()
		select {
		case <-made:
			t.Fatal("minted while the only slot was taken")
		default:
		}
		step <- struct{}{} // the one that runs
		synctest.Wait()
		step <- struct{}{} // at most one of the strangers more
		synctest.Wait()
		select {
		case err := <-made:
			if err != nil {
				t.Error(err)
			}
		default:
			t.Error("minting waits behind strangers")
		}
		ended, end := context.WithCancel(t.Context())
		end()
		if _, _, err := minter.Pair(ended, owner, 3, start); fault.KindOf(err) != fault.Unavailable {
			t.Errorf("minting for a caller that left: %v", err)
		}
		close(step)
		for range 50 {
			<-flood
		}
	})
}

// A flood of log-ins from six addresses, as many at a time as it likes, lets a user who
// signed in from its place before wait for two hashes at most, and a new password of a
// tenant too; a user at a new place waits for one of each address.
func TestAFloodOfLogInsLeavesUsersTheirTurn(t *testing.T) {
	t.Parallel()
	hash, err := keys.HashPassword(secret.New("correct horse"), 4)
	if err != nil {
		t.Fatal(err)
	}
	synctest.Test(t, func(t *testing.T) {
		v, _ := newVerifier(t, keys.VerifierOptions{PasswordConcurrency: 1, PasswordCost: 4, Now: newClock().now})
		if err := v.VerifyPassword(t.Context(), "ada", hash, secret.New("correct horse"), "198.51.100.1"); err != nil {
			t.Fatal(err)
		}
		step := make(chan struct{})
		v.WrapCompare(func(compare func(hash, input []byte) error) func(hash, input []byte) error {
			return func(hash, input []byte) error {
				<-step
				return compare(hash, input)
			}
		})
		login := func(account, password, address string) chan error {
			answer := make(chan error, 1)
			go func() { answer <- v.VerifyPassword(t.Context(), account, hash, secret.New(password), address) }()
			synctest.Wait()
			return answer
		}
		for i := range 60 {
			login(fmt.Sprintf("guess%d", i), "wrong", fmt.Sprintf("192.0.2.%d", i%6))
		}
		known := login("ada", "correct horse", "198.51.100.1")
		fresh := make(chan error, 1)
		go func() {
			_, err := v.HashPassword(t.Context(), tenancy.ID{1}, secret.New("new password"))
			fresh <- err
		}()
		elsewhere := login("ada", "correct horse", "198.51.100.2")
		waited := func(answer chan error, most int) {
			t.Helper()
			for range most {
				step <- struct{}{}
				synctest.Wait()
				select {
				case err := <-answer:
					if err != nil {
						t.Error(err)
					}
					return
				default:
				}
			}
			t.Errorf("still waits after %d hashes", most)
		}
		waited(known, 3)
		waited(fresh, 2)
		waited(elsewhere, 8)
		close(step)
	})
}

// A wrong key costs the same work for a live entry, a dead one, and a customer that does not
// exist, so that the time tells strangers nothing: two keyed digests, and no slow hash.
func TestWrongKeysCostTheSame(t *testing.T) {
	t.Parallel()
	v, minter, hashes := tagging(t, "key of tags", keys.VerifierOptions{})
	digests := v.CountDigests()
	entry, pair, err := minter.Pair(t.Context(), owner, 1, start)
	if err != nil {
		t.Fatal(err)
	}
	dead, _ := keys.Revoke([]keys.Entry{entry}, 1, start)
	wrong := wrongSecret(t, 1, 1)
	for name, refused := range map[string]func() error{
		"a live entry":                 func() error { return v.Verify(t.Context(), wrong, entry.Proof(keys.Secret), "192.0.2.1") },
		"a live entry, the other half": func() error { return v.Verify(t.Context(), wrong, entry.Proof(keys.Publishable), "192.0.2.1") },
		"a dead entry":                 func() error { return v.Refuse(wrong, "") },
		"an unknown customer":          func() error { return v.Refuse(parse(t, pair.Secret), "") },
	} {
		t.Run(name, func(t *testing.T) {
			digests.Store(0)
			wantRefused(t, refused())
			if n := digests.Load(); n != 2 {
				t.Errorf("a wrong key of %s costs %d digests", name, n)
			}
		})
	}
	if _, _, err := keys.Admit(dead, parse(t, pair.Secret), start); err == nil {
		t.Error("a dead entry is admitted")
	}
	wantRuns(t, hashes, 0)
}
