package codec

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"reflect"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Free data, the JSON objects of users, is stored as a document that a database can be
// asked about: `{"meta.crmId": 40417}`. Whole numbers become int64 and other numbers
// doubles; the order of members stays. The very text is stored beside it, as a string
// under the member's name with textSuffix, only where writing the document as JSON again
// would give other bytes.
//
// A name begins with no dollar sign and holds no dot in the database: both, the percent
// sign itself, and the first letter of _id are written as a percent sign and two
// hexadecimal digits.
//
// Text that is no JSON object, or holds what a document cannot, is stored as a string;
// so were all objects in earlier builds.

// textSuffix follows the name of a member of free data in the name of its text.
const textSuffix = "Text"

// deepest bounds the nesting of free data that becomes a document.
const deepest = 16

var errNoDocument = errors.New("the JSON has no form as a document")

// freeCoder codes free data, and its text where that is needed.
func freeCoder() coder {
	return coder{append: appendFree, read: readFree}
}

// textCoder reads the text of free data, which freeCoder has written.
func textCoder() coder {
	return coder{
		absent: func(reflect.Value) bool { return true },
		append: func(to []byte, _ string, _ reflect.Value) ([]byte, error) { return to, nil },
		read:   readJSON,
	}
}

func appendFree(to []byte, name string, v reflect.Value) ([]byte, error) {
	if v.IsNil() {
		return appendHead(to, tagNull, name), nil
	}
	text, start := v.Bytes(), len(to)
	if !utf8.Valid(text) {
		return nil, errText
	}
	document, unfit := appendObject(appendHead(to, tagDocument, name), text)
	if unfit != nil {
		return appendString(appendHead(to[:start], tagString, name), text), nil //nolint:nilerr // stored as the text that it is
	}
	written, err := objectText(document[start+len(name)+2:])
	if err != nil {
		return nil, err
	}
	if !bytes.Equal(written, text) {
		document = appendString(appendHead(document, tagString, name+textSuffix), text)
	}
	return document, nil
}

func readFree(in *reader, tag byte, v reflect.Value) error {
	if tag == tagString {
		return readJSON(in, tag, v)
	}
	if tag != tagDocument {
		return mismatch(tag, "free data")
	}
	text, err := in.objectText(nil)
	v.SetBytes(text)
	return err
}

// objectText returns the JSON of a document.
func objectText(document []byte) ([]byte, error) {
	return (&reader{doc: string(document)}).objectText(nil)
}

// appendObject adds a JSON object as a document.
func appendObject(to, text []byte) ([]byte, error) {
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	start, err := decoder.Token()
	if err != nil || start != json.Delim('{') {
		return nil, errNoDocument
	}
	to, err = appendMembers(to, decoder, true, 1)
	if err != nil {
		return nil, err
	}
	if decoder.More() || decoder.InputOffset() != int64(len(text)) {
		return nil, errNoDocument
	}
	return to, nil
}

// appendMembers adds what is left of an object or a list as a document, whose head is
// written.
func appendMembers(to []byte, decoder *json.Decoder, object bool, depth int) ([]byte, error) {
	if depth > deepest {
		return nil, errNoDocument
	}
	start := len(to)
	to = append(to, 0, 0, 0, 0)
	seen := map[string]bool{}
	for n := 0; decoder.More(); n++ {
		name := strconv.Itoa(n)
		if object {
			key, err := decoder.Token()
			if err != nil {
				return nil, errNoDocument
			}
			name, _ = key.(string)
			// A document holds a name once. A database cuts a name at a zero byte.
			if seen[name] || strings.IndexByte(name, 0) >= 0 {
				return nil, errNoDocument
			}
			seen[name] = true
			name = EscapeName(name)
		}
		var err error
		if to, err = appendFreeValue(to, name, decoder, depth, !object); err != nil {
			return nil, err
		}
	}
	if _, err := decoder.Token(); err != nil {
		return nil, errNoDocument
	}
	return closeDocument(to, start), nil
}

func appendFreeValue(to []byte, name string, decoder *json.Decoder, depth int, inList bool) ([]byte, error) {
	token, err := decoder.Token()
	if err != nil {
		return nil, errNoDocument
	}
	switch value := token.(type) {
	case json.Delim:
		if value == '{' {
			return appendMembers(appendHead(to, tagDocument, name), decoder, true, depth+1)
		}
		if inList {
			return nil, errNoDocument // not every server takes lists of lists
		}
		return appendMembers(appendHead(to, tagArray, name), decoder, false, depth+1)
	case string:
		return appendString(appendHead(to, tagString, name), value), nil
	case bool:
		to = appendHead(to, tagBool, name)
		if value {
			return append(to, 1), nil
		}
		return append(to, 0), nil
	case json.Number:
		return appendNumber(to, name, string(value))
	default:
		return appendHead(to, tagNull, name), nil
	}
}

func appendNumber(to []byte, name, text string) ([]byte, error) {
	if whole, err := strconv.ParseInt(text, 10, 64); err == nil && text != "-0" {
		return binary.LittleEndian.AppendUint64(appendHead(to, tagInt64, name), uint64(whole)), nil //nolint:gosec // the same 64 bits
	}
	number, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return nil, errNoDocument
	}
	return binary.LittleEndian.AppendUint64(appendHead(to, tagDouble, name), math.Float64bits(number)), nil
}

// objectText appends the JSON of the document that starts here.
func (in *reader) objectText(to []byte) ([]byte, error) { return in.freeText(to, '{', '}', true) }

func (in *reader) freeText(to []byte, opening, closing byte, named bool) ([]byte, error) {
	body, err := in.open()
	if err != nil {
		return nil, err
	}
	to = append(to, opening)
	for n := 0; ; n++ {
		tag, name, ok, err := body.next()
		if err != nil {
			return nil, err
		}
		if !ok {
			return append(to, closing), nil
		}
		if n > 0 {
			to = append(to, ',')
		}
		if named {
			to = append(appendQuoted(to, unescapeName(name)), ':')
		}
		if to, err = body.valueText(to, tag); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
	}
}

func (in *reader) valueText(to []byte, tag byte) ([]byte, error) {
	switch tag {
	case tagDocument:
		return in.objectText(to)
	case tagArray:
		return in.freeText(to, '[', ']', false)
	case tagString:
		text, err := in.text()
		return appendQuoted(to, text), err
	case tagBool:
		value, err := in.take(1)
		return strconv.AppendBool(to, err == nil && value[0] != 0), err
	case tagInt32:
		number, err := in.int32()
		return strconv.AppendInt(to, int64(number), 10), err
	case tagInt64:
		number, err := in.int64()
		return strconv.AppendInt(to, number, 10), err
	case tagDouble:
		number, err := in.double()
		if err == nil && (math.IsNaN(number) || math.IsInf(number, 0)) {
			err = errTooLarge // JSON has no such number
		}
		return appendDouble(to, number), err
	case tagNull, tagUndefined:
		return append(to, "null"...), nil
	default:
		return nil, mismatch(tag, "a value of JSON")
	}
}

// appendDouble writes a double so that it is read back as one.
func appendDouble(to []byte, number float64) []byte {
	start := len(to)
	to = strconv.AppendFloat(to, number, 'g', -1, 64)
	if !bytes.ContainsAny(to[start:], ".e") {
		to = append(to, ".0"...)
	}
	return to
}

// appendQuoted writes a text as JSON with no escape but those that JSON demands.
func appendQuoted(to []byte, text string) []byte {
	const hex = "0123456789abcdef"
	to = append(to, '"')
	for i := range len(text) {
		switch c := text[i]; {
		case c == '"' || c == '\\':
			to = append(to, '\\', c)
		case c == '\n':
			to = append(to, '\\', 'n')
		case c == '\r':
			to = append(to, '\\', 'r')
		case c == '\t':
			to = append(to, '\\', 't')
		case c < ' ':
			to = append(to, '\\', 'u', '0', '0', hex[c>>4], hex[c&0xf])
		default:
			to = append(to, c)
		}
	}
	return append(to, '"')
}

// EscapeName returns the name under which a database keeps a member of free data.
func EscapeName(name string) string {
	if name == "_id" {
		return "%5Fid" // servers put it first
	}
	if !strings.ContainsAny(name, "%.$") {
		return name
	}
	name = strings.NewReplacer("%", "%25", ".", "%2E").Replace(name)
	if rest, dollar := strings.CutPrefix(name, "$"); dollar {
		name = "%24" + rest
	}
	return name
}

// unescapeName reverts EscapeName.
func unescapeName(name string) string {
	if strings.IndexByte(name, '%') < 0 {
		return name
	}
	return strings.NewReplacer("%25", "%", "%2E", ".", "%24", "$", "%5F", "_").Replace(name)
}
