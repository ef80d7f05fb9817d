package transfer_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"tenantry/customers"
	"tenantry/customers/evidence"
	"tenantry/customers/lifecycle"
	"tenantry/internal/doctor"
	"tenantry/internal/secret"
	"tenantry/internal/store/sqlite"
	"tenantry/internal/testkit"
	"tenantry/internal/transfer"
	"tenantry/keys"
	"tenantry/tenancy"
)

func open(t testing.TB, dir string) *sqlite.Store {
	t.Helper()
	opened, err := sqlite.Open(t.Context(), sqlite.Options{Dir: dir})
	testkit.Must(t, err)
	t.Cleanup(func() { _ = opened.Close(context.Background()) })
	return opened
}

// installation is one of two tenants: one with a shop that has one of everything, and
// another beside it.
type installation struct {
	*testkit.Env
	shop, account testkit.Party
	parts         testkit.Target
}

// in returns w for a subtest, which then is what fails.
func (w *installation) in(t *testing.T) *installation {
	next := *w
	next.Env = w.In(t)
	return &next
}

func furnished(t testing.TB) *installation {
	t.Helper()
	w := &installation{Env: testkit.Install(t, open(t, t.TempDir()))}
	w.Cove = w.Create(w.Operator, `{"name":"Cove","email":"ops@cove.example","planKey":"platform","vanityName":"cove"}`)
	w.Rival = w.Create(w.Operator, `{"name":"Rival","email":"ops@rival.example","planKey":"platform"}`)
	w.shop, w.parts = w.MerchantWithParts()
	w.account = w.Create(w.Cove, `{"name":"Inner","email":"inner@cove.example","planKey":"platform","merchantKey":"inner"}`)
	w.Create(w.account, `{"name":"Deep","email":"deep@cove.example","planKey":"payer","meta":{"a":1,"b":2.5,"c":{"$d":"é"}}}`)
	w.Create(w.Rival, `{"name":"Apart","email":"apart@rival.example","planKey":"payer","merchantKey":"inner"}`)
	_, _, err := w.Happened(w.Local(""), w.shop.ID, `{"type":"credit","amount":1200,"currency":"USD","reference":"one"}`)
	testkit.Must(t, err)
	return w
}

// fileKey seals an export as a passphrase would, without its slow derivation.
func fileKey() transfer.Key {
	return transfer.Key{Sealing: transfer.Sealing{By: transfer.ByPassphrase}, Plain: bytes.Repeat([]byte{7}, 32)}
}

var leftOut = transfer.Key{Sealing: transfer.Sealing{By: transfer.LeftOut}}

func export(t testing.TB, w *testkit.Env, key transfer.Key, customer tenancy.ID) ([]byte, transfer.End) {
	t.Helper()
	survey, err := engine(w).Survey(t.Context())
	testkit.Must(t, err)
	var text bytes.Buffer
	end, err := transfer.Export(t.Context(), &text, transfer.ExportOptions{
		Survey: survey, Sealer: w.Ring, Key: key, Customer: customer,
		Header: transfer.Header{Installation: tenancy.ID{1}, Mode: "sandbox", Ring: w.Ring.Name(), Time: w.Clock.Now()},
	})
	testkit.Must(t, err)
	testkit.Must(t, survey.Close())
	return text.Bytes(), end
}

func engine(w *testkit.Env) transfer.Store { return w.Store.(transfer.Store) }

func options(w *testkit.Env, key transfer.Key) transfer.ImportOptions {
	return transfer.ImportOptions{Store: engine(w), Registry: w.Svc.Registry, Sealer: w.Ring, Ring: w.Ring.Name(), Mode: "sandbox", Key: key}
}

func digest(t testing.TB, w *testkit.Env) string {
	t.Helper()
	survey, err := engine(w).Survey(t.Context())
	testkit.Must(t, err)
	text, err := doctor.DigestOf(t.Context(), survey, w.Ring, func(int) {})
	testkit.Must(t, errors.Join(err, survey.Close()))
	return text
}

// body returns an export without its first line, and without its last, which has a digest
// of the first.
func body(text []byte) string {
	lines := strings.SplitAfter(strings.TrimSuffix(string(text), "\n"), "\n")
	return strings.Join(lines[1:len(lines)-1], "")
}

func id(t testing.TB, text string) tenancy.ID {
	t.Helper()
	id, ok := tenancy.ParseID(text)
	testkit.Must(t, ok)
	return id
}

// What is exported into an empty installation is there as it was: the same digest, and the
// same lines when it is exported again. Keys and passwords work, sealed values and the
// bytes of documents open under the other key ring, and events go on to count.
func TestARoundTrip(t *testing.T) {
	t.Parallel()
	a := furnished(t)
	text, end := export(t, a.Env, fileKey(), tenancy.ID{})
	b := &installation{Env: testkit.Vacant(t, open(t, t.TempDir()))}
	report, err := transfer.Import(t.Context(), bytes.NewReader(text), options(b.Env, fileKey()))
	testkit.Must(t, err)
	if report.Customers.Made != end.Counts.Customers || report.Events.Made != end.Counts.Events || report.Files.Made == 0 || report.Activities.Made != 1 || !report.Whole() {
		t.Fatalf("%+v of %+v", report, end.Counts)
	}
	if one, other := digest(t, a.Env), digest(t, b.Env); one != other {
		t.Errorf("the digests are %s and %s", one, other)
	}
	plain, _ := export(t, a.Env, leftOut, tenancy.ID{})
	again, _ := export(t, b.Env, leftOut, tenancy.ID{})
	if body(plain) != body(again) {
		t.Errorf("exported again it differs:\n%s\n%s", plain, again)
	}
	for _, who := range []testkit.Party{a.Operator, a.Cove, a.Rival, a.shop, a.account} {
		if err := b.Present(who); err != nil {
			t.Errorf("the key of %s: %v", who.ID, err)
		}
	}
	if _, err := b.AddUser(a.Cove, a.shop.ID, `{"username":"CLERK OF `+a.shop.ID+`","password":"long enough","role":"clerk"}`); err == nil {
		t.Error("a username was handed out twice")
	}
	if _, err := b.LoginAt(a.shop.ID, "clerk of "+a.shop.ID, "long enough"); err != nil {
		t.Errorf("a user cannot sign in: %v", err)
	}
	file, err := b.Svc.Evidence.DocumentFile(t.Context(), b.Local(""), evidence.DocumentFileInput{
		Document: evidence.SubresourceRef{CustomerID: a.shop.ID, ID: a.parts.Document}, Reason: "a test of imports",
	})
	if err != nil || !bytes.Equal(file.Content, testkit.Picture(t, 1)) {
		t.Errorf("a document reads otherwise (%v)", err)
	}
	c := b.Record(a.shop.ID)
	bank := &c.Banks[0]
	number, err := b.Ring.Unseal(c.Ref(), bank.ID, customers.FieldAccountNumber, bank.AccountNumber.Box)
	if want := b.Ring.Fingerprint(c.Tenant, customers.FieldAccountNumber, secret.New(bank.RoutingNumber+":"+number.Reveal())); err != nil || bank.AccountNumber.Fingerprint != want {
		t.Errorf("an account number does not open, or has the fingerprint %s: %v", bank.AccountNumber.Fingerprint, err)
	}
	before := b.Record(a.shop.ID)
	changed, err := b.Update(a.Cove, a.shop.ID, `{"description":"moved"}`)
	testkit.Must(t, err)
	if changed.Version != before.Version+1 || changed.EventCount != before.EventCount+1 || b.Last(a.shop.ID).Number != changed.EventCount {
		t.Errorf("it goes on at version %d and event %d, behind %d and %d", changed.Version, changed.EventCount, before.Version, before.EventCount)
	}
}

// What stands already is left as it is, and said to be there; what was changed since is
// refused, and so is nothing else.
func TestAnImportAgain(t *testing.T) {
	t.Parallel()
	a := furnished(t)
	text, end := export(t, a.Env, fileKey(), tenancy.ID{})
	before := digest(t, a.Env)
	report, err := transfer.Import(t.Context(), bytes.NewReader(text), options(a.Env, fileKey()))
	testkit.Must(t, err)
	if report.Customers.There != end.Counts.Customers || report.Events.There != end.Counts.Events || report.Files.There != end.Counts.Files ||
		report.Activities.There != 1 || !report.Whole() || digest(t, a.Env) != before {
		t.Fatalf("%+v of %+v", report, end.Counts)
	}
	_, err = a.Update(a.Cove, a.account.ID, `{"name":"Changed"}`)
	testkit.Must(t, err)
	before = digest(t, a.Env)
	report, err = transfer.Import(t.Context(), bytes.NewReader(text), options(a.Env, fileKey()))
	testkit.Must(t, err)
	if len(report.Refused) != 1 || report.Refused[0].ID != id(t, a.account.ID) || !strings.Contains(report.Refused[0].Why, "version 2 here, 1 in the file") || digest(t, a.Env) != before {
		t.Errorf("%+v", report)
	}
}

// A dry run says what an import would do, and changes nothing.
func TestADryRun(t *testing.T) {
	t.Parallel()
	a := furnished(t)
	text, end := export(t, a.Env, fileKey(), id(t, a.Cove.ID))
	b := testkit.Install(t, open(t, t.TempDir()))
	before := digest(t, b)
	dry := options(b, fileKey())
	dry.DryRun, dry.Under = true, id(t, b.Operator.ID)
	said, err := transfer.Import(t.Context(), bytes.NewReader(text), dry)
	testkit.Must(t, err)
	if digest(t, b) != before || said.Customers.Made != end.Counts.Customers {
		t.Fatalf("%+v of %+v", said, end.Counts)
	}
	dry.DryRun = false
	did, err := transfer.Import(t.Context(), bytes.NewReader(text), dry)
	testkit.Must(t, err)
	did.DryRun = true
	if fmt.Sprint(said) != fmt.Sprint(did) {
		t.Errorf("it said %+v and did %+v", said, did)
	}
}

// Nothing of an erased customer is in an export, be it a file or one end of a move; how many
// events of how many such customers are left out is told, and why.
func TestErasedCustomersStayBehind(t *testing.T) {
	t.Parallel()
	a := furnished(t)
	var gone []string
	for range 2 {
		made := a.Create(a.Cove, `{"name":"Gone","email":"gone@cove.example","planKey":"payer"}`)
		gone = append(gone, made.ID)
		testkit.Must(t, a.Svc.Lifecycle.Delete(t.Context(), a.As(a.Cove), lifecycle.DeleteInput{CustomerID: made.ID}))
	}
	a.Relay()
	for name, key := range map[string]transfer.Key{"a file": fileKey(), "a move": byRing} {
		t.Run(name, func(t *testing.T) {
			a := a.in(t)
			text, end := export(t, a.Env, key, tenancy.ID{})
			var told transfer.Loss
			for _, loss := range end.Lost {
				if loss.What == "events of erased customers" {
					told = loss
				}
			}
			if told.Values != 4 || told.Customers != 2 || told.Why == "" {
				t.Errorf("%s: left out: %+v", name, end.Lost)
			}
			for _, id := range gone {
				if bytes.Contains(text, []byte(id)) {
					t.Errorf("%s names the erased customer %s", name, id)
				}
			}
		})
	}
}

// A customer with all below it comes below another parent: in its tenant, found by its
// new ancestors, and under its own key ring.
func TestUnderAnotherParent(t *testing.T) {
	t.Parallel()
	a := furnished(t)
	text, _ := export(t, a.Env, fileKey(), id(t, a.account.ID))
	b := testkit.Install(t, open(t, t.TempDir()))
	home := b.Create(b.Operator, `{"name":"Home","email":"ops@home.example","planKey":"platform"}`)
	other := b.Create(b.Operator, `{"name":"Other","email":"ops@other.example","planKey":"platform"}`)
	o := options(b, fileKey())
	if report, err := transfer.Import(t.Context(), bytes.NewReader(text), o); err != nil || report.Customers.Refused != 2 || !strings.Contains(report.Refused[0].Why, "--under") {
		t.Errorf("without a parent: %+v, %v", report, err)
	}
	o.Under = id(t, home.ID)
	report, err := transfer.Import(t.Context(), bytes.NewReader(text), o)
	testkit.Must(t, err)
	if report.Customers.Made != 2 || report.Keyless == 0 || !report.Whole() {
		t.Fatalf("%+v", report)
	}
	moved := b.Record(a.account.ID)
	if moved.Tenant != id(t, home.ID) || moved.Parent != id(t, home.ID) {
		t.Errorf("it stands below %s, in the tenant %s", moved.Parent, moved.Tenant)
	}
	if len(b.LogOf(moved)) == 0 {
		t.Error("its events did not come along")
	}
	if _, err := b.Svc.Lifecycle.Get(t.Context(), b.As(other), a.account.ID); err == nil {
		t.Error("another tenant reads it")
	}
	if _, err := b.Svc.Lifecycle.Get(t.Context(), b.As(home), a.account.ID); err != nil {
		t.Errorf("its parent does not read it: %v", err)
	}
}

// changed returns an export with another text in the place of one, made whole again.
func changed(t testing.TB, text []byte, old, next string) []byte {
	t.Helper()
	if !bytes.Contains(text, []byte(old)) {
		t.Fatalf("there is no %s in the export", old)
	}
	lines := bytes.SplitAfter(bytes.ReplaceAll(text, []byte(old), []byte(next)), []byte("\n"))
	lines = lines[:len(lines)-1]
	last := len(lines) - 1
	var end transfer.End
	testkit.Must(t, json.Unmarshal(lines[last], &end))
	sum := sha256.Sum256(bytes.Join(lines[:last], nil))
	end.Digest = hex.EncodeToString(sum[:])
	encoded, err := json.Marshal(end)
	testkit.Must(t, err)
	lines[last] = append(encoded, '\n')
	return bytes.Join(lines, nil)
}

// A line that cannot be imported is refused with its reason, and so is what belongs to it;
// the other tenant is imported.
func TestRefusedLines(t *testing.T) {
	t.Parallel()
	a := furnished(t)
	text, _ := export(t, a.Env, fileKey(), tenancy.ID{})
	for name, c := range map[string]struct{ old, next, why string }{
		"a plan that is not here":  {`"planKey":"payer"`, `"planKey":"gold"`, `planKey: there is no plan "gold" here`},
		"a member that is unknown": {`"vanityName":"cove"`, `"vanityName":"cove","nickName":"c"`, "does not know its member nickName"},
		"an unknown status":        {`"status":"active","planKey":"payer"`, `"status":"odd","planKey":"payer"`, "status: must be created"},
		"a key without a number":   {`"number":{"$numberInt":"1"}`, `"number":{"$numberInt":"7"}`, "keys: each needs a number of its own"},
		"bytes of another digest":  {`"sha256":"` + pictured(t) + `"`, `"sha256":"` + strings.Repeat("0", 64) + `"`, "another SHA-256"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := testkit.Vacant(t, open(t, t.TempDir()))
			bad := changed(t, text, c.old, c.next)
			_, _, err := transfer.Verify(bytes.NewReader(bad), func(transfer.Stage, int, int) {})
			testkit.Must(t, err)
			var told []transfer.Refusal
			o := options(b, fileKey())
			o.Refused = func(r transfer.Refusal) { told = append(told, r) }
			report, err := transfer.Import(t.Context(), bytes.NewReader(bad), o)
			testkit.Must(t, err)
			if report.Whole() || len(told) != len(report.Refused) || !strings.Contains(fmt.Sprint(report.Refused), c.why) || report.Refused[0].Line == 0 {
				t.Errorf("%+v", report)
			}
		})
	}
}

// pictured is the digest of the document of the shop.
func pictured(t testing.TB) string {
	sum := sha256.Sum256(testkit.Picture(t, 1))
	return hex.EncodeToString(sum[:])
}

// Values that others hold are refused, ids that others have too, and so is what would be
// too deep.
func TestTakenValues(t *testing.T) {
	t.Parallel()
	a := furnished(t)
	text, _ := export(t, a.Env, fileKey(), id(t, a.Cove.ID))
	inner, _ := export(t, a.Env, fileKey(), id(t, a.account.ID))
	b := testkit.Install(t, open(t, t.TempDir()))
	first := b.Create(b.Operator, `{"name":"First","email":"f@f.example","planKey":"platform","vanityName":"cove"}`)
	second := b.Create(first, `{"name":"Second","email":"s@f.example","planKey":"platform"}`)
	third := b.Create(second, `{"name":"Third","email":"t@f.example","planKey":"platform"}`)
	for name, c := range map[string]struct {
		text  []byte
		under string
		why   string
		dry   bool
	}{
		"a vanity name that is taken":         {text, b.Operator.ID, "vanityName: this vanity name is taken", false},
		"a vanity name that is taken, dry":    {text, b.Operator.ID, "vanityName: this vanity name is taken", true},
		"customers that would be nested deep": {inner, third.ID, "nested at most 5 deep", false},
	} {
		t.Run(name, func(t *testing.T) {
			b := b.In(t)
			o := options(b, fileKey())
			o.Under, o.DryRun = id(t, c.under), c.dry
			report, err := transfer.Import(t.Context(), bytes.NewReader(c.text), o)
			testkit.Must(t, err)
			if report.Whole() || !strings.Contains(fmt.Sprint(report.Refused), c.why) {
				t.Errorf("%+v", report)
			}
		})
	}
	t.Run("an id that another customer has", func(t *testing.T) {
		a := a.in(t)
		o := options(a.Env, fileKey())
		o.Under = id(t, a.Rival.ID)
		report, err := transfer.Import(t.Context(), bytes.NewReader(inner), o)
		testkit.Must(t, err)
		if report.Whole() || !strings.Contains(fmt.Sprint(report.Refused), "the id is taken by another customer") {
			t.Errorf("%+v", report)
		}
	})
}

// A plan takes the place of another, and what lists know of it follows.
func TestMappedPlans(t *testing.T) {
	t.Parallel()
	a := furnished(t)
	text, _ := export(t, a.Env, fileKey(), tenancy.ID{})
	b := testkit.Vacant(t, open(t, t.TempDir()))
	o := options(b, fileKey())
	o.Plans = map[string]string{"merchant": "merchant-professional"}
	report, err := transfer.Import(t.Context(), bytes.NewReader(text), o)
	testkit.Must(t, err)
	if got := b.Record(a.shop.ID); !report.Whole() || got.PlanKey != "merchant-professional" || got.PlanStatus != b.PlanStatus(a.shop.ID).Status {
		t.Errorf("%+v: %s, %s", report, got.PlanKey, got.PlanStatus)
	}
}

// A file that was cut off anywhere, or of which any byte was changed, is no whole export.
func TestFilesThatAreNotWhole(t *testing.T) {
	t.Parallel()
	a := furnished(t)
	text, _ := export(t, a.Env, fileKey(), tenancy.ID{})
	check := func(what string, spoiled []byte) {
		t.Helper()
		_, _, err := transfer.Verify(bytes.NewReader(spoiled), func(transfer.Stage, int, int) {})
		if _, bad := errors.AsType[*transfer.BadFileError](err); !bad {
			t.Fatalf("%s: %v", what, err)
		}
	}
	for at := 0; at < len(text)-1; at += 1 + len(text)/300 {
		check(fmt.Sprintf("cut off after %d bytes", at), text[:at])
		spoiled := bytes.Clone(text)
		spoiled[at] ^= 1
		check(fmt.Sprintf("with another byte at %d", at), spoiled)
	}
	check("with more behind it", append(bytes.Clone(text), text...))
	if _, _, err := transfer.Verify(bytes.NewReader(text), func(transfer.Stage, int, int) {}); err != nil {
		t.Errorf("the whole one: %v", err)
	}
}

// Without sealed values nothing that a key ring sealed is in the file, the report names
// what is missing, and the rest is imported.
func TestWithoutSealedValues(t *testing.T) {
	t.Parallel()
	a := furnished(t)
	text, end := export(t, a.Env, leftOut, tenancy.ID{})
	for _, secret := range []string{`"box"`, "1984-", "1980-"} {
		if bytes.Contains(text, []byte(secret)) {
			t.Errorf("there is %s in the file", secret)
		}
	}
	if said := fmt.Sprint(end.Lost); !strings.Contains(said, customers.FieldDateOfBirth) || !strings.Contains(said, customers.FieldAccountNumber) || !strings.Contains(said, customers.FieldDocument) {
		t.Errorf("it lost %s", said)
	}
	b := testkit.Vacant(t, open(t, t.TempDir()))
	report, err := transfer.Import(t.Context(), bytes.NewReader(text), options(b, leftOut))
	testkit.Must(t, err)
	if !report.Whole() || report.Customers.Made != end.Counts.Customers {
		t.Errorf("%+v", report)
	}
}

// A move takes what is sealed as it is, with deliveries and what is reserved beside the
// values of customers, and the same key ring opens it; and back again. With
// TENANTRY_TEST_STORE=mongo it is between both engines.
func TestAMove(t *testing.T) {
	t.Parallel()
	a := furnished(t)
	ring := transfer.Key{Sealing: transfer.Sealing{By: transfer.ByRing}}
	text, end := export(t, a.Env, ring, tenancy.ID{})
	if end.Counts.Deliveries == 0 {
		t.Fatal("there is no delivery to move")
	}
	there, examined := testkit.Store(t).(transfer.Store)
	if !examined {
		there = open(t, t.TempDir())
	}
	for _, target := range []transfer.Store{there, open(t, t.TempDir())} {
		b := testkit.Vacant(t, target)
		b.Ring = a.Ring
		b.Svc = b.Service(a.Ring)
		for range 2 {
			report, err := transfer.Import(t.Context(), bytes.NewReader(text), options(b, ring))
			testkit.Must(t, err)
			if !report.Whole() {
				t.Fatalf("%+v", report)
			}
		}
		again, _ := export(t, b, ring, tenancy.ID{})
		if one, other := sorted(body(text)), sorted(body(again)); one != other {
			t.Errorf("the moved store differs:\n%s\n%s", one, other)
		}
		if digest(t, a.Env) != digest(t, b) {
			t.Error("the digests differ")
		}
		text = again
	}
}

// sorted returns lines in an order of their own: each engine has deliveries and
// reservations in another one.
func sorted(text string) string {
	lines := strings.Split(text, "\n")
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}

// A live installation takes nothing of a sandbox.
func TestModesDoNotMix(t *testing.T) {
	t.Parallel()
	a := furnished(t)
	text, _ := export(t, a.Env, fileKey(), tenancy.ID{})
	b := testkit.Vacant(t, open(t, t.TempDir()), testkit.Live)
	o := options(b, fileKey())
	o.Mode = string(keys.Live)
	_, err := transfer.Import(t.Context(), bytes.NewReader(text), o)
	if _, bad := errors.AsType[*transfer.BadFileError](err); !bad {
		t.Errorf("%v", err)
	}
}
