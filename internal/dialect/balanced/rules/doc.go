// Package rules is Balanced's contract on the record, without HTTP: which fields a
// customer, a bank account and a card have, what is demanded of them and in which words
// it is refused. It writes through the registry, as the native use cases do.
package rules
