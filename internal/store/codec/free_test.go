package codec_test

import (
	"encoding/json"
	"testing"

	"go.mongodb.org/mongo-driver/v2/bson"
	"pgregory.net/rapid"

	"tenantry/customers"
	"tenantry/internal/patch"
	"tenantry/internal/store/codec"
)

// Free data is stored as a document, with the types that a database can be asked about
// and names that it can hold, and comes back byte for byte.
func TestFreeDataIsADocument(t *testing.T) {
	t.Parallel()
	text := `{"crmId":40417,"ratio":1.0,"on":true,"none":null,"name":"Zoë <b>","$set":{"a.b":["x",-7,2.5]},"50%":"\n"}`
	document, err := codec.Encode(&customers.Customer{Meta: patch.Raw(text)})
	if err != nil {
		t.Fatal(err)
	}
	raw := bson.Raw(document)
	for name, want := range map[string]bson.Type{
		"crmId": bson.TypeInt64, "ratio": bson.TypeDouble, "on": bson.TypeBoolean, "none": bson.TypeNull, "name": bson.TypeString,
		"%24set": bson.TypeEmbeddedDocument, "50%25": bson.TypeString,
	} {
		t.Run(name, func(t *testing.T) {
			if got := raw.Lookup("meta", name).Type; got != want {
				t.Errorf("%s is stored as %s, not %s", name, got, want)
			}
		})
	}
	if got := raw.Lookup("meta", "%24set", "a%2Eb", "2").Double(); got != 2.5 {
		t.Errorf("the last item is %v", got)
	}
	if !raw.Lookup("metaText").IsZero() {
		t.Error("the text is stored beside a document that says the same")
	}
}

// The text is stored beside the document where the document alone would give other bytes,
// and what has no form as a document is stored as the text that it is.
func TestFreeDataKeepsItsText(t *testing.T) {
	t.Parallel()
	for text, stored := range map[string]bson.Type{
		`{"a": 1}`:                      bson.TypeEmbeddedDocument,
		`{"a":1e2}`:                     bson.TypeEmbeddedDocument,
		`{"a":1.50}`:                    bson.TypeEmbeddedDocument,
		`{"a":-0}`:                      bson.TypeEmbeddedDocument,
		`{"a":"\u00e9"}`:                bson.TypeEmbeddedDocument,
		`{"a":"\ud800"}`:                bson.TypeEmbeddedDocument,
		`{"a":1,"a":2}`:                 bson.TypeString,
		`{"a":12345678901234567890123}`: bson.TypeEmbeddedDocument,
		`{"a":1e400}`:                   bson.TypeString,
		`{"a\u0000b":1}`:                bson.TypeString,
		`[1]`:                           bson.TypeString,
		`{} `:                           bson.TypeString,
		"no JSON":                       bson.TypeString,
		"":                              bson.TypeString,
	} {
		t.Run(text, func(t *testing.T) {
			document, err := codec.Encode(&customers.Customer{Meta: patch.Raw(text)})
			if err != nil {
				t.Fatal(err)
			}
			if got := bson.Raw(document).Lookup("meta").Type; got != stored {
				t.Errorf("%q is stored as %s, not %s", text, got, stored)
			}
			c, err := codec.Decode(document)
			if err != nil || string(c.Meta) != text {
				t.Errorf("%q comes back as %q (%v)", text, c.Meta, err)
			}
		})
	}
}

// Every JSON object comes back byte for byte.
func TestFreeDataRoundTrip(t *testing.T) {
	t.Parallel()
	scalar := rapid.OneOf(
		rapid.Map(rapid.Int64(), func(n int64) any { return n }),
		rapid.Map(rapid.Float64(), func(n float64) any { return n }),
		rapid.Map(rapid.String(), func(s string) any { return s }),
		rapid.Just[any](nil), rapid.Just[any](true),
	)
	rapid.Check(t, func(t *rapid.T) {
		value := bson.M{}
		for _, name := range rapid.SliceOfNDistinct(rapid.StringMatching(`[^\x00]{1,6}`), 0, 4, rapid.ID[string]).Draw(t, "names") {
			value[name] = rapid.OneOf(scalar,
				rapid.Map(rapid.SliceOfN(scalar, 0, 3), func(l []any) any { return l }),
				rapid.Map(rapid.MapOfN(rapid.StringMatching(`[$.%a-z]{1,5}`), scalar, 0, 3), func(m map[string]any) any { return m }),
			).Draw(t, "value")
		}
		text := jsonOf(t, value)
		document, err := codec.Encode(&customers.Customer{Meta: text})
		if err != nil {
			t.Fatal(err)
		}
		c, err := codec.Decode(document)
		if err != nil || string(c.Meta) != string(text) {
			t.Fatalf("%s comes back as %s (%v)", text, c.Meta, err)
		}
		if got := bson.Raw(document).Lookup("meta").Type; got != bson.TypeEmbeddedDocument {
			t.Fatalf("%s is stored as %s", text, got)
		}
	})
}

func jsonOf(t *rapid.T, value any) patch.Raw {
	text, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// A customer of an earlier build, whose free data is a text, is read as ever.
func TestFreeDataOfEarlierBuilds(t *testing.T) {
	t.Parallel()
	document, err := bson.Marshal(bson.D{{Key: "meta", Value: `{"a": 1}`}})
	if err != nil {
		t.Fatal(err)
	}
	if c, err := codec.Decode(document); err != nil || string(c.Meta) != `{"a": 1}` {
		t.Errorf("read as %q (%v)", c.Meta, err)
	}
}
