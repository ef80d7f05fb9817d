package codec_test

import (
	"bytes"
	"encoding/json"
	"reflect"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.mongodb.org/mongo-driver/v2/bson"
	"pgregory.net/rapid"

	"tenantry/customers"
	"tenantry/internal/store/codec"
	"tenantry/tenancy"
)

func marshal(t interface{ Fatal(...any) }, value any) []byte {
	var document bytes.Buffer
	encoder := bson.NewEncoder(bson.NewDocumentWriter(&document))
	encoder.SetRegistry(codec.Registry())
	if err := encoder.Encode(value); err != nil {
		t.Fatal(err)
	}
	return document.Bytes()
}

func unmarshal(t interface{ Fatal(...any) }, document []byte, into any) {
	decoder := bson.NewDecoder(bson.NewDocumentReader(bytes.NewReader(document)))
	decoder.SetRegistry(codec.Registry())
	if err := decoder.Decode(into); err != nil {
		t.Fatal(err)
	}
}

// A driver with the registry writes the very bytes that Encode returns, and reads them
// back, searched members included.
func TestTheDriverAgrees(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var c customers.Customer
		draw(t, reflect.ValueOf(&c).Elem())
		own, err := codec.Encode(&c)
		if err != nil {
			t.Fatal(err)
		}
		for _, value := range []any{c, &c} {
			if document := marshal(t, value); !bytes.Equal(own, document) {
				t.Fatal("the driver writes other bytes")
			}
		}
		document := marshal(t, codec.Index(&c))
		var got customers.Customer
		unmarshal(t, document, &got)
		if diff := cmp.Diff(c, got); diff != "" {
			t.Fatal(diff)
		}
		var indexed codec.Indexed
		unmarshal(t, document, &indexed)
		if diff := cmp.Diff(codec.Index(&c), &indexed); diff != "" {
			t.Fatal(diff)
		}
		if indexed.Pending != (len(c.Outbox) > 0) {
			t.Fatal("pending does not tell whether there is an outbox")
		}
	})
}

// SubresourceIDs of records can be used in filters and updates, within documents made by
// hand.
func TestPartsInHandMadeDocuments(t *testing.T) {
	t.Parallel()
	event := customers.Event{ID: tenancy.ID{1}, Type: "customer.created", Resource: json.RawMessage(`{"b":1.0}`)}
	document := marshal(t, bson.D{
		{Key: "id", Value: tenancy.ID{7}}, {Key: "ids", Value: []tenancy.ID{{1}, {2}}},
		{Key: "json", Value: json.RawMessage(`{"a":1.0}`)}, {Key: "none", Value: json.RawMessage(nil)},
		{Key: "outbox", Value: []customers.Event{event}}, {Key: "ref", Value: tenancy.Ref{Tenant: tenancy.ID{8}}},
	})
	var got struct {
		ID     tenancy.ID        `bson:"id"`
		IDs    []tenancy.ID      `bson:"ids"`
		JSON   json.RawMessage   `bson:"json"`
		None   json.RawMessage   `bson:"none"`
		Outbox []customers.Event `bson:"outbox"`
		Ref    bson.Raw          `bson:"ref"`
	}
	unmarshal(t, document, &got)
	if got.ID != (tenancy.ID{7}) || got.IDs[1] != (tenancy.ID{2}) || string(got.JSON) != `{"a":1.0}` || got.None != nil {
		t.Errorf("got %+v", got)
	}
	if diff := cmp.Diff([]customers.Event{event}, got.Outbox); diff != "" {
		t.Error(diff)
	}
	if tenant, ok := got.Ref.Lookup("tenant").ObjectIDOK(); !ok || tenant != (bson.ObjectID{8}) {
		t.Errorf("the reference is %v", got.Ref)
	}
}
