package rows

import (
	"time"

	"tenantry/tenancy"
)

// Reservation reserves a unique value for a customer, before that customer is written.
type Reservation struct {
	// Key is `<scope>:<value>`, compared byte for byte.
	Key string `bson:"_id"`
	// Customer is the one that the value is taken for; it may not exist yet.
	Customer tenancy.Ref `bson:"customer"`
	// Taken is when it was taken; with Customer it identifies one taking.
	Taken time.Time `bson:"taken"`
	// Fence counts how often others asked for the value past its grace. A write that
	// relies on the reservation names the number that it was taken under.
	Fence int64 `bson:"fence,omitempty"`
	// Ends is when the reservation lapses and may be swept; zero is never.
	Ends time.Time `bson:"ends,omitempty"`
	// Request identifies what a reservation of an idempotency key was taken for.
	Request []byte `bson:"request,omitempty"`
	// Answer is the sealed answer to that request once it is complete.
	Answer []byte `bson:"answer,omitempty"`
	// About are the ids that the answer and its request name: once one of them was erased,
	// the answer is dropped. It is searched while there is an answer.
	About []tenancy.ID `bson:"about,omitempty"`
}

// MostSwept is the most reservations that one call of a sweep removes.
const MostSwept = 1000

// Companion is what a write of a customer goes with: a reservation or a room.
type Companion struct {
	// Room, when not nil, is all of the companion: an insert needs a place in it, an
	// erasure leaves one.
	Room *Room
	// Held is the reservation. Unless Next is set the write is stale when Held does not
	// stand any more for the customer that is written, under the same Fence.
	Held Reservation
	// Next, when not nil, takes the place of Held together with the write, if that still
	// stands (same Customer and Taken time): in the same commit where the engine has
	// transactions, else right after it.
	Next *Reservation
}

// Relied returns the companions that a write relies on.
func Relied(with []Companion) (list []Companion) {
	for _, companion := range with {
		if companion.Next == nil && companion.Room == nil {
			list = append(list, companion)
		}
	}
	return list
}

// Room bounds how many living customers there may be below one of them, at any depth. All
// writes of that tenant that add or remove customers below it name it.
type Room struct {
	// Of is the customer above, of the same tenant as the one that is written.
	Of tenancy.ID
	// Most is how many customers it has room for.
	Most int64
}

// Rooms returns the rooms among the companions.
func Rooms(with []Companion) (list []Room) {
	for _, companion := range with {
		if companion.Room != nil {
			list = append(list, *companion.Room)
		}
	}
	return list
}

// Guards reports whether a stored reservation still is the one that a write of a customer
// relies on.
func (c Companion) Guards(stored Reservation, written tenancy.Ref) bool {
	return stored.Customer == written && stored.Fence == c.Held.Fence
}
