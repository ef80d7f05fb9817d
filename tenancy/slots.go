package tenancy

// SlotCount is the number of slots that all customers are divided into, so that several
// processes can do the same background work, each for other customers.
const SlotCount = 64

// Slots is a set of slots.
type Slots uint64

// AllSlots is the set of all slots.
const AllSlots = ^Slots(0)

// Slot returns the slot of a customer: the last bits of its id, which are random.
func (id ID) Slot() int { return int(id[len(id)-1] % SlotCount) }

// With returns the set with one slot more.
func (s Slots) With(slot int) Slots { return s | 1<<slot }

// Has reports whether the set has a slot.
func (s Slots) Has(slot int) bool { return s>>slot&1 == 1 }
