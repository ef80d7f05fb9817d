package dwolla

import (
	"tenantry/customers"
	"tenantry/internal/dialect"
	"tenantry/internal/dialect/dwollaevent"
	"tenantry/internal/fault"
	"tenantry/settings"
)

func (f *Face) listEvents(x *dialect.Exchange) (customers.Answer, error) {
	p := readPage(x)
	if err := p.faults.Err(); err != nil {
		return customers.Answer{}, in(plainWords, err)
	}
	found, err := f.service.TopicEvents(x, x.Caller, customers.TopicEventsInput{Format: settings.Dwolla, Offset: p.offset, Limit: p.limit})
	if err != nil {
		return customers.Answer{}, in(plainWords, err)
	}
	base := f.base(x.Request)
	items := make([]dwollaevent.Event, 0, len(found.Events))
	for _, e := range found.Events {
		items = append(items, dwollaevent.Of(base, x.Caller.Subject.Ref().ID, e))
	}
	return p.list(base+"/events", "events", "event", items, p.sliced(len(items), found.More))
}

func (f *Face) getEvent(x *dialect.Exchange) (customers.Answer, error) {
	id, index, ok := dialect.ParsePartUUID(x.Parameter("id"))
	if !ok {
		return customers.Answer{}, fault.NotFoundError()
	}
	found, err := f.service.TopicEvent(x, x.Caller, settings.Dwolla, id.String(), index)
	if err != nil {
		return customers.Answer{}, err
	}
	return show(dwollaevent.Of(f.base(x.Request), x.Caller.Subject.Ref().ID, found))
}
