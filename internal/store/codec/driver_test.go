package codec_test

import (
	"bytes"
	"encoding/json"
	"reflect"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.mongodb.org/mongo-driver/v2/bson"
	"pgregory.net/rapid"

	"tenantry/customers"
	"tenantry/internal/store/codec"
	"tenantry/tenancy"
)

// driverRegistry is the driver's own way with structs, told only what it cannot
// know: how ids and raw JSON look.
func driverRegistry() *bson.Registry {
	registry := bson.NewRegistry()
	registry.RegisterTypeEncoder(reflect.TypeFor[tenancy.ID](), bson.ValueEncoderFunc(
		func(_ bson.EncodeContext, to bson.ValueWriter, v reflect.Value) error {
			return to.WriteObjectID(bson.ObjectID(v.Interface().(tenancy.ID)))
		}))
	registry.RegisterTypeDecoder(reflect.TypeFor[tenancy.ID](), bson.ValueDecoderFunc(
		func(_ bson.DecodeContext, from bson.ValueReader, v reflect.Value) error {
			id, err := from.ReadObjectID()
			v.Set(reflect.ValueOf(tenancy.ID(id)))
			return err
		}))
	registry.RegisterTypeEncoder(reflect.TypeFor[json.RawMessage](), bson.ValueEncoderFunc(
		func(_ bson.EncodeContext, to bson.ValueWriter, v reflect.Value) error {
			if v.IsNil() {
				return to.WriteNull()
			}
			return to.WriteString(string(v.Bytes()))
		}))
	registry.RegisterTypeDecoder(reflect.TypeFor[json.RawMessage](), bson.ValueDecoderFunc(
		func(_ bson.DecodeContext, from bson.ValueReader, v reflect.Value) error {
			if from.Type() == bson.TypeNull {
				v.SetZero()
				return from.ReadNull()
			}
			text, err := from.ReadString()
			v.SetBytes([]byte(text))
			return err
		}))
	return registry
}

func driverEncode(registry *bson.Registry, c *customers.Customer) ([]byte, error) {
	var document bytes.Buffer
	encoder := bson.NewEncoder(bson.NewDocumentWriter(&document))
	encoder.SetRegistry(registry)
	err := encoder.Encode(c)
	return document.Bytes(), err
}

func driverDecode(registry *bson.Registry, document []byte) (*customers.Customer, error) {
	c := &customers.Customer{}
	decoder := bson.NewDecoder(bson.NewDocumentReader(bytes.NewReader(document)))
	decoder.SetRegistry(registry)
	return c, decoder.Decode(c)
}

// What the codec writes is what the driver's reflection makes of the same tags, to
// the byte, and the driver reads it back.
func TestDriverAgrees(t *testing.T) {
	t.Parallel()
	c, registry := large(), driverRegistry()
	withoutFreeData(c)
	document, err := codec.Encode(c)
	if err != nil {
		t.Fatal(err)
	}
	theirs, err := driverEncode(registry, c)
	if err != nil || !bytes.Equal(theirs, document) {
		t.Errorf("the driver writes, with %v:\n%s\nand the codec:\n%s", err, bson.Raw(theirs), bson.Raw(document))
	}
	read, err := driverDecode(registry, document)
	if diff := cmp.Diff(c, read); err != nil || diff != "" {
		t.Errorf("the driver reads, with %v (-written +read):\n%s", err, diff)
	}
}

// So it is with any record, but for empty lists and maps, which the driver leaves out as if
// they were nil, and for the order of maps, which the driver has none for.
func TestDriverAgreesOnAnyRecord(t *testing.T) {
	t.Parallel()
	registry := driverRegistry()
	rapid.Check(t, func(t *rapid.T) {
		c := &customers.Customer{}
		draw(t, reflect.ValueOf(c).Elem())
		withoutFreeData(c)
		alike(reflect.ValueOf(c).Elem())
		document, err := codec.Encode(c)
		if err != nil {
			t.Fatal(err)
		}
		if theirs, err := driverEncode(registry, c); err != nil || !bytes.Equal(theirs, document) {
			t.Fatalf("the driver writes, with %v:\n%s\nand the codec:\n%s", err, bson.Raw(theirs), bson.Raw(document))
		}
		read, err := driverDecode(registry, document)
		if diff := cmp.Diff(c, read); err != nil || diff != "" {
			t.Fatalf("the driver reads, with %v (-written +read):\n%s", err, diff)
		}
	})
}

// withoutFreeData drops what has a form of this package's own.
func withoutFreeData(c *customers.Customer) {
	c.Meta = nil
	for i := range c.Banks {
		c.Banks[i].Meta = nil
	}
	for i := range c.Cards {
		c.Cards[i].Meta = nil
	}
}

// alike makes every empty list and map nil, and leaves one member in others.
func alike(v reflect.Value) {
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			alike(v.Elem())
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Field(i).CanSet() {
				alike(v.Field(i))
			}
		}
	case reflect.Slice:
		if v.Len() == 0 {
			v.SetZero()
		}
		for i := range v.Len() {
			alike(v.Index(i))
		}
	case reflect.Map:
		for i, key := range v.MapKeys() {
			if i > 0 {
				v.SetMapIndex(key, reflect.Value{})
			}
		}
		if v.Len() == 0 {
			v.SetZero()
		}
	}
}

// BenchmarkAgainstDriver encodes and decodes one customer in turn with this package
// and with the driver's reflection, and reports how many of the former's calls fit
// in the time of one of the latter's.
func BenchmarkAgainstDriver(b *testing.B) {
	c, registry := large(), driverRegistry()
	withoutFreeData(c) // which the driver does not know
	document, err := codec.Encode(c)
	if err != nil {
		b.Fatal(err)
	}
	b.Run("Encode", func(b *testing.B) {
		compare(b,
			func() error { _, err := codec.Encode(c); return err },
			func() error { _, err := driverEncode(registry, c); return err })
	})
	b.Run("Decode", func(b *testing.B) {
		compare(b,
			func() error { _, err := codec.Decode(document); return err },
			func() error { _, err := driverDecode(registry, document); return err })
	})
}

func compare(b *testing.B, own, driver func() error) {
	b.Helper()
	var ours, theirs time.Duration
	for b.Loop() {
		start := time.Now()
		err := own()
		between := time.Now()
		driverErr := driver()
		ours, theirs = ours+between.Sub(start), theirs+time.Since(between)
		if err != nil || driverErr != nil {
			b.Fatal(err, driverErr)
		}
	}
	b.ReportMetric(float64(theirs)/float64(ours), "x-driver")
	b.ReportMetric(float64(ours.Nanoseconds())/float64(b.N), "own-ns/op")
	b.ReportMetric(float64(theirs.Nanoseconds())/float64(b.N), "driver-ns/op")
}
