package dwolla

import (
	"net/http"

	"tenantry/customers/evidence"
	"tenantry/customers/idempotency"
	"tenantry/internal/dialect"
)

// uploadRoom is what a form with a file may take beside the file, in bytes.
const uploadRoom = 64 << 10

// Routes lists the routes.
func (f *Handler) Routes() []dialect.Route {
	const (
		one           = "/customers/:id"
		owner         = "/beneficial-owners/:id"
		funding       = "/funding-sources/:id"
		subscriptions = "/webhook-subscriptions"
	)
	list := []dialect.Route{
		{Method: http.MethodPost, Pattern: pathToken, Serve: f.token, Open: true, Media: []string{mediaForm, mediaHAL}},
		{Method: http.MethodGet, Pattern: "/", Serve: f.root, Guest: wantsPage},
	}
	get := func(pattern string, serve func(*dialect.Request) (idempotency.Answer, error)) {
		list = append(list, dialect.Route{Method: http.MethodGet, Pattern: pattern, Serve: serve})
	}
	post := func(pattern string, serve func(*dialect.Request) (idempotency.Answer, error)) {
		list = append(list, dialect.Route{Method: http.MethodPost, Pattern: pattern, Serve: serve, Media: []string{mediaHAL}})
	}
	upload := func(
		pattern string, await func(*dialect.Request) (*evidence.Upload, error), serve func(*dialect.Request) (idempotency.Answer, error),
	) {
		list = append(list, dialect.Route{
			Method: http.MethodPost, Pattern: pattern, Await: await, Serve: serve,
			Media: []string{dialect.MediaUpload}, MaxBody: evidence.MaxDocumentSize + uploadRoom,
		})
	}
	remove := func(pattern string, serve func(*dialect.Request) (idempotency.Answer, error)) {
		list = append(list, dialect.Route{Method: http.MethodDelete, Pattern: pattern, Serve: serve})
	}
	get("/accounts/:id", f.getAccount)
	post("/customers", f.createCustomer)
	get("/customers", f.listCustomers)
	get(one, f.getCustomer)
	post(one, f.updateCustomer)
	for _, name := range []string{"transfers", "mass-payments"} {
		get(one+"/"+name, f.listNothing(name))
	}

	get(one+"/funding-sources", f.listFunding)
	post(one+"/funding-sources", f.addFunding)
	get(funding, f.getFunding)
	post(funding, f.changeFunding)
	remove(funding, f.removeFunding)
	get(funding+"/micro-deposits", f.getDeposits)
	post(funding+"/micro-deposits", f.postDeposits)

	upload(one+"/documents", f.awaitDocument, f.addDocument)
	get(one+"/documents", f.listDocuments)
	get("/documents/:id", f.getDocument)

	post(one+"/beneficial-owners", f.addOwner)
	get(one+"/beneficial-owners", f.listOwners)
	get(owner, f.getOwner)
	post(owner, f.updateOwner)
	remove(owner, f.removeOwner)
	upload(owner+"/documents", f.awaitOwnerDocument, f.addOwnerDocument)
	get(owner+"/documents", f.listOwnerDocuments)
	get(one+"/beneficial-ownership", f.getOwnership)
	post(one+"/beneficial-ownership", f.certifyOwnership)

	post(one+"/kba", f.startQuestions)
	get("/kba/:id", f.getQuestions)
	post("/kba/:id", f.answerQuestions)

	get("/business-classifications", f.listClassifications)
	get("/business-classifications/:id", f.getClassification)

	get("/events", f.listEvents)
	get("/events/:id", f.getEvent)
	post(subscriptions, f.subscribe)
	get(subscriptions, f.listSubscriptions)
	get(subscriptions+"/:id", f.getSubscription)
	post(subscriptions+"/:id", f.pauseSubscription)
	remove(subscriptions+"/:id", f.removeSubscription)
	get(subscriptions+"/:id/webhooks", f.listWebhooks)
	get("/webhooks/:id", f.getWebhook)
	get("/webhooks/:id/retries", f.listRetries)
	post("/webhooks/:id/retries", f.retryWebhook)
	return list
}
