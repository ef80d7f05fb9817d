package transfer

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"

	"filippo.io/age"
	"filippo.io/age/armor"

	"tenantry/internal/secret"
	"tenantry/tenancy"
)

// keyBytes is the length of the key of a file.
const keyBytes = 32

// Key is what seals the values of one export. The zero value seals nothing.
type Key struct {
	Sealing
	// Plain is the key itself; it stands in no file.
	Plain []byte
}

// KeyForPassphrase makes the key of a file that opens with a passphrase.
func KeyForPassphrase(random io.Reader, passphrase secret.Text) (Key, error) {
	recipient, err := age.NewScryptRecipient(passphrase.Reveal())
	if err != nil {
		return Key{}, fmt.Errorf("using the passphrase: %w", err)
	}
	return wrapped(random, ByPassphrase, recipient)
}

// KeyForRecipient makes the key of a file that opens with the identity of an age recipient.
func KeyForRecipient(random io.Reader, text string) (Key, error) {
	recipients, err := age.ParseRecipients(strings.NewReader(text))
	if err != nil {
		return Key{}, fmt.Errorf("reading the recipient: %w", err)
	}
	return wrapped(random, ByRecipient, recipients...)
}

func wrapped(random io.Reader, by string, recipients ...age.Recipient) (Key, error) {
	plain := make([]byte, keyBytes)
	if _, err := io.ReadFull(random, plain); err != nil {
		return Key{}, fmt.Errorf("making the key of the file: %w", err)
	}
	var text bytes.Buffer
	armored := armor.NewWriter(&text)
	into, err := age.Encrypt(armored, recipients...)
	if err == nil {
		_, err = into.Write(plain)
	}
	if err == nil {
		err = errors.Join(into.Close(), armored.Close())
	}
	if err != nil {
		return Key{}, fmt.Errorf("encrypting the key of the file: %w", err)
	}
	return Key{Sealing: Sealing{By: by, Key: text.String()}, Plain: plain}, nil
}

// ErrWrongKey says that a passphrase or an identity does not open an export.
var ErrWrongKey = errors.New("it does not open the sealed values of this export")

// OpenWithPassphrase returns the key of a file that a passphrase opens.
func OpenWithPassphrase(s Sealing, passphrase secret.Text) (Key, error) {
	identity, err := age.NewScryptIdentity(passphrase.Reveal())
	if err != nil {
		return Key{}, fmt.Errorf("using the passphrase: %w", err)
	}
	return unwrapped(s, identity)
}

// OpenWithIdentity returns the key of a file that one of the identities in a text opens,
// as age-keygen writes them.
func OpenWithIdentity(s Sealing, text secret.Text) (Key, error) {
	identities, err := age.ParseIdentities(strings.NewReader(text.Reveal()))
	if err != nil {
		return Key{}, errors.New("reading the identity: it is not one of age") // its error may show a part of it
	}
	return unwrapped(s, identities...)
}

func unwrapped(s Sealing, identities ...age.Identity) (Key, error) {
	from, err := age.Decrypt(armor.NewReader(strings.NewReader(s.Key)), identities...)
	if _, ok := errors.AsType[*age.NoIdentityMatchError](err); ok {
		return Key{}, ErrWrongKey
	}
	var plain []byte
	if err == nil {
		plain, err = io.ReadAll(io.LimitReader(from, keyBytes+1))
	}
	if err != nil || len(plain) != keyBytes {
		return Key{}, badFile("the key of its sealed values cannot be read")
	}
	return Key{Sealing: s, Plain: plain}, nil
}

// fieldLabel binds a sealed value to its place.
func fieldLabel(customer, part tenancy.ID, kind string) string {
	return "export/" + customer.String() + "/" + part.String() + "/" + kind
}

// fileLabel binds the bytes of a piece of a document to its place.
func fileLabel(customer, piece tenancy.ID) string {
	return "export/" + customer.String() + "/" + piece.String() + "/file"
}
