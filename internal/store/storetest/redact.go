package storetest

import "tenantry/customers"

func redacting() []guarantee {
	return []guarantee{
		{"redacting leaves that events happened and nothing of what they show", func(e *env) {
			c := e.child(e.a, With(withEvents(events(1, 3))))
			e.relay(e.batch(c.Ref()))
			for range 2 { // again changes nothing
				e.must(e.store.Redact(e.Context(), c.Ref()), "redacting")
			}
			var want []customers.Event
			for _, event := range events(1, 3) {
				want = append(want, event.Redacted())
			}
			e.logged(c.Ref(), want)
		}},
		{"redacting under another tenant, or of another customer, changes nothing", func(e *env) {
			c := e.child(e.a, With(withEvents(events(1, 2))))
			e.relay(e.batch(c.Ref()))
			for _, stranger := range append(e.strangers(c), e.child(e.a).Ref()) {
				e.must(e.store.Redact(e.Context(), stranger), "redacting a stranger")
			}
			e.logged(c.Ref(), events(1, 2))
		}},
	}
}
