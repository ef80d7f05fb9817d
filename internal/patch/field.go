package patch

import (
	"encoding/json"
	"reflect"

	"tenantry/internal/fault"
	"tenantry/internal/secret"
)

// Field is one member of an input: absent (the zero value), null, or given.
type Field[T any] struct {
	// Set is true if the member was sent, even as null.
	Set bool
	// Null is true if the member was sent as null: "clear it".
	Null bool
	// Value is the given value if Set and not Null.
	Value T
}

// Of makes a given field.
func Of[T any](value T) Field[T] { return Field[T]{Set: true, Value: value} }

// Given reports whether there is a value.
func (f Field[T]) Given() bool { return f.Set && !f.Null }

// Or returns the value, or fallback if there is none.
func (f Field[T]) Or(fallback T) T {
	if f.Given() {
		return f.Value
	}
	return fallback
}

// Apply changes *target to what the field holds: nothing if absent, the zero value if
// null.
func (f Field[T]) Apply(target *T) {
	switch {
	case f.Given():
		*target = f.Value
	case f.Set:
		var zero T
		*target = zero
	}
}

func (f *Field[T]) decode(raw json.RawMessage, path string, faults *fault.List) {
	f.Set = true
	if string(raw) == "null" {
		f.Null = true
		return
	}
	found := faults.Len()
	decodeValue(raw, &f.Value, path, faults)
	if faults.Len() > found && !nests(f.Value) {
		*f = Field[T]{} // mistyped: reported already, and there is no value to check
	}
}

// nests reports whether a value has members of its own, some of which may be valid.
func nests(value any) bool {
	if _, isSecret := value.(secret.Text); isSecret {
		return false
	}
	kind := reflect.TypeOf(value).Kind()
	return kind == reflect.Struct || kind == reflect.Slice
}

// ReadOnly is a member that answers show and requests must not send.
type ReadOnly struct{}

func (*ReadOnly) decode(_ json.RawMessage, path string, faults *fault.List) {
	faults.Add(path, fault.Immutable, "this field is read-only; leave it out")
}

// Number is a decimal number that may be sent as a JSON number or as a string; it keeps
// the text as sent.
type Number string

// Raw is any JSON value, kept byte for byte.
type Raw = json.RawMessage
