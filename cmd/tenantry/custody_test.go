package main

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"tenantry/client"
	"tenantry/cmd/tenantry/internal/cli"
	"tenantry/customers"
	"tenantry/customers/access"
	"tenantry/customers/fields"
	"tenantry/customers/idempotency"
	"tenantry/customers/instruments"
	"tenantry/internal/patch"
	"tenantry/internal/secret"
	"tenantry/keys"
	"tenantry/tenancy"
)

// contents returns the files below a directory in one, and their names.
func contents(t *testing.T, dir string) []byte {
	t.Helper()
	var all []byte
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.Type().IsRegular() {
			return err
		}
		text, err := os.ReadFile(path)
		all = append(append(all, path...), text...)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// person makes a customer with a bank, a card and an answer kept for a repeat, and returns
// its id and its answer's key.
func person(t *testing.T, i *installation) (customer *customers.Customer, answer []byte) {
	t.Helper()
	c := cli.LocalClient(cli.HandlerTransport{Handler: i.admin()}, "the installation")
	var view struct {
		ID string `json:"id"`
	}
	body := []byte(`{"name": "Zephyrine Quillfeather", "email": "zephyrine@quillfeather.example", "planKey": "merchant",
		"contact": {"firstName": "Zephyrine", "lastName": "Quillfeather", "phone": "2075550199", "dateOfBirth": "1984-02-17"},
		"address": {"street1": "77 Marzipan Wharf", "city": "Portland", "state": "ME", "postalCode": "04101", "country": "USA"},
		"legalEntity": {"entityType": "ISP", "personalTaxId": "078051120"}}`)
	if _, err := c.Read(t.Context(), client.Request{Method: http.MethodPost, Path: "/v3/customers", Body: body}, &view); err != nil {
		t.Fatal(err)
	}
	caller, err := i.service.Access.Local(t.Context(), view.ID)
	if err != nil {
		t.Fatal(err)
	}
	var bank fields.BankInput
	if err := patch.Decode([]byte(`{"nameOnAccount":"Zephyrine Quillfeather","accountHolderType":"individual","accountType":"checking","routingNumber":"021000021","accountNumber":"000987654321"}`), &bank); err != nil {
		t.Fatal(err)
	}
	if _, err := i.service.Instruments.AddBank(t.Context(), caller, "", bank); err != nil {
		t.Fatal(err)
	}
	var in instruments.TokenInput
	if err := patch.Decode([]byte(`{"card":{"nameOnCard":"ZEPHYRINE QUILLFEATHER","cardNumber":"4242424242424242","expirationMonth":12,"expirationYear":2050}}`), &in); err != nil {
		t.Fatal(err)
	}
	token, err := i.service.Instruments.Tokenize(t.Context(), caller, in)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := i.service.Instruments.AddCard(t.Context(), caller, "", instruments.CardInput{Token: patch.Of(token.Text.Reveal())}); err != nil {
		t.Fatal(err)
	}
	attempt, _, err := i.service.Idempotency.Begin(t.Context(), caller, "key", []byte("request"))
	if err != nil {
		t.Fatal(err)
	}
	kept := idempotency.Answer{Status: 200, Body: []byte(`{"id":"` + view.ID + `","name":"Zephyrine Quillfeather"}`)}
	if err := i.service.Idempotency.Finish(t.Context(), attempt, kept, "/v3/customers/"+view.ID); err != nil {
		t.Fatal(err)
	}
	stored, err := i.store.Get(t.Context(), caller.Subject.Ref())
	if err != nil {
		t.Fatal(err)
	}
	return stored, publicBox(t, i)
}

// publicBox returns what is kept of the one answer, as the ring sealed it.
func publicBox(t *testing.T, i *installation) []byte {
	t.Helper()
	list, err := i.store.ReservationsBehind(t.Context(), "idempotency:", "", 10)
	if err != nil || len(list) != 1 {
		t.Fatalf("%d answers are kept, %v", len(list), err)
	}
	kept := list[0].Answer
	if len(kept) == 0 {
		return nil
	}
	rest := kept[1:] // behind the form: the scopes, the length of the box, the box
	_, n := binary.Uvarint(rest)
	size, m := binary.Uvarint(rest[n:])
	return rest[n+m:][:size]
}

// boxesOf returns the sealed values of a customer.
func boxesOf(c *customers.Customer) map[string]*customers.Sealed {
	found := map[string]*customers.Sealed{}
	c.EachSealed(func(_ tenancy.ID, kind string, value *customers.Sealed) *customers.Sealed {
		found[kind] = value
		return value
	})
	return found
}

// After a rotation, the old key ring and a copy of all files of the data directory open
// nothing: no sealed value or kept answer is left under the old key, not even in freed
// pages or the journal. And they guess nothing: the fingerprints that the old ring makes of
// the right numbers are nowhere. The new ring opens all, and has the same numbers under
// fingerprints of its own.
func TestAfterARotationTheOldRingIsWorthNothing(t *testing.T) {
	t.Parallel()
	p, i := newInstallation(t)
	before, answer := person(t, i)
	if _, err := i.service.Relay.RelayEvents(t.Context()); err != nil {
		t.Fatal(err)
	}
	old := i.keyring.Ring()
	c := cli.LocalClient(cli.HandlerTransport{Handler: i.admin()}, "the installation")
	if _, err := (&sealRotateCommand{}).follow(t.Context(), p, c, 1); err != nil {
		t.Fatal(err)
	}
	after, err := i.store.Get(t.Context(), before.Ref())
	if err != nil {
		t.Fatal(err)
	}
	files := contents(t, i.settings.Data)
	ring := i.keyring.Ring()
	for kind, value := range boxesOf(after) {
		part := tenancy.ID{}
		if kind == customers.FieldAccountNumber {
			part = after.Banks[0].ID
		}
		if _, err := old.Unseal(after.Ref(), part, kind, value.Box); err == nil {
			t.Errorf("the old ring opens %s", kind)
		}
		if _, err := ring.Unseal(after.Ref(), part, kind, value.Box); err != nil {
			t.Errorf("the new ring does not open %s: %v", kind, err)
		}
		if (value.Fingerprint != "") != (kind == customers.FieldAccountNumber) {
			t.Errorf("the fingerprint of %s is %q", kind, value.Fingerprint)
		}
	}
	for kind, value := range boxesOf(before) {
		if bytes.Contains(files, value.Box) {
			t.Errorf("%s is still in the files as the old key sealed it", kind)
		}
	}
	if now := publicBox(t, i); bytes.Equal(now, answer) || bytes.Contains(files, []byte(base64.StdEncoding.EncodeToString(answer))) || !ring.IsCurrent(now) {
		t.Error("the kept answer is still as the old key sealed it")
	}
	tenant := after.Tenant
	for kind, number := range map[string]string{
		customers.FieldPersonalTaxID: "078051120", customers.FieldDateOfBirth: "1984-02-17",
		customers.FieldAccountNumber: "021000021:000987654321", customers.FieldCardNumber: "4242424242424242",
	} {
		t.Run(kind, func(t *testing.T) {
			if guess := old.Fingerprint(tenant, kind, secret.New(number)); bytes.Contains(files, []byte(guess)) {
				t.Errorf("the old ring guesses the %s", kind)
			}
		})
	}
	if after.Cards[0].Fingerprint != ring.Fingerprint(tenant, customers.FieldCardNumber, secret.New("4242424242424242")) {
		t.Error("a card has another fingerprint than its number now gets")
	}
}

// Whoever has a copy of the key ring alone forges no access token, although it signs like
// the service: a token is bound to the stored hash of a key or password. One that was
// issued before a rotation goes on, until the keys of tokens are dropped.
func TestARingAloneForgesNoToken(t *testing.T) {
	t.Parallel()
	p, i := newInstallation(t)
	root, err := i.store.Root(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	claims := keys.TokenClaims{Ref: root.Ref(), Entry: root.Keys[0].Number, Kind: keys.Secret, Scope: "auth"}
	thief := keys.NewTokens(i.keyring.Ring().EachSigningKey, keys.Test, p.Now)
	present := func(bindTo []byte) (secret.Text, error) {
		text, err := thief.Issue(claims, bindTo)
		if err != nil {
			t.Fatal(err)
		}
		_, err = i.service.Access.Authenticate(t.Context(), access.Presented{Bearer: text, SubjectID: root.ID.String()})
		return text, err
	}
	if _, err := present([]byte("$2a$04$a guess of the hash of a key")); err == nil {
		t.Error("a forged token is taken")
	}
	good, err := present(root.Keys[0].SecretHash)
	if err != nil {
		t.Fatalf("the forger itself is wrong: %v", err)
	}
	c := cli.LocalClient(cli.HandlerTransport{Handler: i.admin()}, "the installation")
	if _, err := (&sealRotateCommand{}).follow(t.Context(), p, c, 1); err != nil {
		t.Fatal(err)
	}
	again := func() error {
		_, err := i.service.Access.Authenticate(t.Context(), access.Presented{Bearer: good, SubjectID: root.ID.String()})
		return err
	}
	if err := again(); err != nil {
		t.Errorf("a rotation ends a token: %v", err)
	}
	if _, err := (&sealRotateCommand{EndTokens: true}).follow(t.Context(), p, c, 1); err != nil {
		t.Fatal(err)
	}
	if err := again(); err == nil {
		t.Error("a token outlives a rotation with --end-tokens")
	}
}

// After DELETE and a checkpoint nothing of a person is in any file of the data directory,
// and no kept answer about it; its events stay as facts.
func TestErasureErases(t *testing.T) {
	t.Parallel()
	if onMongo() {
		t.Skip("the files are those of SQLite")
	}
	_, i := newInstallation(t)
	c := cli.LocalClient(cli.HandlerTransport{Handler: i.admin()}, "the installation")
	var others []string
	for n := range 30 { // neighbors, so that pages are split and filled
		id, err := createSealed(t.Context(), c, n)
		if err != nil {
			t.Fatal(err)
		}
		others = append(others, id)
	}
	made, answer := person(t, i)
	for n, id := range others {
		if _, err := c.Do(t.Context(), client.Request{Method: http.MethodPatch, Path: cli.CustomerPath(id), Body: []byte(`{"description":"` + strings.Repeat("x", 8*n+1) + `"}`)}); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := c.Do(t.Context(), client.Request{Method: http.MethodPatch, Path: cli.CustomerPath(made.ID.String()), Body: []byte(`{"name":"Zephyrine Quillfeather-Marzipan","description":"Marzipan by the yard"}`)}); err != nil {
		t.Fatal(err)
	}
	marks := [][]byte{
		[]byte("ephyrine"), []byte("EPHYRINE"), []byte("uillfeather"), []byte("UILLFEATHER"), []byte("arzipan"), []byte("2075550199"), []byte(base64.StdEncoding.EncodeToString(answer)),
		[]byte(made.Cards[0].Fingerprint), []byte(made.Banks[0].AccountNumber.Fingerprint),
	}
	for _, value := range boxesOf(made) {
		marks = append(marks, value.Box)
	}
	missing := 0
	for _, mark := range marks {
		if !bytes.Contains(contents(t, i.settings.Data), mark) {
			missing++
		}
	}
	if missing == len(marks) {
		t.Fatal("nothing of the person is in the files before")
	}
	if _, err := c.Do(t.Context(), client.Request{Method: http.MethodDelete, Path: cli.CustomerPath(made.ID.String())}); err != nil {
		t.Fatal(err)
	}
	if _, err := i.service.Relay.RelayEvents(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := i.store.Scrub(t.Context()); err != nil {
		t.Fatal(err)
	}
	files := contents(t, i.settings.Data)
	for _, mark := range marks {
		if at := bytes.Index(files, mark); at >= 0 {
			t.Errorf("%q is still in the files: %q", mark, files[max(at-40, 0):min(at+60, len(files))])
		}
	}
	if kept := publicBox(t, i); len(kept) != 0 {
		t.Error("an answer about the person is still kept")
	}
}
