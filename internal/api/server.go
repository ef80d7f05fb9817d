package api

import (
	"net/http"
	"slices"
	"strings"
	"sync/atomic"

	"github.com/labstack/echo/v4"

	"tenantry/internal/app"
	"tenantry/internal/dialect"
)

// Server serves a app.App over HTTP. It is safe for concurrent use.
type Server struct {
	service *app.App
	options Options
	limits  *limits
	// unproven is the rate of messages whose signature does not hold, for each address.
	unproven *buckets
	load     *inFlight
	metrics  *metrics
	pages    struct{ index, document page }
	// draining is true once the service is about to stop; working counts the handlers at
	// work, which have their whole request and have not answered yet.
	draining atomic.Bool
	working  atomic.Int64
	known    map[string]bool // the registered patterns, which may stand in logs and labels
}

// New makes a Server. The Service is required.
func New(o Options) *Server {
	o = o.withDefaults()
	s := &Server{
		service: o.Service,
		options: o,
		limits:  newLimits(o.RatePerMinute, o.TenantRatePerMinute, o.Now),
		unproven: newBuckets(unprovenPerMinute, "unproven_rate",
			"too many messages from this address are not signed as they must be; wait as Retry-After says"),
		metrics: newMetrics(o.Registry, o.Version, o.Mode, func() int { return len(o.Service.Registry.Damaged()) }),
		known:   map[string]bool{},
	}
	s.pages.index, s.pages.document = newPage("text/html; charset=utf-8", indexPage), newPage("application/yaml", openapi)
	s.load = newInFlight(o.InFlight, s.metrics.refuse)
	s.metrics.watch(o.Registry, s.load)
	watchSwept(o.Registry, o.Service.Swept)
	for _, route := range s.allRoutes(o.Dialects) {
		s.known[route.path] = true
	}
	return s
}

// Handler returns the handler of the public listener: the native API and the dialects.
func (s *Server) Handler() http.Handler {
	return s.mount(s.identify, s.options.Dialects, true)
}

// AdminHandler returns the handler of the local admin socket: the native routes with the
// authority of the operator and without a credential, acting for the customer that
// X-CUSTOMER-ID names, or for the operator itself. Never mount it on TCP.
func (s *Server) AdminHandler() http.Handler { return s.mount(s.identifyLocal, nil, false) }

// Drain makes the server not ready from now on. It serves all the same, and asks clients
// to connect anew for their next request, so that they find another process.
func (s *Server) Drain() { s.draining.Store(true) }

// Working returns how many requests are being worked on; those that are still being sent,
// and answers that are not taken, are not among them.
func (s *Server) Working() int { return int(s.working.Load()) }

// Route is one registered route.
type Route struct{ Method, Pattern string }

// Routes lists every registered route of the native API, ordered by pattern and method.
func (s *Server) Routes() []Route {
	var list []Route
	for _, route := range s.routes() {
		list = append(list, Route{Method: route.method, Pattern: route.path})
	}
	slices.SortFunc(list, func(a, b Route) int {
		return strings.Compare(a.Pattern+" "+a.Method, b.Pattern+" "+b.Method)
	})
	return list
}

// mount registers every route on a fresh Echo, with the given identifier of callers. What
// is bounded has no more at work than Options.InFlight.
func (s *Server) mount(identify identifier, dialects []dialect.Dialect, bounded bool) http.Handler {
	e := echo.New()
	e.HideBanner, e.HidePort = true, true
	e.Use(s.observe(dialects, bounded))
	for _, route := range s.allRoutes(dialects) {
		e.Add(route.method, route.path, s.run(route, identify))
	}
	return e
}

// allRoutes returns the native routes and then those of dialects: of two routes for the
// same requests the later one serves them.
func (s *Server) allRoutes(dialects []dialect.Dialect) []route {
	list := s.routes()
	for _, vendor := range dialects {
		list = append(list, s.dialectRoutes(vendor)...)
	}
	return list
}
