// Package view owns the native representation of a customer, in answers and in events:
// the View and its parts, the masks of sensitive values, and the status of a plan.
//
// It reads records and changes none, and knows no store. Dialects have representations
// of their own; Snapshot rebuilds from an event what they show.
//
// To show another field, add it to the view type and to the function that fills it; a
// sensitive one goes through showing.opened or showing.fully, so that events never show
// it. Add it to openapi.yaml.
package view
