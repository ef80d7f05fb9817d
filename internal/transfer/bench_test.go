package transfer_test

import (
	"bytes"
	"fmt"
	"os"
	"strconv"
	"testing"

	"tenantry/customers"
	"tenantry/internal/testkit"
	"tenantry/internal/transfer"
	"tenantry/tenancy"
)

// BenchmarkTransfer exports and imports as many customers as TENANTRY_BENCH_CUSTOMERS says,
// 2,000 by default.
func BenchmarkTransfer(b *testing.B) {
	count, err := strconv.Atoi(os.Getenv("TENANTRY_BENCH_CUSTOMERS"))
	if err != nil {
		count = 2000
	}
	a := testkit.Install(b, open(b, b.TempDir()))
	a.Cove = a.Create(a.Operator, `{"name":"Cove","email":"ops@cove.example","planKey":"platform"}`)
	for n := range count {
		a.Row(a.Cove, fmt.Sprintf("Row %d", n), func(c *customers.Customer) {
			c.Email, c.MerchantKey = fmt.Sprintf("row%d@cove.example", n), fmt.Sprint(n)
		})
	}
	var text []byte
	b.Run("export", func(b *testing.B) {
		for b.Loop() {
			text, _ = export(b, a, fileKey(), tenancy.ID{})
		}
		b.ReportMetric(float64(count)*float64(b.N)/b.Elapsed().Seconds(), "customers/s")
	})
	b.Run("import", func(b *testing.B) {
		for b.Loop() {
			b.StopTimer()
			to := testkit.Vacant(b, open(b, b.TempDir()))
			b.StartTimer()
			report, err := transfer.Import(b.Context(), bytes.NewReader(text), options(to, fileKey()))
			if err != nil || !report.Whole() {
				b.Fatal(err)
			}
		}
		b.ReportMetric(float64(count)*float64(b.N)/b.Elapsed().Seconds(), "customers/s")
	})
}
