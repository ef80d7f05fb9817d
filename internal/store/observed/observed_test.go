package observed_test

import (
	"context"
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"reflect"
	"slices"
	"testing"

	"github.com/prometheus/client_golang/prometheus"
	dto "github.com/prometheus/client_model/go"

	"tenantry/customers"
	"tenantry/customers/rows"
	"tenantry/internal/store"
	"tenantry/internal/store/observed"
	"tenantry/internal/testkit"
	"tenantry/tenancy"
)

// Every operation of a store is observed under its own name: one that a port adds must be
// added there too, because an embedded store would answer it unseen.
func TestEveryOperationIsObserved(t *testing.T) {
	t.Parallel()
	paths, err := filepath.Glob("calls*.go")
	testkit.Must(t, err)
	var all []ast.Decl
	for _, path := range paths {
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
		testkit.Must(t, err)
		all = append(all, file.Decls...)
	}
	names := map[string]string{}
	for _, decl := range all {
		method, ok := decl.(*ast.FuncDecl)
		if !ok {
			continue
		}
		ast.Inspect(method, func(node ast.Node) bool {
			if name, ok := node.(*ast.BasicLit); ok && name.Kind == token.STRING {
				names[method.Name.Name] = name.Value
			}
			return true
		})
	}
	unobserved := []string{"Close", "Damaged"} // the end of the store, and what it remembers
	for method := range reflect.TypeFor[store.Store]().Methods() {
		if want := `"` + method.Name + `"`; names[method.Name] != want && !slices.Contains(unobserved, method.Name) {
			t.Errorf("%s is observed as %q", method.Name, names[method.Name])
		}
	}
}

// failing is a store whose reads end as the test says.
type failing struct {
	store.Store
	err error
}

func (f failing) Get(context.Context, tenancy.Ref) (*customers.Customer, error) { return nil, f.err }

func (f failing) InsertAll(context.Context, []rows.Insertion, bool) []error {
	return []error{rows.ErrExists, f.err}
}

// Operations are counted by how long they took, and as failures only if the store could not
// do them: that a record is missing or was changed meanwhile is an answer.
func TestFailuresAreThoseOfTheStore(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		err    error
		failed float64
	}{
		{nil, 0}, {rows.ErrNotFound, 0}, {rows.ErrStale, 0}, {rows.Full{}, 0}, {context.Canceled, 0}, {rows.ErrBusy, 0},
		{rows.ErrUnavailable, 1}, {context.DeadlineExceeded, 1}, {errors.New("broken"), 1}, {rows.ErrReplaced, 1},
	} {
		name := "none"
		if row.err != nil {
			name = row.err.Error()
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			observer := observed.New("")
			of := observer.Store(failing{err: row.err})
			_, _ = of.Get(t.Context(), tenancy.Ref{})
			_ = of.InsertAll(t.Context(), nil, false)
			registry := prometheus.NewRegistry()
			registry.MustRegister(observer.Metrics()...)
			found, err := registry.Gather()
			testkit.Must(t, err)
			took, failed := map[string]uint64{}, map[string]float64{}
			for _, family := range found {
				for _, one := range family.GetMetric() {
					if family.GetType() == dto.MetricType_HISTOGRAM {
						took[one.GetLabel()[0].GetValue()] = one.GetHistogram().GetSampleCount()
					} else {
						failed[one.GetLabel()[0].GetValue()] = one.GetCounter().GetValue()
					}
				}
			}
			for _, operation := range []string{"Get", "InsertAll"} {
				if took[operation] != 1 || failed[operation] != row.failed {
					t.Errorf("%s: %d took time, %v failed", operation, took[operation], failed[operation])
				}
			}
		})
	}
}
