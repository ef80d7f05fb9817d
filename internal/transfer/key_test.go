package transfer_test

import (
	"bytes"
	cryptorand "crypto/rand"
	"errors"
	"strings"
	"testing"

	"filippo.io/age"

	"tenantry/internal/secret"
	"tenantry/internal/testkit"
	"tenantry/internal/transfer"
)

// The key of a file opens with the passphrase or the identity that it was made for, and
// with no other.
func TestKeysOfFiles(t *testing.T) {
	t.Parallel()
	t.Run("passphrase", func(t *testing.T) {
		t.Parallel()
		key, err := transfer.KeyForPassphrase(cryptorand.Reader, secret.New("correct horse battery"))
		testkit.Must(t, err)
		if bytes.Contains([]byte(key.Key), key.Plain) || !strings.HasPrefix(key.Key, "-----BEGIN AGE ENCRYPTED FILE-----") {
			t.Errorf("the key stands as %s", key.Key)
		}
		opened, err := transfer.OpenWithPassphrase(key.Sealing, secret.New("correct horse battery"))
		if err != nil || !bytes.Equal(opened.Plain, key.Plain) {
			t.Errorf("it does not open: %v", err)
		}
		if _, err := transfer.OpenWithPassphrase(key.Sealing, secret.New("correct horse battery ")); !errors.Is(err, transfer.ErrWrongKey) {
			t.Errorf("another passphrase: %v", err)
		}
	})
	t.Run("recipient", func(t *testing.T) {
		t.Parallel()
		mine, err := age.GenerateX25519Identity()
		testkit.Must(t, err)
		other, err := age.GenerateX25519Identity()
		testkit.Must(t, err)
		key, err := transfer.KeyForRecipient(cryptorand.Reader, mine.Recipient().String())
		testkit.Must(t, err)
		opened, err := transfer.OpenWithIdentity(key.Sealing, secret.New("# a comment\n"+mine.String()+"\n"))
		if err != nil || !bytes.Equal(opened.Plain, key.Plain) {
			t.Errorf("it does not open: %v", err)
		}
		if _, err := transfer.OpenWithIdentity(key.Sealing, secret.New(other.String())); !errors.Is(err, transfer.ErrWrongKey) {
			t.Errorf("another identity: %v", err)
		}
		_, err = transfer.OpenWithIdentity(key.Sealing, secret.New("AGE-SECRET-KEY-1NOT"))
		if err == nil || strings.Contains(err.Error(), "1NOT") {
			t.Errorf("no identity: %v", err)
		}
	})
}
