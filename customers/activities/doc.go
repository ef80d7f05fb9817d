// Package activities keeps what the ledger of a platform reports of its customers: holds,
// credits, debits and refunds, each once by its reference.
//
// It does not move money and computes no balance, and it does not decide that a customer
// with activities cannot be deleted: the registry reads the count in the record. The newest
// activity travels in the customer's document, and SettleReported, a hook of the relay,
// puts an interrupted one into its own place.
//
// A new type of activity is a constant of package customers and a choice in readActivity; a
// new filter is a member of rows.ActivityQuery, of wants and of the label of cursors.
package activities
