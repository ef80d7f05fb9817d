// Package plans owns the plan catalog and planStatus: the plans, who may hand them out,
// what each enables and demands, and, for one customer, what is on, what is still missing
// and how to supply it.
//
// Everything here is a pure function of its arguments: no clock, no store, no customer
// type. A customer is seen only through Facts, which package view fills. Whether a
// refused feature is an error, and with which code, is decided there too.
//
// To add a feature, name it in plan.go, including in allFeatures, and say in evaluate.go
// what gates it. To ask for another field, word it in texts.go with the reason why it is
// needed and put it into the lists of fields.go.
package plans
