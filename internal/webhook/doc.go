// Package webhook sends events to the receivers that customers named: it owns the
// schedule of attempts, the signatures, the shapes of messages and the refusal of
// addresses that must not be reached. What is to be sent, and to whom, package
// customers decided when it relayed the event: each message is a stored Delivery.
//
// A Sender looks for endpoints with due deliveries and serves each in a lane of its
// own, a few messages at a time, so that a slow receiver holds up nobody else. Where
// several processes share a store, a lease per endpoint keeps them apart. The outcome
// of an attempt is one conditional write; a process that dies between the answer and
// that write sends the message again, under the same id.
//
// To add a format: a value of settings.Format, its topics in topics.go, its message
// in a file of its own, its schedule in schedule.go.
package webhook
