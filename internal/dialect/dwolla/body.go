package dwolla

import (
	"errors"

	"tenantry/internal/fault"
	"tenantry/internal/patch"
)

// bind reads a body. Members that are not known are ignored, as clients of other eras
// send some; mistyped ones are given back as faults in our words, to be told together
// with what the rules find. The error is for what is no JSON object.
func bind(content []byte, into any, words vocabulary) (reading, err error) {
	failed := patch.Decode(content, into)
	found, ok := errors.AsType[*fault.Error](failed)
	if !ok || found.Kind != fault.Invalid {
		return nil, failed
	}
	var faults fault.List
	for _, v := range append([]fault.Violation{found.Violation}, found.More...) {
		if v.Detail != fault.Unknown {
			faults.Add(words.ours(v.Field), v.Detail, v.Text)
		}
	}
	return faults.Err(), nil
}

// bindAll is bind for bodies whose faults the rules do not ask for: any is refused.
func bindAll(content []byte, into any, words vocabulary) error {
	reading, err := bind(content, into, words)
	if err == nil {
		err = in(words, reading)
	}
	return err
}

// convert makes a field of another type, absent or null as the given one is.
func convert[A, B any](field patch.Field[A], how func(A) B) patch.Field[B] {
	next := patch.Field[B]{Set: field.Set, Null: field.Null}
	if field.Given() {
		next.Value = how(field.Value)
	}
	return next
}
