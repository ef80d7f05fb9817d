package client

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
)

// encode writes the body of a call. It differs from encoding/json in one thing: a [Secret]
// is written as its text and not as a mask. Of the tags it knows names, "-" and omitzero,
// which is what inputs have.
func encode(input any) ([]byte, error) {
	var out bytes.Buffer
	if err := encodeValue(&out, reflect.ValueOf(input)); err != nil {
		return nil, fmt.Errorf("encoding the body: %w", err)
	}
	return out.Bytes(), nil
}

func encodeValue(out *bytes.Buffer, value reflect.Value) error {
	if !value.IsValid() {
		out.WriteString("null")
		return nil
	}
	switch known := value.Interface().(type) {
	case Secret:
		return encodePlain(out, known.Reveal())
	case interface{ content() any }:
		return encodeValue(out, reflect.ValueOf(known.content()))
	case json.Marshaler:
		return encodePlain(out, known)
	}
	switch value.Kind() {
	case reflect.Pointer, reflect.Interface:
		return encodeValue(out, value.Elem()) // the zero Value of nil is null
	case reflect.Struct:
		out.WriteByte('{')
		if err := encodeFields(out, value, out.Len()); err != nil {
			return err
		}
		out.WriteByte('}')
		return nil
	case reflect.Slice:
		if value.IsNil() || value.Type().Elem().Kind() == reflect.Uint8 {
			return encodePlain(out, value.Interface())
		}
		out.WriteByte('[')
		for i := range value.Len() {
			if i > 0 {
				out.WriteByte(',')
			}
			if err := encodeValue(out, value.Index(i)); err != nil {
				return err
			}
		}
		out.WriteByte(']')
		return nil
	case reflect.Map:
		return encodeMap(out, value)
	default:
		return encodePlain(out, value.Interface())
	}
}

// encodeFields writes the members of a struct; start is where the object began.
func encodeFields(out *bytes.Buffer, value reflect.Value, start int) error {
	for i := range value.NumField() {
		field := value.Type().Field(i)
		name, options, _ := strings.Cut(field.Tag.Get("json"), ",")
		switch {
		case field.Anonymous && name == "":
			if err := encodeFields(out, value.Field(i), start); err != nil {
				return err
			}
			continue
		case !field.IsExported() || name == "-":
			continue
		case options == "omitzero" && isZero(value.Field(i)):
			continue
		}
		if out.Len() > start {
			out.WriteByte(',')
		}
		if err := encodePlain(out, name); err != nil {
			return err
		}
		out.WriteByte(':')
		if err := encodeValue(out, value.Field(i)); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	return nil
}

func encodeMap(out *bytes.Buffer, value reflect.Value) error {
	if value.Type().Key().Kind() != reflect.String || value.IsNil() {
		return encodePlain(out, value.Interface())
	}
	keys := value.MapKeys()
	slices.SortFunc(keys, func(a, b reflect.Value) int { return strings.Compare(a.String(), b.String()) })
	out.WriteByte('{')
	for i, key := range keys {
		if i > 0 {
			out.WriteByte(',')
		}
		if err := encodePlain(out, key.String()); err != nil {
			return err
		}
		out.WriteByte(':')
		if err := encodeValue(out, value.MapIndex(key)); err != nil {
			return fmt.Errorf("%s: %w", key.String(), err)
		}
	}
	out.WriteByte('}')
	return nil
}

func encodePlain(out *bytes.Buffer, value any) error {
	encoded, err := json.Marshal(value)
	if err != nil {
		return err
	}
	out.Write(encoded)
	return nil
}

func isZero(value reflect.Value) bool {
	if known, ok := value.Interface().(interface{ IsZero() bool }); ok {
		return known.IsZero()
	}
	return value.IsZero()
}
