package customers

// Trigger says why a review runs.
type Trigger string

// The triggers.
const (
	TriggerCreate  Trigger = "create"
	TriggerUpdate  Trigger = "update"
	TriggerRefresh Trigger = "refresh"
	TriggerRetry   Trigger = "retry" // everything was sent anew, which can be done once
)
