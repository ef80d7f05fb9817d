package codec

import (
	"fmt"
	"reflect"

	"tenantry/customers"
	"tenantry/customers/rows"
)

// documents holds the compiled form of every type that is stored as a document. It never
// changes once it is made.
var documents = compileAll(
	reflect.TypeFor[customers.Customer](),
	reflect.TypeFor[rows.Reservation](),
	reflect.TypeFor[rows.LoggedEvent](),
	reflect.TypeFor[rows.Delivery](),
	reflect.TypeFor[customers.Activity](),
	reflect.TypeFor[rows.Installation](),
	reflect.TypeFor[Indexed](),
)

// The plans of the types that have functions of their own below.
var (
	customerPlan     = documents[reflect.TypeFor[customers.Customer]()]
	claimPlan        = documents[reflect.TypeFor[rows.Reservation]()]
	waitingPlan      = documents[reflect.TypeFor[customers.Event]()]
	eventPlan        = documents[reflect.TypeFor[rows.LoggedEvent]()]
	deliveryPlan     = documents[reflect.TypeFor[rows.Delivery]()]
	activityPlan     = documents[reflect.TypeFor[customers.Activity]()]
	installationPlan = documents[reflect.TypeFor[rows.Installation]()]

	eventRestPlan = eventPlan.without("_id", "type", "at", "customer")
)

// roomForDocument is what an encoded record usually takes, in bytes, without its events;
// roomForEvent is what an event takes besides the JSON that it holds.
const (
	roomForDocument = 2048
	roomForEvent    = 512
)

// Encode returns the document of a customer. It fails only for a text that BSON cannot
// hold as a member name (one with a zero byte).
func Encode(c *customers.Customer) ([]byte, error) {
	room := roomForDocument
	for i := range c.Outbox {
		room += SizeOfEvent(&c.Outbox[i])
	}
	return encode(customerPlan, c, room, "a customer")
}

// Decode reads what Encode returned. The bytes are not kept. It fails, and never panics,
// for bytes that are not a document of a customer.
func Decode(document []byte) (*customers.Customer, error) {
	return decode[customers.Customer](customerPlan, document, "a customer")
}

// EncodeClaim returns the document of a claim.
func EncodeClaim(c *rows.Reservation) ([]byte, error) {
	return encode(claimPlan, c, roomForDocument, "a claim")
}

// DecodeClaim reads what EncodeClaim returned.
func DecodeClaim(document []byte) (*rows.Reservation, error) {
	return decode[rows.Reservation](claimPlan, document, "a claim")
}

// EncodeEvent returns the document of an event in the log.
func EncodeEvent(e *rows.LoggedEvent) ([]byte, error) {
	return encode(eventPlan, e, SizeOfEvent(&e.Event), "an event")
}

// EncodeEventRest returns the document of an event in the log without its id, its type, its
// time and whose it is, for a store that keeps these beside it. DecodeEvent reads it.
func EncodeEventRest(e *rows.LoggedEvent) ([]byte, error) {
	return encode(eventRestPlan, e, SizeOfEvent(&e.Event), "an event")
}

// EncodeWaiting returns the document of an event in the outbox of its customer.
func EncodeWaiting(e *customers.Event) ([]byte, error) {
	return encode(waitingPlan, e, SizeOfEvent(e), "an event in an outbox")
}

// SizeOfEvent returns about how many bytes an event takes.
func SizeOfEvent(e *customers.Event) int {
	return roomForEvent + len(e.Resource) + len(e.Previous) + len(e.Changes)
}

// DecodeEvent reads what EncodeEvent returned.
func DecodeEvent(document []byte) (*rows.LoggedEvent, error) {
	return decode[rows.LoggedEvent](eventPlan, document, "an event")
}

// EncodeDelivery returns the document of a delivery.
func EncodeDelivery(d *rows.Delivery) ([]byte, error) {
	return encode(deliveryPlan, d, roomForDocument, "a delivery")
}

// DecodeDelivery reads what EncodeDelivery returned.
func DecodeDelivery(document []byte) (*rows.Delivery, error) {
	return decode[rows.Delivery](deliveryPlan, document, "a delivery")
}

// EncodeActivity returns the document of an activity.
func EncodeActivity(a *customers.Activity) ([]byte, error) {
	return encode(activityPlan, a, roomForDocument, "an activity")
}

// DecodeActivity reads what EncodeActivity returned.
func DecodeActivity(document []byte) (*customers.Activity, error) {
	return decode[customers.Activity](activityPlan, document, "an activity")
}

// EncodeInstallation returns the document of the installation.
func EncodeInstallation(i *rows.Installation) ([]byte, error) {
	return encode(installationPlan, i, roomForDocument, "an installation")
}

// DecodeInstallation reads what EncodeInstallation returned.
func DecodeInstallation(document []byte) (*rows.Installation, error) {
	return decode[rows.Installation](installationPlan, document, "an installation")
}

func encode[T any](p *plan, value *T, room int, what string) ([]byte, error) {
	document, err := p.append(make([]byte, 0, room), reflect.ValueOf(value).Elem())
	if err != nil {
		return nil, fmt.Errorf("encoding %s: %w", what, err)
	}
	return document, nil
}

func decode[T any](p *plan, document []byte, what string) (*T, error) {
	value := new(T)
	// One copy serves every text of the record as a part of it.
	in := reader{doc: string(document)}
	if err := p.read(&in, reflect.ValueOf(value).Elem()); err != nil {
		return nil, fmt.Errorf("decoding %s: %w", what, err)
	}
	if in.at != len(in.doc) {
		return nil, fmt.Errorf("decoding %s: %w", what, errTrailing)
	}
	return value, nil
}
