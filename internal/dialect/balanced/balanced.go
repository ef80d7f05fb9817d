package balanced

import (
	"net/http"
	"strings"
	"time"

	"tenantry/customers"
	"tenantry/internal/dialect"
	"tenantry/internal/secret"
)

const (
	root      = "/v1"
	mediaJSON = "application/json" // exactly: clients compare it byte by byte
	mediaForm = "application/x-www-form-urlencoded"

	// Sign-ups per minute: of one network address, and altogether.
	signUpsPerAddress = 10
	signUpsAltogether = 60
)

// The prefixes of ids, which tell what a thing is.
const (
	prefixCustomer = "CU"
	prefixCard     = "CC"
	prefixBank     = "BA"
	prefixKey      = "AK"
	prefixRequest  = "OHM"
)

// Options are what a Dialect is made of; Service and the plans are required.
type Options struct {
	Service *customers.Service
	// Plan is the plan of customers, TenantPlan that of those who sign up.
	Plan, TenantPlan string
	// Sandbox offers the sign-up without a key, and marks marketplaces as test ones.
	Sandbox bool
	// Now is the clock of the sign-up limits; default time.Now.
	Now func() time.Time
}

// Dialect is the Balanced face of a service. It is safe for concurrent use.
type Dialect struct {
	service  *customers.Service
	options  Options
	throttle *dialect.Throttle
}

var _ dialect.Dialect = (*Dialect)(nil)

// New makes a Dialect.
func New(o Options) *Dialect {
	if o.Now == nil {
		o.Now = time.Now
	}
	return &Dialect{
		service: o.Service, options: o,
		throttle: dialect.NewThrottle(signUpsPerAddress, signUpsAltogether, o.Now),
	}
}

// Owns tells whether a path is below /v1.
func (*Dialect) Owns(path string) bool { return path == root || strings.HasPrefix(path, root+"/") }

// Present takes the user name of HTTP Basic for the secret key. Clients send what they
// like as the password.
func (*Dialect) Present(r *http.Request) customers.Presented {
	key, _, _ := r.BasicAuth()
	return customers.Presented{Bearer: secret.New(key)}
}

// Routes lists the routes.
func (d *Dialect) Routes() []dialect.Route {
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
	add := func(method, pattern string, handle dialect.Handler) {
		list = append(list, dialect.Route{Method: method, Pattern: pattern, Handle: handle, Media: mediaForm})
		if method == http.MethodGet {
			list = append(list, dialect.Route{Method: http.MethodHead, Pattern: pattern, Handle: handle})
		}
	}
	list = append(list, dialect.Route{Method: http.MethodPost, Pattern: root + "/api_keys", Handle: d.signUp, Open: true, Media: mediaForm})
	add(http.MethodPost, root+"/marketplaces", d.openMarketplace)
	add(http.MethodGet, root+"/marketplaces", d.listMarketplaces)
	add(http.MethodGet, marketplace, d.getMarketplace)

	add(http.MethodPost, root+"/customers", d.createCustomer)
	add(http.MethodGet, root+"/customers", d.listCustomers)
	add(http.MethodGet, customer, d.getCustomer)
	add(http.MethodPut, customer, d.updateCustomer)
	add(http.MethodDelete, customer, d.deleteCustomer)
	for name, kind := range happened {
		add(http.MethodGet, customer+"/"+name, d.listActivities(name, kind))
	}

	add(http.MethodGet, customer+"/cards", d.listInstruments(cards))
	add(http.MethodPost, customer+"/cards", d.attachInstrument(cards))
	add(http.MethodGet, customer+"/bank_accounts", d.listInstruments(banks))
	add(http.MethodPost, customer+"/bank_accounts", d.attachInstrument(banks))
	add(http.MethodPost, marketplace+"/cards", d.keepInstrument(cards))
	add(http.MethodPost, marketplace+"/bank_accounts", d.keepInstrument(banks))
	add(http.MethodPost, root+"/bank_accounts", d.keepInstrument(banks))
	for pattern, kind := range map[string]kind{card: cards, ownCard: cards, bank: banks, ownBank: banks, bareBank: banks} {
		add(http.MethodGet, pattern, d.getInstrument(kind))
		add(http.MethodPut, pattern, d.changeInstrument(kind))
		add(http.MethodDelete, pattern, d.deleteInstrument(kind))
	}
	return list
}
