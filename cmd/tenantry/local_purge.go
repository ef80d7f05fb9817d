package main

import (
	"net/http"
	"time"

	"tenantry/customers/events"
)

// purgePath is the route that removes events.
const purgePath = "/local/events/purge"

// purgeStep is one line of the answer of a removal: how many events are gone, or were
// counted, and how it ended.
type purgeStep struct {
	Events int64  `json:"events"`
	Ended  bool   `json:"ended,omitempty"`
	Error  string `json:"error,omitempty"`
}

// purge removes events and writes a line for each step.
func (l *localRoutes) purge(w http.ResponseWriter, r *http.Request) {
	before, err := time.Parse(time.RFC3339Nano, r.URL.Query().Get("before"))
	if err != nil {
		w.WriteHeader(http.StatusBadRequest)
		l.answer(w, purgeStep{Error: "before must be a time"})
		return
	}
	var count int64
	caller, err := l.service.Access.Local(r.Context(), "")
	if err == nil {
		count, err = l.service.Events.PurgeEvents(r.Context(), caller, events.PurgeInput{Before: before, Dry: r.URL.Query().Get("dry") == "true"},
			func(removed int64) { l.answer(w, purgeStep{Events: removed}) })
	}
	last := purgeStep{Events: count, Ended: err == nil}
	if err != nil {
		last.Error = err.Error()
	}
	l.answer(w, last)
}
