package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/klauspost/compress/snappy"
	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
)

// answer is a JSON object that was answered.
type answer map[string]any

func answerOf(text []byte) (made answer, err error) {
	err = json.Unmarshal(text, &made)
	return made, err
}

// text returns the text at a path, or "".
func (a answer) text(path ...string) string {
	var value any = map[string]any(a)
	for _, name := range path {
		within, _ := value.(map[string]any)
		value = within[name]
	}
	text, _ := value.(string)
	return text
}

// kind is what documents of one kind take, each: as BSON, in a block that is compressed with
// others, and in each index.
type kind struct {
	name          string
	documents     int
	bytes, packed float64
	indexes       []indexed
}

// indexed is what an index takes for each document of the collection.
type indexed struct {
	name           string
	entries, bytes float64
}

// The block in which WiredTiger compresses documents, with snappy unless it is told otherwise,
// and what an index keeps for an entry beside its key: the number of the record and a header.
// Pages of indexes are three quarters full after random inserts. Prefixes that entries of one
// page share are not counted off, so this is an upper bound.
const (
	block        = 32 << 10
	besideTheKey = 10
	fullness     = 0.75
)

// kindOf returns the kind of a document: customers differ by their plan, reservations by what
// they reserve.
func kindOf(collection string, document bson.Raw) string {
	switch collection {
	case "customers":
		if plan, ok := document.Lookup("planKey").StringValueOK(); ok {
			return collection + ": " + plan
		}
	case "claims":
		if key, _ := document.Lookup("_id").StringValueOK(); strings.HasPrefix(key, "idempotency:") {
			return collection + ": idempotency key"
		}
		return collection + ": unique value"
	}
	return collection
}

// thinnedEvents are events past the time for which copies of customers are kept.
const thinnedEvents = "events: thinned"

// thin returns an event without its copy of the customer.
func thin(event bson.Raw) (bson.Raw, error) {
	var members bson.D
	if err := bson.Unmarshal(event, &members); err != nil {
		return nil, err
	}
	return bson.Marshal(slices.DeleteFunc(members, func(m bson.E) bool { return m.Key == "resource" }))
}

// measure returns what the documents of every collection take.
func measure(ctx context.Context, stored *mongo.Database) (list []kind, err error) {
	names, err := stored.ListCollectionNames(ctx, bson.D{})
	if err != nil {
		return nil, err
	}
	slices.Sort(names)
	for _, name := range names {
		indexes, err := stored.Collection(name).Indexes().ListSpecifications(ctx)
		if err != nil {
			return nil, err
		}
		found := map[string][]bson.Raw{}
		cursor, err := stored.Collection(name).Find(ctx, bson.D{})
		if err != nil {
			return nil, err
		}
		for cursor.Next(ctx) {
			of := kindOf(name, cursor.Current)
			found[of] = append(found[of], slices.Clone(cursor.Current))
			if name == "events" {
				thinned, err := thin(cursor.Current)
				if err != nil {
					return nil, err
				}
				found[thinnedEvents] = append(found[thinnedEvents], thinned)
			}
		}
		if err := cursor.Err(); err != nil {
			return nil, err
		}
		for of, documents := range found {
			one, err := measured(of, documents, indexes)
			if err != nil {
				return nil, err
			}
			list = append(list, one)
		}
	}
	slices.SortFunc(list, func(a, b kind) int { return strings.Compare(a.name, b.name) })
	return list, nil
}

func measured(name string, documents []bson.Raw, indexes []mongo.IndexSpecification) (kind, error) {
	one := kind{name: name, documents: len(documents)}
	var all []byte
	packed := 0
	for _, document := range documents {
		all = append(all, document...)
	}
	for part := range slices.Chunk(all, block) {
		packed += len(snappy.Encode(nil, part))
	}
	n := float64(len(documents))
	one.bytes, one.packed = float64(len(all))/n, float64(packed)/n
	for _, index := range indexes {
		var keys bson.D
		if err := bson.Unmarshal(index.KeysDocument, &keys); err != nil {
			return one, err
		}
		entries, size := 0, 0
		for _, document := range documents {
			count, bytes := keysOf(document, keys)
			entries, size = entries+count, size+bytes+count*besideTheKey
		}
		one.indexes = append(one.indexes, indexed{index.Name, float64(entries) / n, float64(size) / n / fullness})
	}
	return one, nil
}

// keysOf returns how many entries an index has of a document and what their keys take. One
// member may be a list, and has an entry for each element then.
func keysOf(document bson.Raw, keys bson.D) (entries, bytes int) {
	entries, each, lists := 1, 0, 0
	for _, key := range keys {
		value := document.Lookup(strings.Split(key.Key, ".")...)
		if list, ok := value.ArrayOK(); ok {
			values, _ := list.Values()
			entries = max(1, len(values))
			for _, one := range values {
				lists += sizeOf(one)
			}
			continue
		}
		each += sizeOf(value)
	}
	return entries, entries*each + lists
}

// sizeOf returns what a value takes in a key: its kind and its bytes.
func sizeOf(value bson.RawValue) int {
	switch value.Type {
	case bson.TypeString:
		return 1 + len(value.StringValue()) + 1
	case bson.TypeInt32, bson.TypeBoolean:
		return 1 + min(len(value.Value), 3)
	default:
		return 1 + len(value.Value) // absent is a null
	}
}

// inIndexes returns what all indexes take for a document.
func (k kind) inIndexes() (bytes float64) {
	for _, one := range k.indexes {
		bytes += one.bytes
	}
	return bytes
}

// write prints what a kind takes.
func (k kind) write(to io.Writer) {
	_, _ = fmt.Fprintf(to, "%s: %d documents of %.0f bytes, compressed %.0f, in indexes %.0f\n", k.name, k.documents, k.bytes, k.packed, k.inIndexes())
	for _, one := range k.indexes {
		_, _ = fmt.Fprintf(to, "    %-28s %6.2f entries %7.0f bytes\n", one.name, one.entries, one.bytes)
	}
}
