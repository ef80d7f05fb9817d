package page

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"net/http"
	"path"
	"strconv"
	"strings"
)

// The languages of pages; the first is the default.
var languages = []string{"en", "es"}

// Languages returns the languages that pages come in, the default first.
func Languages() []string { return append([]string(nil), languages...) }

// words are the texts of pages by language and key.
type words map[string]map[string]string

// readWords reads messages/<language>.json of a room; one without such files has none.
func readWords(files fs.FS) (words, error) {
	found := words{}
	for _, language := range languages {
		content, err := fs.ReadFile(files, path.Join("messages", language+".json"))
		if err != nil {
			found[language] = map[string]string{}
			continue
		}
		var texts map[string]string
		if err := json.Unmarshal(content, &texts); err != nil {
			return nil, fmt.Errorf("reading the messages in %s: %w", language, err)
		}
		found[language] = texts
	}
	return found, nil
}

// with returns the words together with those of a room.
func (w words) with(more words) words {
	all := words{}
	for _, language := range languages {
		all[language] = maps.Clone(w[language])
		maps.Copy(all[language], more[language])
	}
	return all
}

// text returns the text of a key in a language, with {name} replaced by the value that
// follows the name. A key without a text shows as itself, so that it is found.
func (w words) text(language, key string, pairs ...any) string {
	text, found := w[language][key]
	if !found {
		if text, found = w[languages[0]][key]; !found {
			return key
		}
	}
	for i := 0; i+1 < len(pairs); i += 2 {
		text = strings.ReplaceAll(text, "{"+fmt.Sprint(pairs[i])+"}", fmt.Sprint(pairs[i+1]))
	}
	return text
}

// languageOf returns the language of a request: by its cookie, else the first that its
// Accept-Language names and there is, by weight.
func languageOf(r *http.Request) string {
	if chosen, err := r.Cookie(cookieLanguage); err == nil && known(chosen.Value) {
		return chosen.Value
	}
	best, weight := languages[0], 0.0
	for one := range strings.SplitSeq(r.Header.Get("Accept-Language"), ",") {
		tag, parameter, _ := strings.Cut(strings.TrimSpace(one), ";")
		w := 1.0
		if text, given := strings.CutPrefix(strings.TrimSpace(parameter), "q="); given {
			w, _ = strconv.ParseFloat(text, 64) // nothing sensible weighs nothing
		}
		primary, _, _ := strings.Cut(strings.ToLower(tag), "-")
		if known(primary) && w > weight {
			best, weight = primary, w
		}
	}
	return best
}

func known(language string) bool {
	for _, one := range languages {
		if one == language {
			return true
		}
	}
	return false
}
