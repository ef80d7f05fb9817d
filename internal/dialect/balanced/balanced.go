package balanced

import (
	"cmp"
	"net/http"
	"strings"
	"time"

	"tenantry/customers/access"
	"tenantry/customers/idempotency"
	"tenantry/internal/app"
	"tenantry/internal/dialect"
	"tenantry/internal/secret"
)

const (
	root      = "/v1"
	mediaJSON = "application/json" // exactly: clients compare it byte by byte
	mediaForm = "application/x-www-form-urlencoded"

	// The default sign-ups per minute: of one network address, and altogether.
	signUpsPerAddress = 10
	signUpsAltogether = 60
)

// The prefixes of ids, which tell what a thing is.
const (
	prefixCustomer = "CU"
	prefixCard     = "CC"
	prefixBank     = "BA"
	prefixKey      = "AK"
	prefixProof    = "BZ"
	prefixRequest  = "OHM"
)

// Options are what a Handler is made of; Service and the plans are required.
type Options struct {
	Service *app.App
	// Plan is the plan of customers, TenantPlan that of those who sign up.
	Plan, TenantPlan string
	// Sandbox marks marketplaces as test ones.
	Sandbox bool
	// SignUp offers a key to whoever asks, in a sandbox: so many a minute to one network
	// address, and so many altogether. The defaults are 10 and 60.
	SignUp                                    bool
	AddressSignUpsPerMinute, SignUpsPerMinute int
	// Now is the clock of the sign-up limits; default time.Now.
	Now func() time.Time
}

// Handler is the Balanced dialect of a service. It is safe for concurrent use.
type Handler struct {
	service  *app.App
	options  Options
	throttle *dialect.Throttle
}

// handler serves a route.
type handler = func(x *dialect.Request) (idempotency.Answer, error)

var _ dialect.Dialect = (*Handler)(nil)

// New makes the dialect.
func New(o Options) *Handler {
	if o.Now == nil {
		o.Now = time.Now
	}
	return &Handler{
		service: o.Service, options: o,
		throttle: dialect.NewThrottle(
			cmp.Or(o.AddressSignUpsPerMinute, signUpsPerAddress), cmp.Or(o.SignUpsPerMinute, signUpsAltogether), o.Now,
		),
	}
}

// Owns reports whether a path is below /v1.
func (*Handler) Owns(path string) bool { return path == root || strings.HasPrefix(path, root+"/") }

// Presented takes the user name of HTTP Basic for the secret key. Clients send what they
// like as the password.
func (*Handler) Presented(r *http.Request) (access.Presented, error) {
	key, _, _ := dialect.BasicCredentials(r)
	return access.Presented{Bearer: secret.New(key), Itself: true}, nil
}

// IdempotencyKey returns none: the vendor has no such keys.
func (*Handler) IdempotencyKey(*http.Request) (string, error) { return "", nil }

// KeepsRefusal is never asked, since there are no idempotency keys.
func (*Handler) KeepsRefusal(int) bool { return false }

// Echoes sends nothing back.
func (*Handler) Echoes(*http.Request) map[string]string { return nil }

// Routes lists the routes.
func (f *Handler) Routes() []dialect.Route {
	const (
		customer    = root + "/customers/:id"
		card        = customer + "/cards/:instrument"
		bank        = customer + "/bank_accounts/:instrument"
		marketplace = root + "/marketplaces/:mp"
		ownCard     = marketplace + "/cards/:instrument"
		ownBank     = marketplace + "/bank_accounts/:instrument"
		bareBank    = root + "/bank_accounts/:instrument"
	)
	var list []dialect.Route
	add := func(method, pattern string, serve handler) {
		list = append(list, dialect.Route{Method: method, Pattern: pattern, Serve: serve, Media: []string{mediaForm}})
		if method == http.MethodGet {
			list = append(list, dialect.Route{Method: http.MethodHead, Pattern: pattern, Serve: serve})
		}
	}
	list = append(list, dialect.Route{
		Method: http.MethodPost, Pattern: root + "/api_keys", Serve: f.createKey, Guest: isStranger, Media: []string{mediaForm},
	})
	add(http.MethodGet, root+"/api_keys", f.listKeys)
	add(http.MethodGet, root+"/api_keys/:key", f.getKey)
	add(http.MethodDelete, root+"/api_keys/:key", f.deleteKey)
	add(http.MethodGet, root+"/merchants", f.listMerchants)
	add(http.MethodGet, root+"/merchants/:merchant", f.getMerchant)
	add(http.MethodPost, root+"/marketplaces", f.openMarketplace)
	add(http.MethodGet, root+"/marketplaces", f.listMarketplaces)
	add(http.MethodGet, marketplace, f.getMarketplace)
	add(http.MethodGet, marketplace+"/", f.getMarketplace) // as the vendor's Node client asks

	add(http.MethodPost, root+"/customers", f.createCustomer)
	add(http.MethodGet, root+"/customers", f.listCustomers)
	add(http.MethodGet, customer, f.getCustomer)
	add(http.MethodPut, customer, f.updateCustomer)
	add(http.MethodDelete, customer, f.deleteCustomer)
	for name, kind := range happened {
		add(http.MethodGet, customer+"/"+name, f.listActivities(name, kind))
	}
	for kind := range activityPrefixes {
		add(http.MethodGet, root+"/"+string(kind)+"s/:activity", f.getActivity(kind))
	}

	add(http.MethodGet, customer+"/cards", f.listInstruments(cards))
	add(http.MethodPost, customer+"/cards", f.attachInstrument(cards))
	add(http.MethodGet, customer+"/bank_accounts", f.listInstruments(banks))
	add(http.MethodPost, customer+"/bank_accounts", f.attachInstrument(banks))
	add(http.MethodGet, marketplace+"/cards", f.listAllInstruments(cards))
	add(http.MethodGet, marketplace+"/bank_accounts", f.listAllInstruments(banks))
	add(http.MethodGet, root+"/bank_accounts", f.listAllInstruments(banks))
	add(http.MethodPost, marketplace+"/cards", f.keepInstrument(cards))
	add(http.MethodPost, marketplace+"/bank_accounts", f.keepInstrument(banks))
	add(http.MethodPost, root+"/bank_accounts", f.keepInstrument(banks))
	for pattern, kind := range map[string]kind{card: cards, ownCard: cards, bank: banks, ownBank: banks, bareBank: banks} {
		add(http.MethodGet, pattern, f.getInstrument(kind))
		add(http.MethodPut, pattern, f.changeInstrument(kind))
		add(http.MethodDelete, pattern, f.deleteInstrument(kind))
	}
	for _, pattern := range []string{bank, ownBank, bareBank} {
		add(http.MethodPost, pattern+"/verifications", f.startVerification)
		add(http.MethodGet, pattern+"/verifications", f.listVerifications)
		add(http.MethodGet, pattern+"/verifications/:verification", f.getVerification)
		add(http.MethodPut, pattern+"/verifications/:verification", f.confirmVerification)
	}
	return list
}
