package testkit

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tenantry/customers"
	"tenantry/tenancy"
)

// fill makes a target for every pointer and members for every list and map, and
// seals every sealed value in a box of its own.
func fill(v reflect.Value, made *int) {
	if _, isTime := v.Interface().(time.Time); isTime {
		return
	}
	if sealed, ok := v.Addr().Interface().(*customers.Sealed); ok {
		*made++
		*sealed = customers.Sealed{Box: fmt.Append(nil, "box ", *made), Last4: "0042", Fingerprint: "f"}
		return
	}
	switch v.Kind() {
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(v.Elem(), made)
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Field(i).CanSet() {
				fill(v.Field(i), made)
			}
		}
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		for i := range v.Len() {
			fill(v.Index(i), made)
		}
	case reflect.Map:
		member := reflect.New(v.Type().Elem()).Elem()
		fill(member, made)
		v.Set(reflect.MakeMap(v.Type()))
		v.SetMapIndex(reflect.Zero(v.Type().Key()), member)
	}
}

// everything is a record with everything that a record can have.
func everything() *customers.Customer {
	c, made := &customers.Customer{}, 0
	fill(reflect.ValueOf(c).Elem(), &made)
	return c
}

// kinds are what sealed values are sealed as, by the last member of their path.
var kinds = map[string]string{
	"DateOfBirth": "dateOfBirth", "BusinessTaxID": "businessTaxId", "PersonalTaxID": "personalTaxId", "Number": "passport.number",
	"IPAddress": "device.ipAddress", "AccountNumber": "bank.accountNumber", "Amounts": "bank.drops",
	"Secret": "webhook.secret", "Previous": "webhook.secret",
}

// Every sealed value that a customer can have is visited once, under its kind: one
// that is left out could not be opened any more after a rotation of the key ring.
func TestEachSealedVisitsEverySealedValue(t *testing.T) {
	t.Parallel()
	c := everything()
	var want, got []string
	eachSealed(reflect.ValueOf(c), "", func(path string, value customers.Sealed) {
		name := path[strings.LastIndexByte(path, '.')+1:]
		if kinds[name] == "" {
			t.Errorf("%s is sealed and has no kind here", path)
		}
		want = append(want, string(value.Box)+" is "+kinds[name])
	})
	c.EachSealed(func(_ tenancy.ID, kind string, value *customers.Sealed) *customers.Sealed {
		got = append(got, string(value.Box)+" is "+kind)
		return value
	})
	slices.Sort(want)
	slices.Sort(got)
	if diff := cmp.Diff(want, got); diff != "" || len(got) == 0 {
		t.Errorf("reflection and EachSealed find other values (-reflection +EachSealed):\n%s", diff)
	}
}

// What visit returns takes the place of each value, nothing else differs, and the
// record itself, which may be shared, stays as it was.
func TestEachSealedReplacesInACopy(t *testing.T) {
	t.Parallel()
	c := everything()
	next := c.EachSealed(func(_ tenancy.ID, _ string, value *customers.Sealed) *customers.Sealed {
		return &customers.Sealed{Box: append([]byte("new "), value.Box...), Last4: value.Last4, Fingerprint: value.Fingerprint}
	})
	if diff := cmp.Diff(everything(), c); diff != "" {
		t.Errorf("the record itself changed:\n%s", diff)
	}
	before := Boxes(c)
	for path, box := range Boxes(next) {
		if string(box) != "new "+string(before[path]) {
			t.Errorf("%s holds %q", path, box)
		}
	}
	back := next.EachSealed(func(_ tenancy.ID, _ string, value *customers.Sealed) *customers.Sealed {
		return &customers.Sealed{Box: value.Box[len("new "):], Last4: value.Last4, Fingerprint: value.Fingerprint}
	})
	if diff := cmp.Diff(c, back); diff != "" {
		t.Errorf("more than sealed values changed:\n%s", diff)
	}
}
