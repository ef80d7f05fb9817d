package onboarding

import (
	"embed"
	"encoding/json"
	"fmt"
	"strings"

	"tenantry/internal/console/page"
	"tenantry/internal/fault"
)

//go:embed pages/*.html parts/*.html messages/*.json
var files embed.FS

// words are the texts of the pages in one language.
type words struct {
	language string
	texts    map[string]string
}

// readWords reads the texts of every language.
func readWords() (map[string]words, error) {
	all := map[string]words{}
	for _, language := range page.Languages() {
		content, err := files.ReadFile("messages/" + language + ".json")
		if err != nil {
			return nil, fmt.Errorf("reading the messages of onboarding: %w", err)
		}
		w := words{language: language}
		if err := json.Unmarshal(content, &w.texts); err != nil {
			return nil, fmt.Errorf("reading the messages of onboarding in %s: %w", language, err)
		}
		all[language] = w
	}
	return all, nil
}

// text returns the text of a key, with {name} replaced by the value that follows the name.
func (w words) text(key string, pairs ...string) string {
	text, found := w.texts[key]
	if !found {
		return key
	}
	for i := 0; i+1 < len(pairs); i += 2 {
		text = strings.ReplaceAll(text, "{"+pairs[i]+"}", pairs[i+1])
	}
	return text
}

// maybe returns the text of a key, empty where there is none.
func (w words) maybe(key string) string { return w.texts[key] }

// plainly returns the fault of a control in the words of the people who fill it in.
func (w words) plainly(i input, detail fault.Detail) string {
	label := w.text("label." + i.key())
	switch detail {
	case fault.Missing:
		if text := w.maybe("missing." + i.key()); text != "" {
			return text
		}
		return w.text("missing", "label", label)
	case fault.TooLong:
		return w.text("tooLong", "label", label)
	default:
		if text := w.maybe("bad." + i.key()); text != "" {
			return text
		}
		return w.text("bad", "label", label)
	}
}
