package codec

import (
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// composite returns the coder of a type that is made of others.
func (c compiler) composite(t reflect.Type) coder {
	switch {
	case t.Kind() == reflect.Struct:
		return structCoder(c.plan(t))
	case t.Kind() == reflect.Pointer:
		return pointerCoder(t.Elem(), c.coder(t.Elem()))
	case t.Kind() == reflect.Slice:
		return listCoder(t, c.coder(t.Elem()))
	case t.Kind() == reflect.Map && t.Key() == reflect.TypeFor[string]():
		return mapCoder(t, c.coder(t.Elem()))
	default:
		panic(fmt.Sprintf("codec: there is no coder for %s", t))
	}
}

func structCoder(p *plan) coder {
	return coder{
		append: func(to []byte, name string, v reflect.Value) ([]byte, error) {
			return p.append(appendHead(to, tagDocument, name), v)
		},
		read: func(in *reader, tag byte, v reflect.Value) error {
			if tag != tagDocument {
				return mismatch(tag, "an object")
			}
			return p.read(in, v)
		},
	}
}

func pointerCoder(t reflect.Type, target coder) coder {
	return coder{
		append: func(to []byte, name string, v reflect.Value) ([]byte, error) {
			if v.IsNil() {
				return appendHead(to, tagNull, name), nil
			}
			return target.append(to, name, v.Elem())
		},
		read: func(in *reader, tag byte, v reflect.Value) error {
			made := reflect.New(t)
			v.Set(made)
			return target.read(in, tag, made.Elem())
		},
	}
}

func listCoder(t reflect.Type, item coder) coder {
	return coder{
		append: func(to []byte, name string, v reflect.Value) ([]byte, error) {
			if v.IsNil() {
				return appendHead(to, tagNull, name), nil
			}
			to = appendHead(to, tagArray, name)
			start := len(to)
			to = append(to, 0, 0, 0, 0)
			var err error
			for i := range v.Len() {
				if to, err = item.append(to, strconv.Itoa(i), v.Index(i)); err != nil {
					return nil, fmt.Errorf("%d: %w", i, err)
				}
			}
			return closeDocument(to, start), nil
		},
		read: func(in *reader, tag byte, v reflect.Value) error {
			if tag != tagArray {
				return mismatch(tag, "a list")
			}
			body, err := in.open()
			if err != nil {
				return err
			}
			length, err := body.count()
			if err != nil {
				return err
			}
			if int(t.Elem().Size())*length > spareForList+mostPerByte*len(body.doc) {
				return errHollow
			}
			v.Set(reflect.MakeSlice(t, length, length))
			for i := range length {
				tag, _, _, err := body.next()
				if err != nil {
					return err
				}
				if err := item.fill(&body, tag, v.Index(i)); err != nil {
					return fmt.Errorf("%d: %w", i, err)
				}
			}
			return nil
		},
	}
}

// A list of few bytes may stand for many large values, all null or empty, so what one takes
// in memory is bounded: spareForList bytes, and mostPerByte more for each byte that is
// stored. Lists that were written are far below.
const (
	spareForList = 1 << 16
	mostPerByte  = 16
)

var errHollow = errors.New("the list has more items than its bytes have content for")

// count returns how many elements follow, without stepping over them.
func (in reader) count() (int, error) {
	for n := 0; ; n++ {
		tag, _, ok, err := in.next()
		if err != nil || !ok {
			return n, err
		}
		if err := in.skip(tag); err != nil {
			return 0, err
		}
	}
}

func mapCoder(t reflect.Type, item coder) coder {
	return coder{
		// Keys are written in order, so that equal maps have equal bytes.
		append: func(to []byte, name string, v reflect.Value) ([]byte, error) {
			if v.IsNil() {
				return appendHead(to, tagNull, name), nil
			}
			to = appendHead(to, tagDocument, name)
			start := len(to)
			to = append(to, 0, 0, 0, 0)
			values := make(map[string]reflect.Value, v.Len())
			for key, value := range v.Seq2() {
				values[key.String()] = value
			}
			slot := reflect.New(t.Elem()).Elem()
			var err error
			for _, key := range slices.Sorted(maps.Keys(values)) {
				switch {
				case strings.IndexByte(key, 0) >= 0:
					return nil, errZeroByte
				case !utf8.ValidString(key):
					return nil, errText
				}
				slot.Set(values[key])
				if to, err = item.append(to, key, slot); err != nil {
					return nil, err
				}
			}
			return closeDocument(to, start), nil
		},
		read: func(in *reader, tag byte, v reflect.Value) error {
			if tag != tagDocument {
				return mismatch(tag, "a map")
			}
			body, err := in.open()
			if err != nil {
				return err
			}
			v.Set(reflect.MakeMap(t))
			for {
				tag, name, ok, err := body.next()
				if err != nil || !ok {
					return err
				}
				slot := reflect.New(t.Elem()).Elem()
				if err := item.fill(&body, tag, slot); err != nil {
					return err
				}
				v.SetMapIndex(reflect.ValueOf(name), slot)
			}
		},
	}
}
