package api

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"

	"github.com/labstack/echo/v4"

	"tenantry/internal/app"
	"tenantry/internal/dialect"
	"tenantry/internal/fair"
	"tenantry/tenancy"
)

// Server serves a app.App over HTTP. It is safe for concurrent use.
type Server struct {
	service *app.App
	options Options
	limits  *limits
	// bulkLimits is the rate of lines of bulks, and bulks lets their batches in.
	bulkLimits *limits
	bulks      *fair.Gate
	// unproven is the rate of messages whose signature does not hold, for each address.
	unproven *buckets
	load     *inFlight
	metrics  *metrics
	pages    struct {
		index     page
		documents documents
	}
	streams *streams
	// stopping ends once the service is about to stop, and with it every stream; stop ends it.
	stopping context.Context //nolint:containedctx // the life of the server, not of a call
	stop     context.CancelFunc
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
		service:    o.Service,
		options:    o,
		limits:     newLimits(o.RatePerMinute, o.TenantRatePerMinute, o.Now),
		bulkLimits: newLimits(bulkWeight*o.RatePerMinute, bulkWeight*o.TenantRatePerMinute, o.Now), bulks: fair.New(bulkBatches, 1, 1<<10),
		unproven: newBuckets(unprovenPerMinute, "unproven_rate",
			"too many messages from this address are not signed as they must be; wait as Retry-After says"),
		metrics: newMetrics(o.Registry, o.Version, o.Mode, func() int { return len(o.Service.Registry.Damaged()) }),
		known:   map[string]bool{},
	}
	s.pages.index, s.pages.documents = newPage("text/html; charset=utf-8", IndexPage(o.Console != nil && !o.ConsoleApart)), newDocuments()
	s.stopping, s.stop = context.WithCancel(context.Background())
	s.streams = &streams{all: o.Streams, perTenant: o.TenantStreams, of: map[tenancy.ID]int{}}
	s.load = newInFlight(o.InFlight, s.metrics.refuse)
	s.metrics.watch(o.Registry, s.load, s.streams)
	watchSwept(o.Registry, o.Service.Swept)
	for _, route := range s.allRoutes(o.Dialects) {
		s.known[route.path] = true
	}
	for _, path := range append([]string{OnboardingPath, DocsPath, assetsPath}, o.Pages...) {
		s.known[path], s.known[path+"/*"] = true, true
	}
	return s
}

// Handler returns the handler of the public listener: the native API and the dialects.
func (s *Server) Handler() http.Handler {
	paths := s.options.Pages
	if s.options.ConsoleApart {
		paths = []string{assetsPath}
	}
	return s.mount(s.identify, s.options.Dialects, true, paths...)
}

// ConsoleHandler returns the handler of a listener of the pages for people alone.
func (s *Server) ConsoleHandler() http.Handler {
	e := echo.New()
	e.HideBanner, e.HidePort = true, true
	e.Use(s.observe(nil, true))
	s.mountPages(e, s.options.Pages)
	e.GET("/", func(c echo.Context) error { return c.Redirect(http.StatusSeeOther, "console") })
	return e
}

// AdminHandler returns the handler of the local admin socket: the native routes with the
// authority of the operator and without a credential, acting for the customer that
// X-CUSTOMER-ID names, or for the operator itself. Never mount it on TCP.
func (s *Server) AdminHandler() http.Handler { return s.mount(s.identifyLocal, nil, false) }

// OnboardingPath is the path below which the pages of onboarding links are, DocsPath that of
// the reference, and assetsPath that of what all pages load.
const (
	OnboardingPath = "/onboarding"
	DocsPath       = "/docs"
	assetsPath     = "/console/assets"
)

// mountPages registers the pages for people at these paths and all below them. They answer
// for themselves, in pages and never in the envelope.
func (s *Server) mountPages(e *echo.Echo, paths []string) {
	if s.options.Console == nil {
		return
	}
	for _, path := range paths {
		s.pagesAt(e, path, s.options.Console)
	}
}

func (s *Server) pagesAt(e *echo.Echo, path string, handler http.Handler) {
	serve := s.counted(func(req *request) (response, error) {
		r := req.Request().WithContext(req.ctx)
		handler.ServeHTTP(req.Response(), r)
		return response{}, nil
	})
	for _, pattern := range []string{path, path + "/*"} {
		for _, method := range []string{http.MethodGet, http.MethodHead, http.MethodPost} {
			e.Add(method, pattern, func(c echo.Context) error {
				req := c.(*request)
				if err := req.load.admitStranger(); err != nil {
					return err
				}
				_, err := serve(req)
				return err
			})
		}
	}
}

// Drain makes the server not ready from now on. It serves all the same, and asks clients
// to connect anew for their next request, so that they find another process. Streams end.
func (s *Server) Drain() {
	s.draining.Store(true)
	s.stop()
}

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
func (s *Server) mount(identify identifier, dialects []dialect.Dialect, bounded bool, paths ...string) http.Handler {
	e := echo.New()
	e.HideBanner, e.HidePort = true, true
	e.Use(s.observe(dialects, bounded))
	for _, route := range s.allRoutes(dialects) {
		e.Add(route.method, route.path, s.run(route, identify))
	}
	s.mountPages(e, paths)
	if s.options.Onboarding != nil && bounded {
		s.pagesAt(e, OnboardingPath, s.options.Onboarding)
	}
	if s.options.Docs != nil && bounded {
		s.pagesAt(e, DocsPath, s.options.Docs)
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
