package codec

import (
	"encoding/json"
	"fmt"
	"reflect"

	"go.mongodb.org/mongo-driver/v2/bson"

	"tenantry/tenancy"
)

// Registry returns a registry for the MongoDB driver that codes every stored type, the
// structs that they are made of, ids and raw JSON as this package does. Each call makes a
// new one.
func Registry() *bson.Registry {
	registry := bson.NewRegistry()
	for t, p := range documents {
		registry.RegisterTypeEncoder(t, structEncoder(p))
		registry.RegisterTypeDecoder(t, structDecoder(p))
	}
	registry.RegisterTypeEncoder(reflect.TypeFor[tenancy.ID](), bson.ValueEncoderFunc(writeID))
	registry.RegisterTypeDecoder(reflect.TypeFor[tenancy.ID](), bson.ValueDecoderFunc(decodeID))
	registry.RegisterTypeEncoder(reflect.TypeFor[json.RawMessage](), bson.ValueEncoderFunc(writeJSON))
	registry.RegisterTypeDecoder(reflect.TypeFor[json.RawMessage](), bson.ValueDecoderFunc(decodeJSON))
	return registry
}

// structEncoder hands the driver the finished document.
func structEncoder(p *plan) bson.ValueEncoder {
	return bson.ValueEncoderFunc(func(ec bson.EncodeContext, to bson.ValueWriter, v reflect.Value) error {
		// What the driver hands in may not be addressable.
		value := reflect.New(v.Type()).Elem()
		value.Set(v)
		document, err := p.append(make([]byte, 0, roomForDocument), value)
		if err != nil {
			return fmt.Errorf("encoding %s: %w", v.Type(), err)
		}
		raw := reflect.ValueOf(bson.Raw(document))
		encoder, err := ec.LookupEncoder(raw.Type())
		if err != nil {
			return fmt.Errorf("looking up the encoder of finished documents: %w", err)
		}
		return encoder.EncodeValue(ec, to, raw)
	})
}

func structDecoder(p *plan) bson.ValueDecoder {
	return bson.ValueDecoderFunc(func(dc bson.DecodeContext, from bson.ValueReader, v reflect.Value) error {
		var raw bson.Raw
		decoder, err := dc.LookupDecoder(reflect.TypeOf(raw))
		if err != nil {
			return fmt.Errorf("looking up the decoder of whole documents: %w", err)
		}
		if err := decoder.DecodeValue(dc, from, reflect.ValueOf(&raw).Elem()); err != nil {
			return err
		}
		v.SetZero()
		if raw == nil {
			return nil
		}
		return p.read(&reader{doc: string(raw)}, v)
	})
}

func writeID(_ bson.EncodeContext, to bson.ValueWriter, v reflect.Value) error {
	return to.WriteObjectID(bson.ObjectID(v.Interface().(tenancy.ID)))
}

func decodeID(_ bson.DecodeContext, from bson.ValueReader, v reflect.Value) error {
	if from.Type() == bson.TypeNull {
		v.SetZero()
		return from.ReadNull()
	}
	id, err := from.ReadObjectID()
	v.Set(reflect.ValueOf(tenancy.ID(id)))
	return err
}

func writeJSON(_ bson.EncodeContext, to bson.ValueWriter, v reflect.Value) error {
	if v.IsNil() {
		return to.WriteNull()
	}
	return to.WriteString(string(v.Bytes()))
}

func decodeJSON(_ bson.DecodeContext, from bson.ValueReader, v reflect.Value) error {
	if from.Type() == bson.TypeNull {
		v.SetZero()
		return from.ReadNull()
	}
	text, err := from.ReadString()
	v.SetBytes([]byte(text))
	return err
}
