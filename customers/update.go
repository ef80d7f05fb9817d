package customers

// EventUpdated is the event of a change that no other word fits.
const EventUpdated = "customer.updated"
