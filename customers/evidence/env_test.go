package evidence_test

import (
	"testing"

	"tenantry/customers/evidence"
	"tenantry/customers/view"
	"tenantry/internal/testkit"
	"tenantry/tenancy"
)

// types are the events that still wait in the outbox, by type.
func types(h *testkit.Env, p testkit.Party) []string {
	var list []string
	for _, event := range h.Record(p.ID).Outbox {
		list = append(list, event.Type)
	}
	return list
}

func parsed(t testing.TB, id string) tenancy.ID {
	t.Helper()
	found, err := tenancy.ParseID(id)
	testkit.Must(t, err)
	return found
}

// readFile reads the bytes of a document, found by its id alone.
func readFile(h *testkit.Env, by testkit.Party, id string) (evidence.DocumentFile, error) {
	h.T.Helper()
	return h.Svc.Evidence.DocumentFile(h.T.Context(), h.As(by), evidence.DocumentFileInput{Document: evidence.SubresourceRef{ID: id}, Reason: "a test"})
}

// place returns where the first piece of a document is stored.
func place(h *testkit.Env, p testkit.Party, document string) tenancy.ID {
	h.T.Helper()
	d := h.Record(p.ID).Document(parsed(h.T, document))
	if d == nil || d.Pieces < 1 {
		h.T.Fatalf("document %s has no pieces", document)
	}
	return evidence.PieceID(d.File, 0)
}

// bytesAt returns the sealed bytes of a piece, or nil.
func bytesAt(h *testkit.Env, ref tenancy.Ref, at tenancy.ID) []byte {
	h.T.Helper()
	box, err := h.Store.Document(h.T.Context(), ref, at)
	if err != nil {
		return nil
	}
	return box
}

// file returns the sealed bytes of a document, or nil.
func file(h *testkit.Env, p testkit.Party, document string) []byte {
	h.T.Helper()
	return bytesAt(h, h.Record(p.ID).Ref(), place(h, p, document))
}

func rule(h *testkit.Env, by testkit.Party, id, body string) (view.DocumentView, error) {
	h.T.Helper()
	return h.Svc.Evidence.DecideDocument(h.T.Context(), h.As(by), evidence.SubresourceRef{ID: id}, testkit.Input[evidence.DocumentDecision](h.T, body))
}
