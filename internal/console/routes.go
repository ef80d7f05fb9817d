package console

import "net/http"

// Handler returns the handler of Prefixes.
func (c *Console) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /console/assets/", c.kit.Assets())
	mux.HandleFunc("GET /console/sign-in", c.showSignIn)
	mux.HandleFunc("POST /console/sign-in", c.signIn)
	mux.HandleFunc("POST /console/sign-out", c.signOut)
	return mux
}
