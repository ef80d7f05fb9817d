package console

import "net/http"

// Handler returns the handler of Prefixes.
func (c *Console) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /console/assets/", c.kit.Assets())
	mux.HandleFunc("GET /setup", c.showSetup)
	mux.HandleFunc("POST /setup", c.setUp)
	mux.HandleFunc("GET /console/sign-in", c.showSignIn)
	mux.HandleFunc("POST /console/sign-in", c.signIn)
	mux.HandleFunc("POST /console/sign-out", c.signOut)
	mux.HandleFunc("GET /console/invitation/{token}", c.showInvitation)
	mux.HandleFunc("POST /console/invitation/{token}", c.acceptInvitation)
	for pattern, serve := range map[string]handler{
		"GET /console":                        showHome,
		"GET /console/welcome":                showWelcome,
		"POST /console/welcome":               createFirst,
		"GET /console/customers":              showTree,
		"GET /console/search":                 showSearch,
		"GET /console/reviews":                showReviews,
		"GET /console/reviews/{id}":           aboutOne(showReview),
		"GET /console/system":                 showSystem,
		"GET /console/me":                     showMe,
		"POST /console/me/password":           changePassword,
		"POST /console/me/sessions/{session}": endSession,
		"POST /console/theme":                 chooseTheme,
		"GET /console/customers/{id}/branch":  aboutOne(showBranch),
		"GET /console/customers/{id}/new":     aboutOne(showNew),
		"POST /console/customers/{id}/new":    aboutOne(createCustomer),
		"GET /console/customers/{id}/edit":    aboutOne(showEdit),
		"POST /console/customers/{id}/edit":   aboutOne(saveCustomer),
		"GET /console/customers/{id}/status":  aboutOne(showStatus),
		"POST /console/customers/{id}/status": aboutOne(setStatus),
		"GET /console/customers/{id}/delete":  aboutOne(showDelete),
		"POST /console/customers/{id}/delete": aboutOne(deleteCustomer),
		"GET /console/customers/{id}/unmask":  aboutOne(showUnmask),
		"POST /console/customers/{id}/unmask": aboutOne(unmask),
	} {
		mux.HandleFunc(pattern, c.signed(serve))
	}
	c.handleTabs(mux)
	mux.HandleFunc("/", c.nowhere)
	return mux
}
