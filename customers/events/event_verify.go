package events

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strconv"

	"tenantry/internal/fault"
	"tenantry/tenancy"
)

// VerifyEvent returns an event if what its receiver has is what was sent: every member
// sent must be as it is in the log; `urls` is not compared, because each webhook is
// shown its own, nor is what the caller may not see. It returns NotFound, Malformed, and
// Invalid with the first member that differs.
func (s *Service) VerifyEvent(ctx context.Context, caller tenancy.Caller, id string, received json.RawMessage) (EventView, error) {
	var sent, kept map[string]any
	if json.Unmarshal(received, &sent) != nil || sent == nil {
		return EventView{}, fault.New(fault.Malformed, fault.CodeMalformed, "send the event as you received it, a JSON object")
	}
	e, err := s.Lookup(ctx, caller, id, tenancy.Read)
	if err != nil {
		return EventView{}, err
	}
	view := viewFor(caller, e)
	own, err := json.Marshal(view)
	if err != nil {
		return EventView{}, fmt.Errorf("writing event %s: %w", id, err)
	}
	if err := json.Unmarshal(own, &kept); err != nil {
		return EventView{}, err
	}
	delete(sent, "urls")
	delete(sent, "names")       // they are of now, and no part of the event
	if !seesOrigin(caller, e) { // nor may it find these out by asking
		delete(sent, "address")
		delete(sent, "userAgent")
		delete(sent, "systemUser")
	}
	for _, name := range []string{"actor", "subject"} {
		if isAbove(sent[name]) || isAbove(kept[name]) { // a reader further down, or this one, has but a word
			delete(sent, name)
		}
	}
	if view.Credential == "" {
		delete(sent, "credential")
	}
	if e.Resource == nil {
		delete(sent, "resource") // the retention took the copy away
	}
	for _, name := range slices.Sorted(maps.Keys(sent)) {
		if _, known := kept[name]; !known {
			return EventView{}, fault.New(fault.Invalid, fault.CodeValidation, "an event has no such member; leave it out").About(name, fault.Unknown)
		}
	}
	if path, differs := difference(sent, kept, ""); differs {
		return EventView{}, fault.New(fault.Invalid, fault.CodeValidation,
			"this is not the event as it was sent: it is forged, or was changed on the way").About(path, fault.BadValue)
	}
	if _, given := sent["id"]; !given {
		return EventView{}, fault.New(fault.Invalid, fault.CodeValidation, "send the id of the event too").About("id", fault.Missing)
	}
	return view, nil
}

// isAbove reports whether a member is the word for somebody above its reader.
func isAbove(member any) bool {
	return member == tenancy.AboveOperator || member == tenancy.AbovePlatform
}

// difference returns the path of the first member of got that differs in want. At the
// top got may leave members out; below it may not.
func difference(got, want any, path string) (string, bool) {
	switch got := got.(type) {
	case map[string]any:
		other, ok := want.(map[string]any)
		if !ok {
			return path, true
		}
		for _, name := range slices.Sorted(maps.Keys(got)) {
			if _, there := other[name]; !there {
				return fault.Join(path, name), true
			}
			if at, differs := difference(got[name], other[name], fault.Join(path, name)); differs {
				return at, true
			}
		}
		if path != "" {
			for _, name := range slices.Sorted(maps.Keys(other)) {
				if _, there := got[name]; !there {
					return fault.Join(path, name), true
				}
			}
		}
		return "", false
	case []any:
		other, ok := want.([]any)
		if !ok || len(other) != len(got) {
			return path, true
		}
		for i := range got {
			if at, differs := difference(got[i], other[i], fault.Join(path, strconv.Itoa(i))); differs {
				return at, true
			}
		}
		return "", false
	default:
		return path, !reflect.DeepEqual(got, want)
	}
}
