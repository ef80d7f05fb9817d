package jsonobj

import "encoding/json"

// Find returns the value of a key, and whether the list has it.
func Find(list []Member, key string) (json.RawMessage, bool) {
	for _, m := range list {
		if m.Key == key {
			return m.Value, true
		}
	}
	return nil, false
}
