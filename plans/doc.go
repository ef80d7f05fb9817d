// Package plans owns the plan catalog and planStatus: which plans there are,
// who may hand them out, what each enables and demands, and, for one customer,
// what is on, what is still missing and how to mend it.
//
// Everything here is a pure function of its arguments: no clock, no store, no
// customer type. A customer is seen only through Facts, which the owner of
// customers fills. Whether a refused feature is an error, and with which code,
// is not decided here.
//
// To add a feature, name it in plan.go, there in allFeatures too, and say in
// evaluate.go what gates it. To ask for another field, word it in texts.go with
// the reason it is asked for and put it into the lists of fields.go.
package plans
