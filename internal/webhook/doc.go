// Package webhook sends deliveries to the webhooks that customers configured. It owns the
// schedule of attempts, the signatures, the shapes of messages and the refusal of
// addresses that must not be reached. Package webhooks decides what is sent, and to
// which webhooks, when it relays an event: each message is a stored Delivery.
//
// A Sender looks for webhooks with due deliveries and serves each in a lane of its own, a
// few messages at a time, so that a slow receiver does not hold up the others. If several
// processes share a store, a lease per webhook keeps them apart. The outcome of an
// attempt is one conditional write; a process that dies between the answer and that write
// sends the message again, under the same id.
//
// To add a format: a value of settings.Format, its topics in topics.go, its message in a
// file of its own, its schedule in schedule.go.
package webhook
