package codec

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"unicode/utf8"
)

// The faults of bytes that should be a document.
var (
	errShort    = errors.New("the document ends too early")
	errLength   = errors.New("a length in the document is wrong")
	errTrailing = errors.New("bytes follow the document")
)

// errText is the fault of text that some databases refuse and others change. It is neither
// written nor read.
var errText = errors.New("the text is not UTF-8")

// The BSON element types that documents of ours hold, or that are skipped.
const (
	tagDouble    = 0x01
	tagString    = 0x02
	tagDocument  = 0x03
	tagArray     = 0x04
	tagBinary    = 0x05
	tagUndefined = 0x06
	tagObjectID  = 0x07
	tagBool      = 0x08
	tagDateTime  = 0x09
	tagNull      = 0x0a
	tagRegex     = 0x0b
	tagPointer   = 0x0c
	tagCode      = 0x0d
	tagSymbol    = 0x0e
	tagScope     = 0x0f
	tagInt32     = 0x10
	tagTimestamp = 0x11
	tagInt64     = 0x12
	tagDecimal   = 0x13
	tagMaxKey    = 0x7f
	tagMinKey    = 0xff
)

// reader walks over the bytes of one document. It checks every length before it
// trusts it.
type reader struct {
	doc string
	at  int
}

// take returns the next n bytes.
func (in *reader) take(n int) (string, error) {
	if n < 0 || n > len(in.doc)-in.at {
		return "", errShort
	}
	part := in.doc[in.at : in.at+n]
	in.at += n
	return part, nil
}

func (in *reader) int32() (int32, error) {
	b, err := in.take(4)
	if err != nil {
		return 0, err
	}
	return int32(uint32(b[0]) | uint32(b[1])<<8 | uint32(b[2])<<16 | uint32(b[3])<<24), nil //nolint:gosec // the same 32 bits
}

func (in *reader) int64() (int64, error) {
	b, err := in.take(8)
	if err != nil {
		return 0, err
	}
	low := uint64(b[0]) | uint64(b[1])<<8 | uint64(b[2])<<16 | uint64(b[3])<<24
	high := uint64(b[4]) | uint64(b[5])<<8 | uint64(b[6])<<16 | uint64(b[7])<<24
	return int64(low | high<<32), nil //nolint:gosec // the same 64 bits
}

func (in *reader) double() (float64, error) {
	bits, err := in.int64()
	return math.Float64frombits(uint64(bits)), err //nolint:gosec // the same 64 bits
}

// name returns the text up to the next zero byte, which is UTF-8.
func (in *reader) name() (string, error) {
	length := strings.IndexByte(in.doc[in.at:], 0)
	if length < 0 {
		return "", errShort
	}
	name := in.doc[in.at : in.at+length]
	if !utf8.ValidString(name) {
		return "", errText
	}
	in.at += length + 1
	return name, nil
}

// text returns a string value, which is UTF-8.
func (in *reader) text() (string, error) {
	length, err := in.int32()
	if err != nil {
		return "", err
	}
	if length < 1 {
		return "", errLength
	}
	text, err := in.take(int(length))
	if err != nil {
		return "", err
	}
	if text[length-1] != 0 {
		return "", errLength
	}
	if text = text[:length-1]; !utf8.ValidString(text) {
		return "", errText
	}
	return text, nil
}

// open returns a reader of the elements of the document or array that starts here, and
// steps behind it.
func (in *reader) open() (reader, error) {
	length, err := in.int32()
	if err != nil {
		return reader{}, err
	}
	if length < 5 {
		return reader{}, errLength
	}
	body, err := in.take(int(length) - 4)
	if err != nil {
		return reader{}, err
	}
	if body[len(body)-1] != 0 {
		return reader{}, errLength
	}
	return reader{doc: body[:len(body)-1]}, nil
}

// next reads the head of the next element; ok is false behind the last.
func (in *reader) next() (tag byte, name string, ok bool, err error) {
	if in.at == len(in.doc) {
		return 0, "", false, nil
	}
	tag = in.doc[in.at]
	in.at++
	name, err = in.name()
	return tag, name, err == nil, err
}

// skip steps over a value of the type.
func (in *reader) skip(tag byte) error {
	switch tag {
	case tagUndefined, tagNull, tagMaxKey, tagMinKey:
		return nil
	case tagBool:
		return in.skipBytes(1)
	case tagInt32:
		return in.skipBytes(4)
	case tagDouble, tagDateTime, tagTimestamp, tagInt64:
		return in.skipBytes(8)
	case tagObjectID:
		return in.skipBytes(12)
	case tagDecimal:
		return in.skipBytes(16)
	case tagString, tagCode, tagSymbol:
		_, err := in.text()
		return err
	case tagPointer:
		if _, err := in.text(); err != nil {
			return err
		}
		return in.skipBytes(12)
	case tagRegex:
		if _, err := in.name(); err != nil {
			return err
		}
		_, err := in.name()
		return err
	case tagBinary:
		_, err := in.binary()
		return err
	case tagDocument, tagArray:
		_, err := in.open()
		return err
	case tagScope:
		length, err := in.int32()
		if err != nil {
			return err
		}
		return in.skipBytes(int(length) - 4)
	default:
		return fmt.Errorf("there is no element type %#x", tag)
	}
}

func (in *reader) skipBytes(n int) error {
	_, err := in.take(n)
	return err
}

// binary returns the bytes of a binary value, whatever its subtype.
func (in *reader) binary() (string, error) {
	length, err := in.int32()
	if err != nil {
		return "", err
	}
	if length < 0 {
		return "", errLength
	}
	if err := in.skipBytes(1); err != nil {
		return "", err
	}
	return in.take(int(length))
}
