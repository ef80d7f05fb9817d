package dwolla

import (
	"tenantry/customers/idempotency"
	"tenantry/customers/webhooks"
	"tenantry/internal/dialect"
	"tenantry/internal/dialect/dwollaevent"
	"tenantry/internal/fault"
	"tenantry/settings"
)

func (f *Handler) listEvents(x *dialect.Request) (idempotency.Answer, error) {
	p := readPage(x)
	if err := p.faults.Err(); err != nil {
		return idempotency.Answer{}, in(plainWords, err)
	}
	found, err := f.service.Webhooks.TopicEvents(x, x.Caller, webhooks.TopicEventsInput{Format: settings.Dwolla, Offset: p.offset, Limit: p.limit})
	if err != nil {
		return idempotency.Answer{}, in(plainWords, err)
	}
	base := f.base(x.Request)
	items := make([]dwollaevent.Event, 0, len(found.Events))
	for _, e := range found.Events {
		items = append(items, dwollaevent.Of(base, x.Caller.Subject.Ref().ID, e))
	}
	return p.list(base+"/events", "events", "event", items, p.sliced(len(items), found.More))
}

func (f *Handler) getEvent(x *dialect.Request) (idempotency.Answer, error) {
	id, index, ok := dialect.ParsePartUUID(x.Parameter("id"))
	if !ok {
		return idempotency.Answer{}, fault.NotFoundError()
	}
	found, err := f.service.Webhooks.TopicEvent(x, x.Caller, settings.Dwolla, id.String(), index)
	if err != nil {
		return idempotency.Answer{}, err
	}
	return show(dwollaevent.Of(f.base(x.Request), x.Caller.Subject.Ref().ID, found))
}
