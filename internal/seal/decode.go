package seal

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
)

// decode reads the JSON of a ring more strictly than encoding/json does, which takes
// names in any case and lets the last of two equal names win: what an operator sees in
// the file must be what is used. It also keeps the words of that package out of the
// errors, because they quote what they read.
func decode(text []byte) (document, error) {
	var read document
	var keys, links, tokens []json.RawMessage
	members := map[string]any{"format": &read.Format, "root": &read.Root, "keys": &keys, "current": &read.Current}
	var peek struct {
		Format json.Number `json:"format"`
	}
	// What this does not understand, the strict reading refuses.
	if json.Unmarshal(text, &peek) == nil && peek.Format == "2" {
		members["links"], members["tokens"] = &links, &tokens
	}
	if err := decodeObject(text, members); err != nil {
		return document{}, err
	}
	read.Keys = make([]textKey, len(keys))
	for i := range keys {
		k := &read.Keys[i]
		err := decodeObject(keys[i], map[string]any{"version": &k.Version, "key": &k.Key, "created": &k.Created})
		if err != nil {
			return document{}, fmt.Errorf("entry %d of keys: %w", i+1, err)
		}
	}
	read.Links = make([]textLink, len(links))
	for i := range links {
		l := &read.Links[i]
		if err := decodeObject(links[i], map[string]any{"version": &l.Version, "key": &l.Key}); err != nil {
			return document{}, fmt.Errorf("entry %d of links: %w", i+1, err)
		}
	}
	read.Tokens = make([]textRetired, len(tokens))
	for i := range tokens {
		t := &read.Tokens[i]
		err := decodeObject(tokens[i], map[string]any{"number": &t.Version, "key": &t.Key, "created": &t.Created, "ended": &t.Ended})
		if err != nil {
			return document{}, fmt.Errorf("entry %d of tokens: %w", i+1, err)
		}
	}
	return read, nil
}

// decodeObject reads one object that has exactly the named members, each once,
// into where they point.
func decodeObject(text []byte, members map[string]any) error {
	if !json.Valid(text) {
		return errors.New("it is not whole and valid JSON; restore it from your backup")
	}
	known := strings.Join(slices.Sorted(maps.Keys(members)), ", ")
	decoder := json.NewDecoder(bytes.NewReader(text))
	if start, err := decoder.Token(); err != nil || start != json.Delim('{') {
		return errors.New("it is not a JSON object with the members " + known)
	}
	for decoder.More() {
		token, err := decoder.Token()
		name, isName := token.(string)
		if err != nil || !isName {
			return errors.New("it is not valid JSON")
		}
		into, expected := members[name]
		if !expected {
			return errors.New("it has an unknown or a repeated member; it takes each of these once: " + known)
		}
		delete(members, name)
		if err := decoder.Decode(into); err != nil {
			return fmt.Errorf("the member %s is not of the right type", name)
		}
	}
	if len(members) > 0 {
		return errors.New("it lacks " + strings.Join(slices.Sorted(maps.Keys(members)), ", "))
	}
	if _, err := decoder.Token(); err != nil { // The closing brace.
		return errors.New("it is not valid JSON")
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return errors.New("more text follows it")
	}
	return nil
}
