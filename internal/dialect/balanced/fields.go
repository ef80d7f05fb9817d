package balanced

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"strings"

	"tenantry/internal/fault"
	"tenantry/internal/patch"
	"tenantry/internal/secret"
)

// fields reads the members of an object, and collects what has the wrong type.
type fields struct {
	members body
	path    string
	faults  *fault.List
	// nullIsAbsent is for objects whose members cannot be cleared.
	nullIsAbsent bool
}

// take returns a member: absent, null, or its text.
func (f fields) take(name string) (raw json.RawMessage, state patch.Field[struct{}]) {
	raw, sent := f.members[name]
	switch {
	case !sent:
	case string(bytes.TrimSpace(raw)) == "null":
		state = patch.Field[struct{}]{Set: !f.nullIsAbsent, Null: !f.nullIsAbsent}
	default:
		state.Set = true
	}
	return raw, state
}

func (f fields) text(name string) patch.Field[string] {
	raw, state := f.take(name)
	field := patch.Field[string]{Set: state.Set, Null: state.Null}
	if field.Given() && json.Unmarshal(raw, &field.Value) != nil {
		f.mistyped(name, "is not a string")
		return patch.Field[string]{}
	}
	return field
}

func (f fields) secret(name string) patch.Field[secret.Text] {
	plain := f.text(name)
	return patch.Field[secret.Text]{Set: plain.Set, Null: plain.Null, Value: secret.New(plain.Value)}
}

// number reads a whole number, also in quotes.
func (f fields) number(name string) patch.Field[patch.Number] {
	raw, state := f.take(name)
	if !state.Given() {
		return patch.Field[patch.Number]{Set: state.Set, Null: state.Null}
	}
	text := strings.Trim(string(bytes.TrimSpace(raw)), `"`)
	if _, err := strconv.Atoi(text); err != nil {
		f.faults.AddValue(fault.Join(f.path, name), fault.BadValue, short(text), "is not an integer")
		return patch.Field[patch.Number]{}
	}
	return patch.Of(patch.Number(text))
}

// flag reads true or false as any of the clients write it.
func (f fields) flag(name string, otherwise bool) bool {
	raw, state := f.take(name)
	if !state.Given() {
		return otherwise
	}
	value, ok := truth(strings.Trim(string(bytes.TrimSpace(raw)), `"`))
	if !ok {
		f.mistyped(name, "is not a boolean")
		return otherwise
	}
	return value
}

// truth reads a boolean as Python, JavaScript, PHP and forms write it.
func truth(text string) (value, ok bool) {
	switch strings.ToLower(text) {
	case "true", "1":
		return true, true
	case "false", "0":
		return false, true
	}
	return false, false
}

// object reads a member that is an object; given is false when there is none.
func (f fields) object(name string) (inner fields, given bool) {
	raw, state := f.take(name)
	inner = fields{path: fault.Join(f.path, name), faults: f.faults, members: body{}}
	if !state.Given() {
		return inner, false
	}
	if json.Unmarshal(raw, &inner.members) != nil {
		f.mistyped(name, "is not an object")
		return inner, false
	}
	return inner, true
}

// texts reads an object of texts; null and what is null in it count as empty.
func (f fields) texts(name string) patch.Field[map[string]string] {
	inner, given := f.object(name)
	if _, state := f.take(name); !given {
		return patch.Field[map[string]string]{Set: state.Null}
	}
	inner.nullIsAbsent = true
	list := map[string]string{}
	for key := range inner.members {
		if field := inner.text(key); field.Given() {
			list[key] = field.Value
		}
	}
	return patch.Of(list)
}

// meta reads an object of scalars, each as Python writes it; what is null is left out,
// and null is the empty object.
func (f fields) meta(name string) patch.Field[patch.Raw] {
	inner, given := f.object(name)
	if _, state := f.take(name); !given {
		return patch.Field[patch.Raw]{Set: state.Null, Null: state.Null}
	}
	list := map[string]string{}
	for _, key := range slices.Sorted(maps.Keys(inner.members)) {
		raw := bytes.TrimSpace(inner.members[key])
		switch raw[0] {
		case '{', '[':
			f.mistyped(name, "must be one level deep")
			return patch.Field[patch.Raw]{}
		case 'n':
		case 't':
			list[key] = "True"
		case 'f':
			list[key] = "False"
		case '"':
			var text string
			if json.Unmarshal(raw, &text) == nil {
				list[key] = text
			}
		default:
			list[key] = string(raw) // a number, as it was written
		}
	}
	var buffer bytes.Buffer
	encoder := json.NewEncoder(&buffer)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(list); err != nil {
		f.mistyped(name, "cannot be read")
	}
	return patch.Of(patch.Raw(bytes.TrimSpace(buffer.Bytes())))
}

func (f fields) mistyped(name, says string) {
	f.faults.Add(fault.Join(f.path, name), fault.BadValue, says)
}

// short leaves out a value that is too long to repeat.
func short(text string) string {
	if len(text) > 64 {
		return ""
	}
	return text
}
