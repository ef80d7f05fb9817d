package codec

import (
	"fmt"

	"go.mongodb.org/mongo-driver/v2/bson"
)

// Text returns a document as text: canonical MongoDB Extended JSON, which keeps the order
// and the type of every member.
func Text(document []byte) ([]byte, error) {
	text, err := bson.MarshalExtJSON(bson.Raw(document), true, false)
	if err != nil {
		return nil, fmt.Errorf("writing a document as text: %w", err)
	}
	return text, nil
}

// FromText reads what Text returned.
func FromText(text []byte) ([]byte, error) {
	var members bson.D
	if err := bson.UnmarshalExtJSON(text, true, &members); err != nil {
		return nil, fmt.Errorf("reading a document from text: %w", err)
	}
	document, err := bson.Marshal(members)
	if err != nil {
		return nil, fmt.Errorf("reading a document from text: %w", err)
	}
	return document, nil
}
