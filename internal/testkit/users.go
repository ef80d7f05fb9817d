package testkit

// SignedIn signs a user in who must be let in.
func (h *Env) SignedIn(username, password string) Party {
	h.T.Helper()
	user, err := h.Login(username, password)
	Must(h.T, err)
	return user
}

// ErrorOf gives the error of a call with two results.
func ErrorOf[T any](_ T, err error) error { return err }
