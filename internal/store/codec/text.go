package codec

import (
	"bytes"
	"encoding/json"
	"fmt"

	"go.mongodb.org/mongo-driver/v2/bson"
)

// Text returns a document as text: canonical MongoDB Extended JSON, which keeps the order
// and the type of every member. Texts that are no UTF-8 have no form in JSON: a document
// that holds one is {"bson": …}, its bytes in base64.
func Text(document []byte) ([]byte, error) {
	text, err := bson.MarshalExtJSON(bson.Raw(document), true, false)
	if err != nil {
		return nil, fmt.Errorf("writing a document as text: %w", err)
	}
	if !bytes.Contains(text, []byte(`\ufffd`)) {
		return text, nil
	}
	return json.Marshal(packed{document})
}

// packed is a document that has no form as text.
type packed struct {
	BSON []byte `json:"bson"`
}

// FromText reads what Text returned.
func FromText(text []byte) ([]byte, error) {
	const doing = "reading a document from text: %w"
	if bytes.HasPrefix(text, []byte(`{"bson":`)) {
		var whole packed
		if err := json.Unmarshal(text, &whole); err != nil {
			return nil, fmt.Errorf(doing, err)
		}
		return whole.BSON, nil
	}
	var members bson.D
	if err := bson.UnmarshalExtJSON(text, true, &members); err != nil {
		return nil, fmt.Errorf(doing, err)
	}
	document, err := bson.Marshal(members)
	if err != nil {
		return nil, fmt.Errorf(doing, err)
	}
	return document, nil
}
