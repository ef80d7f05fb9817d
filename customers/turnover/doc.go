// Package turnover sums up what a platform's ledger reports of a customer, as far as a plan
// may wait for it: how many payments there were and how much they moved. It knows no
// customer and no activity; package activities adds what is reported.
package turnover
