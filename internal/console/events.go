package console

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"

	"tenantry/customers/events"
	"tenantry/customers/webhooks"
	"tenantry/internal/fault"
	"tenantry/internal/jsonobj"
	"tenantry/tenancy"
)

var eventActions = map[string]handler{
	"GET /{part}":            showEvent,
	"POST /{part}/redeliver": redeliverEvent,
}

// eventRow is an event with the names of who caused it, as far as the reader may know them.
type eventRow struct {
	events.EventView
	// By is the user or key, For whose it is where that is another customer.
	By, For string
}

// eventGroups are the types of event that the filter offers.
var eventGroups = []string{"customer.*", "identity.*", "bank.*", "card.*", "document.*", "owner.*", "key.*", "user.*", "token.*", "webhook.*", "access.*"}

func (v *visit) eventRow(e events.EventView) eventRow {
	row := eventRow{EventView: e, By: e.Names[e.Credential]}
	switch {
	case e.Actor == tenancy.AboveOperator:
		row.For = "the operator"
	case e.Actor == tenancy.AbovePlatform:
		row.For = "the account above"
	case e.Actor != e.SourceID:
		row.For = e.Names[e.Actor]
	}
	if row.By == "" {
		row.By = e.Credential
	}
	return row
}

func showEvents(v *visit) error {
	query := v.r.URL.Query()
	kind := query.Get("type")
	list, err := v.app.Events.Events(v.r.Context(), v.acting(v.customer), events.Query{CustomerID: v.id(), Type: kind, Cursor: query.Get("cursor"), Limit: 50})
	if err != nil {
		return err
	}
	rows := make([]eventRow, 0, len(list.Events))
	for _, e := range list.Events {
		rows = append(rows, v.eventRow(e))
	}
	path := "/v3/customers/" + v.id() + "/events"
	if kind != "" {
		path += "?type=" + kind
	}
	v.curl("GET", path, nil)
	return v.show("events", map[string]any{"Events": rows, "Next": list.NextCursor, "Type": kind, "Groups": eventGroups, "At": v.at("events"), "Later": query.Get("cursor") != ""})
}

// changedRow is one member that an event changed: as it was and as it is.
type changedRow struct {
	Path          string
	Before, After string
	Added, Gone   bool
}

func showEvent(v *visit) error {
	e, err := v.app.Events.Event(v.r.Context(), v.acting(v.customer), v.r.PathValue("part"))
	if err == nil && e.SourceID != v.id() {
		err = fault.NotFoundError()
	}
	if err != nil {
		return err
	}
	var sent []webhooks.DeliveryView
	if v.can(tenancy.Read) {
		if sent, err = v.app.Webhooks.EventDeliveries(v.r.Context(), v.caller, e.ID); err != nil {
			return err
		}
	}
	v.curl("GET", "/v3/events/"+e.ID, nil)
	return v.show("event", map[string]any{
		"Event": v.eventRow(e), "Changes": differences(e.Diff), "About": indented(e.About), "Deliveries": sent, "At": v.at("events/" + e.ID), "Back": v.at("events"), "Hooks": v.at("webhooks"),
		"MaySend": v.can(tenancy.WebhooksWrite) && v.customer.Settings.Delivers(),
	})
}

func redeliverEvent(v *visit) error {
	if _, err := v.app.Webhooks.RedeliverEvent(v.r.Context(), v.acting(v.customer), v.r.PathValue("part")); err != nil {
		return err
	}
	return v.done("The event is sent again to every webhook that wants it.", v.at("events/"+v.r.PathValue("part")))
}

// differences returns what an event changed, member by member; objects are compared inside.
// When it happened stands above them.
func differences(diff events.EventDiff) (rows []changedRow) {
	was, _ := jsonobj.Members(diff.Previous)
	is, _ := jsonobj.Members(diff.Changes)
	rows = compared(nil, "", was, is)
	return slices.DeleteFunc(rows, func(row changedRow) bool {
		return row.Path == "lastUpdated" || strings.HasSuffix(row.Path, ".lastUpdated")
	})
}

func compared(rows []changedRow, at string, was, is []jsonobj.Member) []changedRow {
	for _, m := range is {
		old, had := jsonobj.Find(was, m.Key)
		if had && bytes.Equal(old, m.Value) {
			continue
		}
		before, wasObject := jsonobj.Members(old)
		after, isObject := jsonobj.Members(m.Value)
		switch {
		case isObject && (wasObject || !had || isNull(old)):
			rows = compared(rows, at+m.Key+".", before, after)
		case wasObject && isNull(m.Value):
			rows = compared(rows, at+m.Key+".", before, nil)
		default:
			rows = append(rows, changedRow{Path: at + m.Key, Before: shownValue(old), After: shownValue(m.Value), Added: !had || isNull(old), Gone: isNull(m.Value)})
		}
	}
	for _, m := range was {
		if _, has := jsonobj.Find(is, m.Key); has {
			continue
		}
		if inner, isObject := jsonobj.Members(m.Value); isObject {
			rows = compared(rows, at+m.Key+".", inner, nil)
			continue
		}
		rows = append(rows, changedRow{Path: at + m.Key, Before: shownValue(m.Value), Gone: true})
	}
	return rows
}

func isNull(value json.RawMessage) bool { return len(value) == 0 || string(value) == "null" }

// shownValue returns a value as the page shows it: texts without quotes, lists indented.
func shownValue(value json.RawMessage) string {
	var text string
	switch {
	case isNull(value):
		return ""
	case json.Unmarshal(value, &text) == nil:
		return text
	default:
		return indented(value)
	}
}

func indented(value json.RawMessage) string {
	var b bytes.Buffer
	if len(value) == 0 || json.Indent(&b, value, "", "  ") != nil {
		return string(value)
	}
	return strings.TrimSpace(b.String())
}
