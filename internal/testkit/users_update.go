package testkit

import (
	"tenantry/customers/access"
	"tenantry/customers/view"
)

func (h *Env) ChangeUser(by Party, id, user, body string) (view.UserView, error) {
	h.T.Helper()
	return h.Svc.Access.UpdateUser(h.T.Context(), h.As(by), id, user, Input[access.UserChange](h.T, body))
}

// Staffed adds an administrator and a clerk to the party and gives their ids.
func (h *Env) Staffed(p Party) (boss, clerk string) {
	h.T.Helper()
	first, err := h.AddUser(p, "", `{"username":"boss","password":"long enough"}`)
	Must(h.T, err)
	second, err := h.AddUser(p, "", `{"username":"clerk","password":"long enough"}`)
	Must(h.T, err)
	return first.ID, second.ID
}
