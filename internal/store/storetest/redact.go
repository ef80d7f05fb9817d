package storetest

import "tenantry/customers"

func redacting() []guarantee {
	return []guarantee{
		{"redacting leaves that events happened and nothing of what they show", func(h *house) {
			c := h.child(h.a, With(withEvents(events(1, 3))))
			h.relay(h.batch(c.Ref()))
			for range 2 { // again changes nothing
				h.must(h.store.Redact(h.Context(), c.Ref()), "redacting")
			}
			var want []customers.Event
			for _, event := range events(1, 3) {
				want = append(want, event.Redacted())
			}
			h.logged(c.Ref(), want)
		}},
		{"redacting under another tenant, or of another customer, changes nothing", func(h *house) {
			c := h.child(h.a, With(withEvents(events(1, 2))))
			h.relay(h.batch(c.Ref()))
			for _, stranger := range append(h.strangers(c), h.child(h.a).Ref()) {
				h.must(h.store.Redact(h.Context(), stranger), "redacting a stranger")
			}
			h.logged(c.Ref(), events(1, 2))
		}},
	}
}
