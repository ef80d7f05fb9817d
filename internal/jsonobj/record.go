package jsonobj

import "encoding/json"

func Find(list []Member, key string) (json.RawMessage, bool) {
	for _, m := range list {
		if m.Key == key {
			return m.Value, true
		}
	}
	return nil, false
}
