package codec_test

import (
	"bytes"
	"fmt"
	"reflect"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.mongodb.org/mongo-driver/v2/bson"
	"pgregory.net/rapid"

	"tenantry/customers"
	"tenantry/customers/reviews"
	"tenantry/internal/store/codec"
	"tenantry/tenancy"
)

// roundTrip checks that whatever a T holds comes back equal, nil and empty distinguished,
// that equal values have equal bytes, and that its text has all of it.
func roundTrip[T any](t *testing.T, encode func(*T) ([]byte, error), decode func([]byte) (*T, error)) {
	t.Helper()
	rapid.Check(t, func(t *rapid.T) {
		var value T
		draw(t, reflect.ValueOf(&value).Elem())
		document, err := encode(&value)
		if err != nil {
			t.Fatal(err)
		}
		if err := bson.Raw(document).Validate(); err != nil {
			t.Fatalf("what was encoded is no BSON: %v", err)
		}
		got, err := decode(document)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(&value, got); diff != "" {
			t.Fatal(diff)
		}
		text, err := codec.Text(document)
		if err != nil {
			t.Fatal(err)
		}
		if read, err := codec.FromText(text); err != nil || !bytes.Equal(read, document) {
			t.Fatalf("as text it comes back otherwise (%v):\n%s\n%s\n%s", err, bson.Raw(document), text, bson.Raw(read))
		}
		again, err := encode(got)
		if err != nil || !bytes.Equal(again, document) {
			t.Fatalf("the same value has other bytes (%v)", err)
		}
	})
}

// Every record comes back as it was given.
func TestWhatIsStoredComesBack(t *testing.T) {
	t.Parallel()
	t.Run("customer", func(t *testing.T) { t.Parallel(); roundTrip(t, codec.Encode, codec.Decode) })
	t.Run("claim", func(t *testing.T) { t.Parallel(); roundTrip(t, codec.EncodeClaim, codec.DecodeClaim) })
	t.Run("event", func(t *testing.T) { t.Parallel(); roundTrip(t, codec.EncodeEvent, codec.DecodeEvent) })
}

// The element types are those that the database's own tools understand, and
// absent members take no room.
func TestElementTypes(t *testing.T) {
	t.Parallel()
	removed := time.UnixMilli(1_700_000_000_123)
	document, err := codec.Encode(&customers.Customer{
		ID: tenancy.ID{1}, Version: 7, Created: removed, Deleted: &removed, Meta: []byte(`{"b":1.0,"a":"<b>"}`),
		Identity: reviews.Identity{Status: reviews.IdentityNone},
		Cards:    []customers.Card{{ExpirationMonth: 12, Active: true}},
		Banks:    []customers.Bank{{AccountNumber: customers.Sealed{Box: []byte{9}}}},
		Users:    []customers.User{},
	})
	if err != nil {
		t.Fatal(err)
	}
	raw := bson.Raw(document)
	for _, row := range []struct {
		want bson.Type
		path []string
	}{
		{bson.TypeObjectID, []string{"_id"}},
		{bson.TypeInt64, []string{"version"}},
		{bson.TypeDateTime, []string{"created"}},
		{bson.TypeDateTime, []string{"deleted"}},
		{bson.TypeNull, []string{"path"}},
		{bson.TypeEmbeddedDocument, []string{"meta"}},
		{bson.TypeDouble, []string{"meta", "b"}},
		{bson.TypeString, []string{"identity", "status"}},
		{bson.TypeInt32, []string{"cards", "0", "expirationMonth"}},
		{bson.TypeBoolean, []string{"cards", "0", "active"}},
		{bson.TypeBinary, []string{"banks", "0", "accountNumber", "box"}},
		{bson.TypeArray, []string{"users"}},
	} {
		t.Run(fmt.Sprint(row.path), func(t *testing.T) {
			if value, err := raw.LookupErr(row.path...); err != nil || value.Type != row.want {
				t.Errorf("%v is %v (%v), not %v", row.path, value.Type, err, row.want)
			}
		})
	}
	for _, absent := range []string{"parent", "merchantKey", "keys", "settings", "outbox", "keyUse"} {
		t.Run(absent, func(t *testing.T) {
			if _, err := raw.LookupErr(absent); err == nil {
				t.Errorf("%s is there, though it was not given", absent)
			}
		})
	}
}

// A record that a newer program wrote, with members unknown here, can be read;
// so can a whole number that became a double, and null stands for absent.
func TestStrangeButReadable(t *testing.T) {
	t.Parallel()
	document, err := bson.Marshal(bson.D{
		{Key: "future", Value: bson.D{{Key: "a", Value: bson.A{1, "x", nil, bson.Regex{Pattern: "a"}}}}},
		{Key: "name", Value: "Zoë"}, {Key: "decimal", Value: bson.NewDecimal128(1, 2)}, {Key: "code", Value: bson.CodeWithScope{Code: "x", Scope: bson.D{}}},
		{Key: "version", Value: 3.0}, {Key: "keyCount", Value: int64(4)}, {Key: "banks", Value: nil}, {Key: "email", Value: nil},
		{Key: "low", Value: bson.MinKey{}}, {Key: "path", Value: bson.A{bson.ObjectID{1}}},
	})
	if err != nil {
		t.Fatal(err)
	}
	got, err := codec.Decode(document)
	if err != nil {
		t.Fatal(err)
	}
	want := &customers.Customer{Name: "Zoë", Version: 3, KeyCount: 4, Path: []tenancy.ID{{1}}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// Bytes that cannot be a customer are refused, naming the member but never its value.
func TestWhatIsRefused(t *testing.T) {
	t.Parallel()
	for name, document := range map[string]bson.D{
		"a text for a time":     {{Key: "created", Value: "secret"}},
		"a text for an id":      {{Key: "_id", Value: "secret"}},
		"a fraction":            {{Key: "version", Value: 1.5}},
		"too large":             {{Key: "keyCount", Value: int64(1) << 40}},
		"a list for an object":  {{Key: "address", Value: bson.A{}}},
		"an object for a list":  {{Key: "banks", Value: bson.D{}}},
		"a number for a text":   {{Key: "name", Value: 7}},
		"a negative set":        {{Key: "keys", Value: bson.A{bson.D{{Key: "scopes", Value: -1}}}}},
		"a text within a list":  {{Key: "path", Value: bson.A{"secret"}}},
		"a number for raw JSON": {{Key: "meta", Value: 7}},
		"no UTF-8":              {{Key: "name", Value: "secret\xff"}},
		"no UTF-8 as JSON":      {{Key: "outbox", Value: bson.A{bson.D{{Key: "resource", Value: "\xff"}}}}},
		"no UTF-8 as a name":    {{Key: "keyUse", Value: bson.D{{Key: "\xff", Value: time.Now()}}}},
		"many null banks":       {{Key: "banks", Value: make(bson.A, 100_000)}},
	} {
		t.Run(name, func(t *testing.T) {
			encoded, err := bson.Marshal(document)
			if err != nil {
				t.Fatal(err)
			}
			if got, err := codec.Decode(encoded); err == nil {
				t.Errorf("%s: read as %+v", name, got)
			}
		})
	}
	whole, err := codec.Encode(&customers.Customer{Name: "x"})
	if err != nil {
		t.Fatal(err)
	}
	for cut := range whole {
		if _, err := codec.Decode(whole[:cut]); err == nil {
			t.Errorf("the first %d bytes of %d were read as a customer", cut, len(whole))
		}
	}
	if _, err := codec.Decode(append(whole, 0)); err == nil {
		t.Error("a byte behind the document was overlooked")
	}
	if _, err := codec.Encode(&customers.Customer{KeyUse: map[string]time.Time{"a\x00b": {}}}); err == nil {
		t.Error("a member name with a zero byte was written")
	}
	for name, c := range map[string]customers.Customer{
		"text": {Name: "\xff"}, "JSON": {Outbox: []customers.Event{{Resource: []byte("\xff")}}},
		"free data": {Meta: []byte("\xff")}, "a name": {KeyUse: map[string]time.Time{"\xff": {}}},
	} {
		t.Run("writing "+name, func(t *testing.T) {
			if _, err := codec.Encode(&c); err == nil {
				t.Error("what is not UTF-8 was written, and could not be read again")
			}
		})
	}
}
