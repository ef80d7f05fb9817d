package codec_test

import (
	"encoding/json"
	"reflect"
	"time"

	"pgregory.net/rapid"

	"tenantry/tenancy"
)

// draw fills v with anything its type can hold that is stored unchanged: times in whole
// milliseconds and UTC, texts of any bytes, nil and empty lists and maps.
func draw(t *rapid.T, v reflect.Value) {
	switch v.Type() {
	case reflect.TypeFor[time.Time]():
		v.Set(reflect.ValueOf(time.UnixMilli(rapid.Int64Range(-1<<45, 1<<45).Draw(t, "time")).UTC()))
		return
	case reflect.TypeFor[tenancy.ID]():
		if rapid.Bool().Draw(t, "id given") {
			reflect.Copy(v, reflect.ValueOf(rapid.SliceOfN(rapid.Byte(), 12, 12).Draw(t, "id")))
		}
		return
	case reflect.TypeFor[json.RawMessage]():
		if rapid.Bool().Draw(t, "JSON given") {
			v.SetBytes([]byte(rapid.StringN(0, 20, -1).Draw(t, "JSON")))
		}
		return
	case reflect.TypeFor[[]byte]():
		if rapid.Bool().Draw(t, "bytes given") {
			v.SetBytes(rapid.SliceOfN(rapid.Byte(), 0, 20).Draw(t, "bytes"))
		}
		return
	}
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).Tag.Get("bson") != "-" { // else it is not stored
				draw(t, v.Field(i))
			}
		}
	case reflect.Pointer:
		if rapid.Bool().Draw(t, "given") {
			v.Set(reflect.New(v.Type().Elem()))
			draw(t, v.Elem())
		}
	case reflect.Slice:
		if rapid.Bool().Draw(t, "list given") {
			v.Set(reflect.MakeSlice(v.Type(), rapid.IntRange(0, 2).Draw(t, "length"), 2))
			for i := range v.Len() {
				draw(t, v.Index(i))
			}
		}
	case reflect.Map:
		if rapid.Bool().Draw(t, "map given") {
			v.Set(reflect.MakeMap(v.Type()))
			for range rapid.IntRange(0, 2).Draw(t, "size") {
				item := reflect.New(v.Type().Elem()).Elem()
				draw(t, item)
				v.SetMapIndex(reflect.ValueOf(rapid.StringMatching(`[^\x00]*`).Draw(t, "key")), item)
			}
		}
	case reflect.String:
		v.SetString(rapid.StringN(0, 12, -1).Draw(t, "text"))
	case reflect.Bool:
		v.SetBool(rapid.Bool().Draw(t, "flag"))
	case reflect.Uint16:
		v.SetUint(uint64(rapid.Uint16().Draw(t, "set")))
	default:
		v.SetInt(rapid.Int64Range(-1<<(v.Type().Bits()-1), 1<<(v.Type().Bits()-1)-1).Draw(t, "number"))
	}
}
