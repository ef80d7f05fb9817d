package api

import (
	"net/http"

	"tenantry/customers"
	"tenantry/internal/dialect"
)

// route is one registered route.
type route struct {
	method, path string
	operation    operation
	access       access
	// face is whose route it is; nil for the native API.
	face dialect.Face
	// guest tells of a request that it is served without a credential; nil for none.
	guest func(*http.Request) bool
	// media are media types that bodies may have beside JSON.
	media []string
	// maxBody is the longest body in bytes; 0 is the usual bound.
	maxBody int64
	// versioned routes honor If-Match.
	versioned bool
	// proven routes are open, but prove by themselves who sends a body.
	proven bool
	// cors routes may be called from any page in a browser.
	cors bool
}

// routes is the table of all routes. What is under /v3 is signed unless it says
// otherwise.
func (s *Server) routes() []route {
	list := []route{
		{method: http.MethodGet, path: "/", operation: s.index, access: open},
		{method: http.MethodGet, path: "/openapi.yaml", operation: s.document, access: open},
		{method: http.MethodGet, path: pathHealthy, operation: s.healthy, access: open},
		{method: http.MethodGet, path: pathReady, operation: s.ready, access: open},

		{method: http.MethodPost, path: "/v3/oauth/token", operation: s.grantToken, access: open, media: []string{mediaForm}},
		{method: http.MethodPost, path: "/v3/tokens", operation: s.tokenise, access: browser, cors: true},
		{method: http.MethodOptions, path: "/v3/tokens", operation: preflight, access: open, cors: true},

		{method: http.MethodPost, path: "/v3/identity/verdicts", operation: s.receiveVerdict, access: open, proven: true},
		{method: http.MethodGet, path: "/v3/whoami", operation: s.whoAmI},
		{method: http.MethodGet, path: "/v3/plans", operation: s.listPlans},

		{method: http.MethodPost, path: "/v3/customers", operation: s.createCustomer},
		{method: http.MethodGet, path: "/v3/customers", operation: s.listCustomers},
		{method: http.MethodPost, path: "/v3/customers/accounts", operation: s.createCustomer},
		{method: http.MethodGet, path: "/v3/customers/accounts", operation: s.listCustomers},
		{method: http.MethodGet, path: "/v3/customers/timezone", operation: timezone},
		{method: http.MethodGet, path: "/v3/customers/:id", operation: s.getCustomer},
		{method: http.MethodHead, path: "/v3/customers/:id", operation: s.getCustomer},
		{method: http.MethodPut, path: "/v3/customers/:id", operation: s.updateCustomer, versioned: true},
		{method: http.MethodPatch, path: "/v3/customers/:id", operation: s.updateCustomer, versioned: true},
		{method: http.MethodDelete, path: "/v3/customers/:id", operation: s.deleteCustomer, versioned: true},
		{method: http.MethodGet, path: "/v3/customers/:id/unmasked", operation: s.unmasked},
		{method: http.MethodGet, path: "/v3/customers/:id/plan-status", operation: s.planStatus},

		{method: http.MethodGet, path: "/v3/customers/:id/events", operation: s.listCustomerEvents},
		{method: http.MethodGet, path: "/v3/events", operation: s.listEvents},
		{method: http.MethodGet, path: "/v3/events/:eid", operation: s.getEvent},
		{method: http.MethodPost, path: "/v3/events/:eid/verify", operation: s.verifyEvent},
		{method: http.MethodPost, path: "/v3/events/:eid/redeliver", operation: s.redeliverEvent},
		{method: http.MethodGet, path: "/v3/events/:eid/deliveries", operation: s.eventDeliveries},
		{method: http.MethodGet, path: "/v3/customers/:id/activities", operation: s.listActivities},
		{method: http.MethodPost, path: "/v3/customers/:id/activities", operation: s.recordActivity},
	}
	for _, part := range s.parts() {
		list = append(list, under("/v3/customers/:id", part), under("/v3", part))
	}
	return list
}

// parts are what belongs to one customer: each is registered under
// `/v3/customers/:id` and, for the subject itself, under `/v3`.
func (s *Server) parts() []route {
	return []route{
		{method: http.MethodGet, path: "/keys", operation: s.listKeys},
		{method: http.MethodPost, path: "/keys", operation: s.mintKey},
		{method: http.MethodPost, path: "/keys/rotate", operation: s.rotateKeys},
		{method: http.MethodDelete, path: "/keys/:kid", operation: s.revokeKey},

		{method: http.MethodGet, path: "/banks", operation: s.listBanks},
		{method: http.MethodPost, path: "/banks", operation: s.addBank},
		{method: http.MethodGet, path: "/banks/:bid", operation: s.getBank},
		{method: http.MethodPut, path: "/banks/:bid", operation: s.updateBank},
		{method: http.MethodPut, path: "/banks/:bid/default", operation: s.setDefaultBank},
		{method: http.MethodGet, path: "/banks/:bid/drops", operation: s.dropAmounts},
		{method: http.MethodPost, path: "/banks/:bid/drops", operation: s.startDrops},
		{method: http.MethodPut, path: "/banks/:bid/drops", operation: s.confirmDrops},

		{method: http.MethodGet, path: "/cards", operation: s.listCards},
		{method: http.MethodPost, path: "/cards", operation: s.addCard},
		{method: http.MethodGet, path: "/cards/:cid", operation: s.getCard},
		{method: http.MethodPut, path: "/cards/:cid", operation: s.updateCard},
		{method: http.MethodDelete, path: "/cards/:cid", operation: s.deleteCard},

		{method: http.MethodGet, path: "/users", operation: s.listUsers},
		{method: http.MethodPost, path: "/users", operation: s.addUser},
		{method: http.MethodPatch, path: "/users/:uid", operation: s.updateUser},

		{method: http.MethodGet, path: "/webhooks", operation: s.listWebhooks},
		{method: http.MethodGet, path: "/webhooks/:wid", operation: s.getWebhook},
		{method: http.MethodPost, path: "/webhooks/:wid/secret", operation: s.renewWebhookSecret},
		{method: http.MethodPost, path: "/webhooks/:wid/enable", operation: s.enableWebhook},
		{method: http.MethodPost, path: "/webhooks/:wid/test", operation: s.testWebhook},
		{method: http.MethodGet, path: "/webhooks/:wid/deliveries", operation: s.webhookDeliveries},

		{method: http.MethodGet, path: "/documents", operation: s.listDocuments},
		{method: http.MethodPost, path: "/documents", operation: s.addDocument, media: []string{dialect.MediaUpload}, maxBody: customers.MaxDocumentSize + uploadRoom},
		{method: http.MethodGet, path: "/documents/:did", operation: s.getDocument},
		{method: http.MethodPatch, path: "/documents/:did", operation: s.decideDocument},
		{method: http.MethodGet, path: "/documents/:did/file", operation: s.documentFile},

		{method: http.MethodGet, path: "/owners", operation: s.listOwners},
		{method: http.MethodPost, path: "/owners", operation: s.addOwner},
		{method: http.MethodGet, path: "/owners/:oid", operation: s.getOwner},
		{method: http.MethodPut, path: "/owners/:oid", operation: s.updateOwner},
		{method: http.MethodDelete, path: "/owners/:oid", operation: s.removeOwner},
		{method: http.MethodGet, path: "/ownership", operation: s.getOwnership},
		{method: http.MethodPost, path: "/ownership", operation: s.certifyOwnership},

		{method: http.MethodGet, path: "/identity", operation: s.getIdentity},
		{method: http.MethodPatch, path: "/identity", operation: s.decideIdentity},
		{method: http.MethodPost, path: "/identity/refresh", operation: s.refreshIdentity},
		{method: http.MethodPost, path: "/identity/retry", operation: s.retryIdentity},
		{method: http.MethodPost, path: "/identity/kba", operation: s.startQuestions},
		{method: http.MethodGet, path: "/identity/kba", operation: s.getQuestions},
		{method: http.MethodPost, path: "/identity/kba/answers", operation: s.answerQuestions},
	}
}

func under(prefix string, part route) route {
	part.path = prefix + part.path
	return part
}
