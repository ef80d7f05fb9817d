package mongo_test

import (
	"context"
	"testing"

	"github.com/prometheus/client_golang/prometheus"

	"tenantry/internal/store/storetest"
)

// Each request to the server is timed under its command.
func TestRequestsAreMeasured(t *testing.T) {
	t.Parallel()
	uri, database := freshDatabase(t)
	s := openAt(t, uri, database)
	t.Cleanup(func() { _ = s.Close(context.Background()) })
	finds := func() (n uint64) {
		t.Helper()
		registry := prometheus.NewRegistry()
		registry.MustRegister(s.Metrics()...)
		families, err := registry.Gather()
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range families {
			for _, m := range f.GetMetric() {
				for _, label := range m.GetLabel() {
					if label.GetValue() == "find" {
						n += m.GetHistogram().GetSampleCount()
					}
				}
			}
		}
		return n
	}
	operator := storetest.Operator(opened)
	if err := s.Insert(t.Context(), operator); err != nil {
		t.Fatal(err)
	}
	before := finds()
	for range 3 {
		if _, err := s.Get(t.Context(), operator.Ref()); err != nil {
			t.Fatal(err)
		}
	}
	if n := finds() - before; n != 3 {
		t.Errorf("3 reads are measured as %d", n)
	}
}
