package transfer_test

import (
	"bytes"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tenantry/internal/app"
	"tenantry/internal/testkit"
	"tenantry/internal/transfer"
	"tenantry/plans"
	"tenantry/tenancy"
)

// crowd is an export of platforms that want the same user names and vanity names in one
// tenant, and more of them than its plan has room for.
func crowd(t testing.TB) []byte {
	t.Helper()
	a := testkit.Install(t, open(t, t.TempDir()))
	for n := range 40 {
		p := a.Create(a.Operator, fmt.Sprintf(`{"name":"Platform %d","email":"ops@example.com","planKey":"platform","username":"user%d","password":"four unrelated words"}`, n, n%15))
		a.Create(p, fmt.Sprintf(`{"name":"Below %d","email":"below@example.com","planKey":"merchant","merchantKey":"key%d"}`, n, n))
	}
	text, _ := export(t, a, fileKey(), tenancy.ID{})
	return text
}

// bounded has room for so many customers below a platform.
func bounded(most int64) testkit.Tuning {
	return func(o *app.Options) {
		list := plans.Defaults()
		for i := range list {
			if list[i].Key == "platform" {
				list[i].Quotas = plans.Quotas{Customers: most}
			}
		}
		var err error
		if o.Plans, err = plans.NewCatalog(list); err != nil {
			panic(err)
		}
	}
}

// A dry run sees values that two lines of one file want, and quotas that its lines fill: it
// names the lines that an import then refuses, with the same words, and each import refuses
// the same ones.
func TestADryRunIsWhatAnImportDoes(t *testing.T) {
	t.Parallel()
	text := crowd(t)
	for _, most := range []int64{6, 12, 21, 1000} {
		t.Run(fmt.Sprint(most), func(t *testing.T) {
			t.Parallel()
			b := testkit.Install(t, open(t, t.TempDir()), bounded(most))
			home := b.Create(b.Operator, `{"name":"Home","email":"ops@home.example","planKey":"platform","username":"user3","password":"four unrelated words"}`)
			o := options(b, fileKey())
			o.Under, o.DryRun = id(t, home.ID), true
			before := digest(t, b)
			said, err := transfer.Import(t.Context(), bytes.NewReader(text), o)
			testkit.Must(t, err)
			if digest(t, b) != before || len(said.Refused) < 25 || said.Customers.Made == 0 {
				t.Fatalf("%+v", said)
			}
			o.DryRun = false
			did, err := transfer.Import(t.Context(), bytes.NewReader(text), o)
			testkit.Must(t, err)
			did.DryRun = true
			if diff := cmp.Diff(did, said); diff != "" {
				t.Errorf("it says otherwise (+) than was done:\n%s", diff)
			}
			o.DryRun = true
			again, err := transfer.Import(t.Context(), bytes.NewReader(text), o)
			testkit.Must(t, err)
			if again.Customers.There != did.Customers.Made || again.Customers.Made != 0 || again.Events.Made != 0 || again.Files.Made != 0 {
				t.Errorf("afterwards it would make %+v", again)
			}
		})
	}
}
