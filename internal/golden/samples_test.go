package golden_test

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"hash/fnv"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tenantry/internal/store/codec"
	"tenantry/internal/testkit"
	"tenantry/tenancy"
)

// One document of each stored type, with every member of it set, has the bytes that it
// had, and is read back as it was.
func TestSamples(t *testing.T) {
	t.Parallel()
	var out strings.Builder
	sample(t, &out, "customer", codec.Encode, codec.Decode)
	sample(t, &out, "claim", codec.EncodeClaim, codec.DecodeClaim)
	sample(t, &out, "event", codec.EncodeEvent, codec.DecodeEvent)
	sample(t, &out, "delivery", codec.EncodeDelivery, codec.DecodeDelivery)
	sample(t, &out, "activity", codec.EncodeActivity, codec.DecodeActivity)
	compare(t, "samples.store", []byte(out.String()))
}

func write(t *testing.T, out *strings.Builder, name string, document []byte) {
	t.Helper()
	fmt.Fprintf(out, "=== %s\n%s%s\n\n", name, asText(t, document), hex.EncodeToString(document))
}

// sample writes the document of a value in which everything is set. What it is made of
// follows from the names of its members as they are stored, so that it is the same
// wherever the type lives and whatever its fields are called.
func sample[T any](t *testing.T, out *strings.Builder, name string, encode func(*T) ([]byte, error), decode func([]byte) (*T, error)) *T {
	t.Helper()
	value := new(T)
	fill(t, reflect.ValueOf(value).Elem(), name)
	if empty := unset(reflect.ValueOf(value).Elem(), name); len(empty) > 0 {
		t.Fatalf("the sample leaves %s unset", strings.Join(empty, ", "))
	}
	document, err := encode(value)
	testkit.Must(t, err)
	again, err := decode(document)
	testkit.Must(t, err)
	if diff := cmp.Diff(value, again, cmp.Exporter(func(reflect.Type) bool { return true })); diff != "" {
		t.Errorf("%s is read back as another (-stored +read):\n%s", name, diff)
	}
	write(t, out, name, document)
	return value
}

// number is one that follows from a path, above 0.
func number(path string) int64 {
	digest := fnv.New32a()
	_, _ = digest.Write([]byte(path))
	return int64(digest.Sum32()>>8) + 1
}

// fill sets a value and all that is in it.
func fill(t *testing.T, v reflect.Value, path string) {
	t.Helper()
	n := number(path)
	switch into := v.Addr().Interface().(type) {
	case *tenancy.ID:
		*into = tenancy.ID([]byte(fmt.Sprintf("%012d", n)))
		return
	case *time.Time:
		*into = time.UnixMilli(1_700_000_000_000 + n).UTC()
		return
	case *json.RawMessage:
		*into = fmt.Appendf(nil, `{ "of": %q, "n":%d}`, path, n)
		return
	case *[]byte:
		*into = []byte("\x00\xff" + path)
		return
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString(path)
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int, reflect.Int32, reflect.Int64:
		v.SetInt(n)
	case reflect.Uint16:
		v.SetUint(uint64(n & 0x7fff))
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(t, v.Elem(), path)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		for i := range 2 {
			fill(t, v.Index(i), fmt.Sprintf("%s.%d", path, i))
		}
	case reflect.Map:
		v.Set(reflect.MakeMap(v.Type()))
		for _, name := range []string{"b", "a"} {
			member := reflect.New(v.Type().Elem()).Elem()
			fill(t, member, path+"."+name)
			key := reflect.New(v.Type().Key()).Elem()
			key.SetString(name)
			v.SetMapIndex(key, member)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if name, stored := memberOf(v.Type().Field(i)); stored {
				fill(t, v.Field(i), path+name)
			}
		}
	default:
		t.Fatalf("%s is a %s, for which there is no sample", path, v.Type())
	}
}

// memberOf returns how a field is stored, as a part of a path; stored is false for one
// that is not.
func memberOf(field reflect.StructField) (name string, stored bool) {
	tag, options, _ := strings.Cut(field.Tag.Get("bson"), ",")
	switch {
	case tag == "-" || !field.IsExported():
		return "", false
	case strings.Contains(options, "inline"):
		return "", true
	case tag == "":
		return "." + strings.ToLower(field.Name), true
	default:
		return "." + tag, true
	}
}

// unset lists what of a value is zero.
func unset(v reflect.Value, path string) (list []string) {
	if v.IsZero() {
		return []string{path}
	}
	switch v.Kind() {
	case reflect.Pointer:
		return unset(v.Elem(), path)
	case reflect.Slice:
		for i := range v.Len() {
			if v.Type().Elem().Kind() != reflect.Uint8 {
				list = append(list, unset(v.Index(i), fmt.Sprintf("%s.%d", path, i))...)
			}
		}
	case reflect.Map:
		for _, key := range v.MapKeys() {
			list = append(list, unset(v.MapIndex(key), path+"."+key.String())...)
		}
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[time.Time]() {
			return nil
		}
		for i := range v.NumField() {
			if name, stored := memberOf(v.Type().Field(i)); stored {
				list = append(list, unset(v.Field(i), path+name)...)
			}
		}
	}
	return list
}
