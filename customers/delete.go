package customers

// EventDeleted is the event of a customer that was erased.
const EventDeleted = "customer.deleted"
