package codec

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"math"
	"reflect"
	"time"
	"unicode/utf8"

	"tenantry/tenancy"
)

// coder returns the coder of a Go type.
func (c compiler) coder(t reflect.Type) coder {
	switch t {
	case reflect.TypeFor[tenancy.ID]():
		return coder{append: appendID, read: readID}
	case reflect.TypeFor[time.Time]():
		return coder{absent: func(v reflect.Value) bool { return of[time.Time](v).IsZero() }, append: appendTime, read: readTime}
	case reflect.TypeFor[json.RawMessage]():
		return coder{append: appendJSON, read: readJSON}
	case reflect.TypeFor[[]byte]():
		return coder{append: appendBytes, read: readBytes}
	}
	switch t.Kind() {
	case reflect.String:
		return coder{append: appendText, read: readText}
	case reflect.Bool:
		return coder{append: appendBool, read: readBool}
	case reflect.Int, reflect.Int32, reflect.Int64:
		return coder{append: appendInt, read: readInt}
	case reflect.Uint16:
		return coder{append: appendUint, read: readUint}
	default:
		return c.composite(t)
	}
}

// of returns the address of an addressable value of type T, without a copy.
func of[T any](v reflect.Value) *T { return v.Addr().Interface().(*T) }

func appendID(to []byte, name string, v reflect.Value) ([]byte, error) {
	return append(appendHead(to, tagObjectID, name), of[tenancy.ID](v)[:]...), nil
}

func readID(in *reader, tag byte, v reflect.Value) error {
	if tag != tagObjectID {
		return mismatch(tag, "an id")
	}
	id, err := in.take(len(tenancy.ID{}))
	copy(of[tenancy.ID](v)[:], id)
	return err
}

func appendTime(to []byte, name string, v reflect.Value) ([]byte, error) {
	milliseconds := of[time.Time](v).UnixMilli()
	return binary.LittleEndian.AppendUint64(appendHead(to, tagDateTime, name), uint64(milliseconds)), nil
}

func readTime(in *reader, tag byte, v reflect.Value) error {
	if tag != tagDateTime {
		return mismatch(tag, "a time")
	}
	milliseconds, err := in.int64()
	*of[time.Time](v) = time.UnixMilli(milliseconds).UTC()
	return err
}

// appendJSON writes raw JSON as a string and not as a document, so that it comes back byte
// for byte and its member names never mean anything to the database.
func appendJSON(to []byte, name string, v reflect.Value) ([]byte, error) {
	if v.IsNil() {
		return appendHead(to, tagNull, name), nil
	}
	if !utf8.Valid(v.Bytes()) {
		return nil, errText
	}
	return appendString(appendHead(to, tagString, name), v.Bytes()), nil
}

func readJSON(in *reader, tag byte, v reflect.Value) error {
	if tag != tagString {
		return mismatch(tag, "JSON")
	}
	text, err := in.text()
	v.SetBytes([]byte(text))
	return err
}

func appendBytes(to []byte, name string, v reflect.Value) ([]byte, error) {
	if v.IsNil() {
		return appendHead(to, tagNull, name), nil
	}
	content := v.Bytes()
	to = binary.LittleEndian.AppendUint32(appendHead(to, tagBinary, name), uint32(len(content))) //nolint:gosec // documents are bounded far below
	return append(append(to, 0), content...), nil
}

func readBytes(in *reader, tag byte, v reflect.Value) error {
	if tag != tagBinary {
		return mismatch(tag, "bytes")
	}
	content, err := in.binary()
	v.SetBytes([]byte(content))
	return err
}

func appendText(to []byte, name string, v reflect.Value) ([]byte, error) {
	if !utf8.ValidString(v.String()) {
		return nil, errText
	}
	return appendString(appendHead(to, tagString, name), v.String()), nil
}

func appendString[T ~string | ~[]byte](to []byte, text T) []byte {
	to = binary.LittleEndian.AppendUint32(to, uint32(len(text)+1)) //nolint:gosec // documents are bounded far below
	return append(append(to, text...), 0)
}

func readText(in *reader, tag byte, v reflect.Value) error {
	if tag != tagString {
		return mismatch(tag, "a text")
	}
	text, err := in.text()
	v.SetString(text)
	return err
}

func appendBool(to []byte, name string, v reflect.Value) ([]byte, error) {
	to = appendHead(to, tagBool, name)
	if v.Bool() {
		return append(to, 1), nil
	}
	return append(to, 0), nil
}

func readBool(in *reader, tag byte, v reflect.Value) error {
	if tag != tagBool {
		return mismatch(tag, "true or false")
	}
	value, err := in.take(1)
	v.SetBool(err == nil && value[0] != 0)
	return err
}

// appendInt keeps an int64 wide, whatever its value, so that a version always
// has one type; the others are narrow when they fit.
func appendInt(to []byte, name string, v reflect.Value) ([]byte, error) {
	number := v.Int()
	if v.Kind() == reflect.Int64 || number < math.MinInt32 || number > math.MaxInt32 {
		return binary.LittleEndian.AppendUint64(appendHead(to, tagInt64, name), uint64(number)), nil //nolint:gosec // the same 64 bits
	}
	return binary.LittleEndian.AppendUint32(appendHead(to, tagInt32, name), uint32(number)), nil //nolint:gosec // the same 32 bits
}

func readInt(in *reader, tag byte, v reflect.Value) error {
	number, err := in.number(tag)
	if err != nil {
		return err
	}
	if v.OverflowInt(number) {
		return errTooLarge
	}
	v.SetInt(number)
	return nil
}

func appendUint(to []byte, name string, v reflect.Value) ([]byte, error) {
	return binary.LittleEndian.AppendUint32(appendHead(to, tagInt32, name), uint32(v.Uint())), nil //nolint:gosec // 16 bits wide
}

func readUint(in *reader, tag byte, v reflect.Value) error {
	number, err := in.number(tag)
	if err != nil {
		return err
	}
	if number < 0 || v.OverflowUint(uint64(number)) {
		return errTooLarge
	}
	v.SetUint(uint64(number))
	return nil
}

var errTooLarge = errors.New("the number is out of range")

// number reads a whole number of any width; a double with a whole value too,
// because that is what a person at a database shell writes.
func (in *reader) number(tag byte) (int64, error) {
	switch tag {
	case tagInt32:
		number, err := in.int32()
		return int64(number), err
	case tagInt64:
		return in.int64()
	case tagDouble:
		number, err := in.double()
		if err == nil && (number != math.Trunc(number) || math.Abs(number) > 1<<53) {
			err = errTooLarge
		}
		return int64(number), err
	default:
		return 0, mismatch(tag, "a whole number")
	}
}
