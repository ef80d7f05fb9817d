package patch

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"reflect"
	"slices"
	"strings"

	"tenantry/internal/fault"
	"tenantry/internal/secret"
)

// decoder is implemented by the members of an input struct.
type decoder interface {
	decode(raw json.RawMessage, path string, faults *fault.List)
}

// Decode reads the JSON object data into the input struct that into points to. It returns
//
//   - Malformed malformedRequest if data is not one JSON object;
//   - Invalid validationError listing the unknown, read-only or mistyped members,
//     and the objects and lists of more than MaxItems; it stops looking once the
//     list of faults is full.
//
// Members the struct does not declare are faults (parameterUnknown): a typing error must
// not be ignored silently.
func Decode(data []byte, into any) error {
	raw, err := Object(data)
	if err != nil {
		return err
	}
	var faults fault.List
	decodeStruct(raw, reflect.ValueOf(into).Elem(), "", &faults)
	return faults.Err()
}

// Object returns the one JSON object that data holds. It returns Malformed for anything
// else, and for an object in which a member is there twice, at any depth: readers differ
// in which of the two counts.
func Object(data []byte) (json.RawMessage, error) {
	decoder := json.NewDecoder(bytes.NewReader(data))
	var raw json.RawMessage
	if err := decoder.Decode(&raw); err != nil {
		return nil, fault.Wrap(err, fault.Malformed, fault.CodeMalformed, "the body is not valid JSON"+where(data, err))
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return nil, fault.New(fault.Malformed, fault.CodeMalformed, "the body has more than one JSON value; send one object")
	}
	if kindOf(raw) != "an object" {
		return nil, fault.New(fault.Malformed, fault.CodeMalformed, "the body must be a JSON object")
	}
	if name, found := repeated(raw); found {
		return nil, fault.New(fault.Malformed, fault.CodeMalformed, "the body has the member `"+short(name)+"` twice in one object; send it once")
	}
	return raw, nil
}

// where returns the line and column of a syntax error.
func where(data []byte, err error) string {
	syntax, ok := errors.AsType[*json.SyntaxError](err)
	if !ok || syntax.Offset > int64(len(data)) {
		return ": it ends too early"
	}
	before := data[:syntax.Offset]
	line := bytes.Count(before, []byte("\n")) + 1
	column := len(before) - bytes.LastIndexByte(before, '\n') - 1
	return fmt.Sprintf(": look at line %d, column %d", line, column)
}

func decodeStruct(raw json.RawMessage, target reflect.Value, path string, faults *fault.List) {
	members, whole, ok := readMembers(raw)
	if !ok {
		faults.Add(path, fault.BadValue, "must be an object, not "+kindOf(raw))
		return
	}
	if !whole {
		faults.Add(path, fault.TooMany, fmt.Sprintf("at most %d fields", MaxItems))
		return
	}
	fill(target, members, path, faults)
	for _, name := range slices.Sorted(maps.Keys(members)) {
		if faults.Full() {
			return
		}
		faults.Add(fault.Join(path, short(name)), fault.Unknown, "there is no such field here; check its spelling")
	}
}

// fill decodes the members that target declares and removes them from members.
func fill(target reflect.Value, members map[string]json.RawMessage, path string, faults *fault.List) {
	for i := range target.NumField() {
		if faults.Full() {
			return
		}
		field := target.Type().Field(i)
		if field.Anonymous {
			fill(target.Field(i), members, path, faults)
			continue
		}
		name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		raw, sent := members[name]
		if !sent || name == "" || name == "-" {
			continue
		}
		delete(members, name)
		target.Field(i).Addr().Interface().(decoder).decode(raw, fault.Join(path, name), faults)
	}
}

func decodeValue(raw json.RawMessage, target any, path string, faults *fault.List) {
	mistyped := func(want string) {
		faults.Add(path, fault.BadValue, "must be "+want+", not "+kindOf(raw))
	}
	switch target := target.(type) {
	case *json.RawMessage:
		*target = bytes.Clone(raw)
	case *string:
		if json.Unmarshal(raw, target) != nil {
			mistyped("a string")
		}
	case *secret.Text:
		var text string
		if json.Unmarshal(raw, &text) != nil {
			mistyped("a string (in quotes, so that leading zeros are kept)")
			return
		}
		*target = secret.New(text)
	case *bool:
		if json.Unmarshal(raw, target) != nil {
			mistyped("true or false")
		}
	case *int:
		if json.Unmarshal(raw, target) != nil {
			mistyped("a whole number")
		}
	case *Number:
		decodeNumber(raw, target, mistyped)
	default:
		decodeNested(raw, reflect.ValueOf(target).Elem(), path, faults)
	}
}

func decodeNumber(raw json.RawMessage, target *Number, mistyped func(string)) {
	var text string
	if json.Unmarshal(raw, &text) == nil {
		*target = Number(text)
		return
	}
	var number json.Number
	if json.Unmarshal(raw, &number) != nil {
		mistyped("a number, or a number in a string")
		return
	}
	*target = Number(number)
}

func decodeNested(raw json.RawMessage, target reflect.Value, path string, faults *fault.List) {
	switch target.Kind() {
	case reflect.Struct:
		decodeStruct(raw, target, path, faults)
	case reflect.Slice:
		decodeList(raw, target, path, faults)
	default:
		panic(fmt.Sprintf("patch: input member %s has the undecodable type %s", path, target.Type()))
	}
}

func decodeList(raw json.RawMessage, target reflect.Value, path string, faults *fault.List) {
	items, whole, ok := readItems(raw)
	if !ok {
		faults.Add(path, fault.BadValue, "must be a list, not "+kindOf(raw))
		return
	}
	if !whole {
		faults.Add(path, fault.TooMany, fmt.Sprintf("at most %d items", MaxItems))
		return
	}
	list := reflect.MakeSlice(target.Type(), len(items), len(items))
	for i, item := range items {
		if faults.Full() {
			break
		}
		decodeValue(item, list.Index(i).Addr().Interface(), fault.Index(path, i), faults)
	}
	target.Set(list)
}

// kindOf returns the kind of JSON value that raw is, with its article.
func kindOf(raw json.RawMessage) string {
	switch bytes.TrimLeft(raw, " \t\r\n")[0] {
	case '{':
		return "an object"
	case '[':
		return "a list"
	case '"':
		return "a string"
	case 't', 'f':
		return "true or false"
	case 'n':
		return "null"
	default:
		return "a number"
	}
}
