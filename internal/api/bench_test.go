package api_test

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/rs/zerolog"
)

// BenchmarkGetCustomer measures one authenticated read of a customer, without the
// network: a minimal one, and one with everything.
func BenchmarkGetCustomer(b *testing.B) {
	for name, body := range map[string]object{"minimal": minimal("payer"), "complete": complete()} {
		b.Run(name, func(b *testing.B) { benchmarkGet(b, body) })
	}
}

func benchmarkGet(b *testing.B, body object) {
	e := newEnv(b, func(s *setup) { s.Log, s.RatePerMinute = zerolog.Nop(), 1<<30 })
	p := e.platform()
	child, _ := p.child(body)
	handler := e.API.Handler()
	request := p.self().Request(http.MethodGet, child.path(), nil)
	b.ReportAllocs()
	for b.Loop() {
		recorder := httptest.NewRecorder()
		handler.ServeHTTP(recorder, request)
		if recorder.Code != http.StatusOK {
			b.Fatal(recorder.Code)
		}
	}
}
