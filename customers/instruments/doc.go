// Package instruments keeps the banks and cards of customers, the micro-deposits that prove
// a bank, and the single-use tokens that bring either from a browser.
//
// It does not move money, and stores no card number: a card comes as a token, which is
// encrypted and holds what may be kept. The rules of a bank's fields are package fields',
// since a new customer can bring a bank. The vendors' flat instruments are rules over the
// same record.
//
// A new instrument follows cards.go: read it in full in Tokenize, box what may be kept, and
// add it from the token by registry.Change.
package instruments
