package page

import (
	"errors"
	"fmt"
	"html/template"
	"strconv"
	"strings"
	"time"

	"tenantry/customers/view"
)

// functions are what templates of a language call beside those of the language itself:
//
//	t "key" "name" value …   the text of a key of messages/
//	url "/path"              a path of ours as clients reach it
//	asset "name"             the path of an asset
//	field form name label …  a field for the part "field", see NewField
//	dict "name" value …      a map, to hand several values to a part
//	date, time, ago          a time.Time, *time.Time or view.Stamp as people read it
//	plural n "one" "many"    a number with its word
//	sentence text            a text with a capital and a full stop
func (s *Set) functions(language string) template.FuncMap {
	return template.FuncMap{
		"t":        func(key string, pairs ...any) string { return s.words.text(language, key, pairs...) },
		"url":      s.kit.URL,
		"asset":    s.kit.Asset,
		"field":    NewField,
		"dict":     dict,
		"list":     func(items ...any) []any { return items },
		"date":     func(at any) string { return format(at, "2 Jan 2006") },
		"time":     func(at any) string { return format(at, "2 Jan 2006, 15:04 UTC") },
		"stamp":    func(at any) string { return format(at, time.RFC3339) },
		"ago":      func(at any) string { return s.ago(language, at) },
		"plural":   plural,
		"number":   func(n any) string { return thousands(fmt.Sprint(n)) },
		"sentence": sentence,
		"lower":    strings.ToLower,
		"join":     strings.Join,
		"add":      func(a, b int) int { return a + b },
	}
}

func dict(pairs ...any) (map[string]any, error) {
	if len(pairs)%2 != 0 {
		return nil, errors.New("dict needs pairs")
	}
	made := map[string]any{}
	for i := 0; i < len(pairs); i += 2 {
		name, ok := pairs[i].(string)
		if !ok {
			return nil, errors.New("the names of dict are texts")
		}
		made[name] = pairs[i+1]
	}
	return made, nil
}

// moment reads a time in one of its forms; ok is false for none.
func moment(at any) (t time.Time, ok bool) {
	switch at := at.(type) {
	case time.Time:
		t = at
	case *time.Time:
		if at != nil {
			t = *at
		}
	case view.Stamp:
		t = time.Time(at)
	case *view.Stamp:
		if at != nil {
			t = time.Time(*at)
		}
	case string:
		t, _ = time.Parse(time.RFC3339, at) // what is none shows as nothing
	}
	return t.UTC(), !t.IsZero()
}

func format(at any, layout string) string {
	if t, ok := moment(at); ok {
		return t.Format(layout)
	}
	return ""
}

// ago returns how long ago a time was, or how long until it is, roughly.
func (s *Set) ago(language string, at any) string {
	t, ok := moment(at)
	if !ok {
		return ""
	}
	past := s.kit.options.Now().Sub(t)
	key := "ago.past"
	if past < 0 {
		past, key = -past, "ago.future"
	}
	amount, unit := int(past/time.Minute), "minute"
	switch {
	case past < time.Minute:
		return s.words.text(language, "ago.now")
	case past >= 48*time.Hour:
		amount, unit = int(past/(24*time.Hour)), "day"
	case past >= time.Hour:
		amount, unit = int(past/time.Hour), "hour"
	}
	if amount != 1 {
		unit += "s"
	}
	return s.words.text(language, key, "n", amount, "unit", s.words.text(language, "unit."+unit))
}

func plural(n any, one, many string) string {
	text := fmt.Sprint(n)
	if text == "1" {
		return "1 " + one
	}
	return thousands(text) + " " + many
}

// Total returns a number as templates show it: with a plus if there may be more.
func Total(n int64, atLeast bool) any {
	if atLeast {
		return thousands(strconv.FormatInt(n, 10)) + "+"
	}
	return n
}

// thousands separates the digits of a whole number by threes.
func thousands(text string) string {
	if _, err := strconv.ParseInt(text, 10, 64); err != nil {
		return text
	}
	sign := ""
	if strings.HasPrefix(text, "-") {
		sign, text = "-", text[1:]
	}
	for i := len(text) - 3; i > 0; i -= 3 {
		text = text[:i] + "," + text[i:]
	}
	return sign + text
}
