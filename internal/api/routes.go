package api

import (
	"net/http"
	"reflect"
	"runtime"
	"strings"

	"tenantry/customers/evidence"
	"tenantry/internal/dialect"
)

// route is one registered route.
type route struct {
	method, path string
	handler      handler
	access       access
	// dialect owns the route; nil for the native API.
	dialect dialect.Dialect
	// guest reports whether a request is served without a credential; nil for never.
	guest func(*http.Request) bool
	// media are media types that bodies may have beside JSON.
	media []string
	// maxBody is the longest body in bytes; 0 is the usual limit.
	maxBody int64
	// await, where set, is asked before the body is read whether the caller may send a
	// file; the body is then a form, whose file is received piece by piece.
	await func(req *request) (*evidence.Upload, error)
	// query are the parameters that the native route knows; one that ends with a dot stands
	// for all that begin with it.
	query []string
	// stream, where set, serves the route in place of handler: it reads the body by itself
	// while it answers, for as long as that takes.
	stream func(req *request) error
	// noDryRun says why a native route that may change something refuses dryRun; empty for one
	// that takes it.
	noDryRun string
	// versioned routes honor If-Match.
	versioned bool
	// prove, where set, is asked before the body is read whether it may come from somebody
	// who is known: the route is open, and verifies by itself who sent the body.
	prove func(req *request) error
	// itself routes are about the signer: an access token need name no subject.
	itself bool
	// cors routes may be called from any page in a browser.
	cors bool
	// serves is the function behind the handler, where that is not it.
	serves any
	// reveals routes answer a read with what is masked everywhere else.
	reveals bool
}

// The parameters of lists.
var (
	listParameters = []string{
		"limit", "offset", "cursor", "order", "deep", "status", "planKey", "merchantKey", "externalId", "email", "name",
		"createdFrom", "createdTo", "lastUpdatedFrom", "meta.", "identityStatus", "planStatus", "needed", "webhooks", "q",
	}
	eventParameters = []string{"customer", "type", "from", "to", "limit", "cursor"}
	payerParameters = []string{
		"limit", "offset", "cursor", "order", "status", "externalId", "email", "name", "createdFrom", "createdTo", "lastUpdatedFrom", "meta.",
	}
	activityParameters = []string{"type", "order", "limit", "offset", "cursor"}
)

// routes returns the table of all routes. Those under /v3 are signed unless the table
// says otherwise.
func (s *Server) routes() []route {
	list := []route{
		{method: http.MethodGet, path: "/", handler: s.index, access: open},
		{method: http.MethodGet, path: "/openapi.yaml", handler: s.documentYAML, query: []string{parameterFor}, access: open},
		{method: http.MethodGet, path: "/openapi.json", handler: s.documentJSON, query: []string{parameterFor}, access: open},
		{method: http.MethodGet, path: pathHealthy, handler: s.healthy, access: open},
		{method: http.MethodGet, path: pathReady, handler: s.ready, access: open},

		{method: http.MethodPost, path: "/v3/oauth/token", handler: s.grantToken, access: open, media: []string{mediaForm}, noDryRun: reasonSignIn},
		{method: http.MethodPost, path: "/v3/oauth/revoke", handler: s.revokeToken, access: open, media: []string{mediaForm}, noDryRun: reasonSignIn},
		{method: http.MethodPost, path: "/v3/invitations/accept", handler: s.acceptInvitation, access: open, noDryRun: reasonSignIn},
		{method: http.MethodPost, path: "/v3/tokens", handler: s.tokenize, access: browser, cors: true},
		{method: http.MethodOptions, path: "/v3/tokens", handler: preflight(http.MethodPost), access: open, cors: true},

		{method: http.MethodPost, path: "/v3/identity/verdicts", handler: s.receiveVerdict, access: open, prove: s.awaitVerdict, noDryRun: reasonProvider},
		{method: http.MethodGet, path: "/v3/whoami", handler: s.whoAmI, itself: true},
		{method: http.MethodGet, path: "/v3/users/me", handler: s.ownUser, itself: true},
		{method: http.MethodPut, path: "/v3/users/me/password", handler: s.changeOwnPassword, itself: true, noDryRun: reasonGuess},
		{method: http.MethodDelete, path: "/v3/keys/current", handler: s.revokeOwnKey, query: []string{"cascade"}},
		{method: http.MethodGet, path: "/v3/plans", handler: s.listPlans},
		{method: http.MethodGet, path: "/v3/plans/:key/requirements", handler: s.planRequirements, query: []string{"country", "entityType"}},
		{method: http.MethodPost, path: "/v3/plan-status/preview", handler: s.previewPlanStatus, noDryRun: reasonPreview},
		{method: http.MethodGet, path: "/v3/drops", handler: s.listDrops, reveals: true, query: []string{"status", "format", "reason", "limit", "cursor"}},

		{method: http.MethodPost, path: "/v3/customers", handler: s.createCustomer},
		{method: http.MethodGet, path: "/v3/customers", handler: s.listCustomers, query: listParameters},
		{method: http.MethodPost, path: bulkPath, stream: s.createCustomers, query: []string{"continueOnError", "keys"}},
		{method: http.MethodPost, path: "/v3/customers/accounts", handler: s.createAccount},
		{method: http.MethodGet, path: "/v3/customers/accounts", handler: s.listCustomers, query: listParameters},
		{method: http.MethodGet, path: "/v3/customers/timezone", handler: timezone},
		{method: http.MethodGet, path: "/v3/customers/summary", handler: s.summarizeCustomers, query: []string{"deep"}},
		{method: http.MethodGet, path: "/v3/customers/:id", handler: s.getCustomer},
		{method: http.MethodHead, path: "/v3/customers/:id", handler: s.getCustomer},
		{method: http.MethodPut, path: "/v3/customers/:id", handler: s.updateCustomer, versioned: true},
		{method: http.MethodPatch, path: "/v3/customers/:id", handler: s.updateCustomer, versioned: true},
		{method: http.MethodDelete, path: "/v3/customers/:id", handler: s.deleteCustomer, versioned: true},
		{method: http.MethodGet, path: "/v3/customers/:id/unmasked", handler: s.unmasked, reveals: true, query: []string{"reason"}},
		{method: http.MethodGet, path: "/v3/customers/:id/plan-status", handler: s.planStatus, query: []string{"plan", "at"}},
		{method: http.MethodPost, path: "/v3/customers/:id/plan-status/preview", handler: s.previewChange, noDryRun: reasonPreview},

		{method: http.MethodGet, path: "/v3/merchants/:vanityName", handler: s.merchantProfile, access: browser, guest: bare, cors: true},
		{method: http.MethodOptions, path: "/v3/merchants/:vanityName", handler: preflight(http.MethodGet), access: open, cors: true},
		{method: http.MethodPost, path: "/v3/payers", handler: s.createPayer},
		{method: http.MethodGet, path: "/v3/payers", handler: s.listPayers, query: payerParameters},
		{method: http.MethodGet, path: "/v3/payers/:pid", handler: s.getPayer},
		{method: http.MethodPut, path: "/v3/payers/:pid", handler: s.updatePayer, versioned: true},
		{method: http.MethodPatch, path: "/v3/payers/:pid", handler: s.updatePayer, versioned: true},

		{method: http.MethodGet, path: "/v3/customers/:id/events", handler: s.listCustomerEvents, query: eventParameters[1:]},
		{method: http.MethodGet, path: "/v3/events", handler: s.listEvents, query: eventParameters},
		{method: http.MethodGet, path: streamPath, stream: s.streamEvents, query: []string{"customer", "type", "from", "to", "lastEventId"}},
		{method: http.MethodGet, path: "/v3/events/:eid", handler: s.getEvent},
		{method: http.MethodPost, path: "/v3/events/:eid/verify", handler: s.verifyEvent, noDryRun: reasonPreview},
		{method: http.MethodPost, path: "/v3/events/:eid/redeliver", handler: s.redeliverEvent},
		{method: http.MethodGet, path: "/v3/events/:eid/deliveries", handler: s.eventDeliveries},
		{method: http.MethodGet, path: "/v3/customers/:id/activities", handler: s.listActivities, query: activityParameters},
		{method: http.MethodPost, path: "/v3/customers/:id/activities", handler: s.recordActivity},
	}
	for _, part := range s.parts() {
		list = append(list, under("/v3/customers/:id", part), under("/v3", part))
	}
	return list
}

// parts returns the routes of what belongs to one customer: each is registered under
// `/v3/customers/:id` and, for the subject itself, under `/v3`.
func (s *Server) parts() []route {
	return []route{
		{method: http.MethodGet, path: "/keys", handler: s.listKeys},
		{method: http.MethodPost, path: "/keys", handler: s.mintKey},
		{method: http.MethodPost, path: "/keys/rotate", handler: s.rotateKeys},
		{method: http.MethodDelete, path: "/keys/:kid", handler: s.revokeKey, query: []string{"cascade"}},

		{method: http.MethodGet, path: "/banks", handler: s.listBanks},
		{method: http.MethodPost, path: "/banks", handler: s.addBank},
		{method: http.MethodGet, path: "/banks/:bid", handler: s.getBank},
		{method: http.MethodPut, path: "/banks/:bid", handler: s.updateBank},
		{method: http.MethodPut, path: "/banks/:bid/default", handler: s.setDefaultBank},
		{method: http.MethodGet, path: "/banks/:bid/drops", handler: s.dropAmounts},
		{method: http.MethodPost, path: "/banks/:bid/drops", handler: s.startDrops},
		{method: http.MethodPut, path: "/banks/:bid/drops", handler: s.confirmDrops, noDryRun: reasonGuess},
		{method: http.MethodPut, path: "/banks/:bid/drops/sent", handler: s.markDropsSent},

		{method: http.MethodGet, path: "/cards", handler: s.listCards},
		{method: http.MethodPost, path: "/cards", handler: s.addCard},
		{method: http.MethodGet, path: "/cards/:cid", handler: s.getCard},
		{method: http.MethodPut, path: "/cards/:cid", handler: s.updateCard},
		{method: http.MethodDelete, path: "/cards/:cid", handler: s.deleteCard},

		{method: http.MethodGet, path: "/users", handler: s.listUsers},
		{method: http.MethodPost, path: "/users", handler: s.addUser},
		{method: http.MethodPatch, path: "/users/:uid", handler: s.updateUser, query: []string{"cascade"}},
		{method: http.MethodGet, path: "/users/invitations", handler: s.listInvitations},
		{method: http.MethodPost, path: "/users/invitations", handler: s.invite},
		{method: http.MethodDelete, path: "/users/invitations/:iid", handler: s.endInvitation},

		{method: http.MethodGet, path: "/webhooks", handler: s.listWebhooks},
		{method: http.MethodGet, path: "/webhooks/:wid", handler: s.getWebhook},
		{method: http.MethodPost, path: "/webhooks/:wid/secret", handler: s.renewWebhookSecret},
		{method: http.MethodPost, path: "/webhooks/:wid/enable", handler: s.enableWebhook},
		{method: http.MethodPost, path: "/webhooks/:wid/test", handler: s.testWebhook},
		{method: http.MethodPost, path: "/webhooks/:wid/replay", handler: s.replayWebhook},
		{method: http.MethodGet, path: "/webhooks/:wid/deliveries", handler: s.webhookDeliveries, query: []string{"limit", "cursor"}},

		{method: http.MethodGet, path: "/documents", handler: s.listDocuments, query: []string{"ownerId", "status", "deep", "limit", "cursor"}},
		{method: http.MethodPost, path: "/documents", handler: s.addDocument, await: s.awaitDocument, media: []string{dialect.MediaUpload}, maxBody: evidence.MaxDocumentSize + uploadRoom},
		{method: http.MethodGet, path: "/documents/:did", handler: s.getDocument},
		{method: http.MethodPatch, path: "/documents/:did", handler: s.decideDocument},
		{method: http.MethodGet, path: "/documents/:did/file", handler: s.documentFile, reveals: true, query: []string{"reason"}},

		{method: http.MethodGet, path: "/owners", handler: s.listOwners},
		{method: http.MethodPost, path: "/owners", handler: s.addOwner},
		{method: http.MethodGet, path: "/owners/:oid", handler: s.getOwner},
		{method: http.MethodPut, path: "/owners/:oid", handler: s.updateOwner},
		{method: http.MethodDelete, path: "/owners/:oid", handler: s.removeOwner},
		{method: http.MethodGet, path: "/ownership", handler: s.getOwnership},
		{method: http.MethodPost, path: "/ownership", handler: s.certifyOwnership},

		{method: http.MethodGet, path: "/onboarding-links", handler: s.listLinks},
		{method: http.MethodPost, path: "/onboarding-links", handler: s.mintLink},
		{method: http.MethodDelete, path: "/onboarding-links/:lid", handler: s.endLink},

		{method: http.MethodGet, path: "/identity", handler: s.getIdentity},
		{method: http.MethodPatch, path: "/identity", handler: s.decideIdentity},
		{method: http.MethodPost, path: "/identity/refresh", handler: s.refreshIdentity},
		{method: http.MethodPost, path: "/identity/retry", handler: s.retryIdentity},
		{method: http.MethodPost, path: "/identity/kba", handler: s.startQuestions},
		{method: http.MethodGet, path: "/identity/kba", handler: s.getQuestions},
		{method: http.MethodPost, path: "/identity/kba/answers", handler: s.answerQuestions, noDryRun: reasonGuess},
	}
}

// work returns the name of what serves the route, such as getCustomer or
// straddle.unmasked, for traces.
func (r route) work() string {
	of, vendor := any(r.handler), ""
	if r.serves != nil {
		of, vendor = r.serves, "dialect."
	}
	// Such as tenantry/internal/api.(*Server).getCustomer-fm.
	name := runtime.FuncForPC(reflect.ValueOf(of).Pointer()).Name()
	name = strings.TrimSuffix(name[strings.LastIndexByte(name, '/')+1:], "-fm")
	owner, _, _ := strings.Cut(name, ".")
	if vendor != "" {
		vendor = owner + "."
	}
	return vendor + name[strings.LastIndexByte(name, '.')+1:]
}

func under(prefix string, part route) route {
	part.path = prefix + part.path
	return part
}
