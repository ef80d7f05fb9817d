package console

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"tenantry/internal/console/page"
)

// functions are what the templates call beside those of the kit.
var functions = map[string]any{
	"initial":      initial,
	"browser":      browser,
	"capital":      capital,
	"identityTone": identityTone,
	"identityWord": identityWord,
	"words":        words,
	"tone":         tone,
	"stateWord":    stateWord,
	"bytes":        bytesOf,
}

func initial(name string) string {
	first, _ := utf8.DecodeRuneInString(name)
	return string(unicode.ToUpper(first))
}

// browsers and systems are words of what a browser calls itself by, with the names that
// people know; the first that is found counts, because most name others too.
var (
	browsers = [][2]string{{"Edg", "Edge"}, {"OPR/", "Opera"}, {"Firefox/", "Firefox"}, {"FxiOS/", "Firefox"}, {"CriOS/", "Chrome"}, {"Chrome/", "Chrome"}, {"Safari/", "Safari"}}
	systems  = [][2]string{{"Windows", "Windows"}, {"iPhone", "iPhone"}, {"iPad", "iPad"}, {"Android", "Android"}, {"Mac OS X", "macOS"}, {"CrOS", "ChromeOS"}, {"Linux", "Linux"}}
)

// browser returns what a person knows a browser by, of what it calls itself; a program by
// the first word of that.
func browser(client string) string {
	name := func(known [][2]string) string {
		for _, one := range known {
			if strings.Contains(strings.ReplaceAll(client, "HeadlessChrome", "Chrome"), one[0]) {
				return one[1]
			}
		}
		return ""
	}
	program, system := name(browsers), name(systems)
	switch {
	case client == "":
		return "Unknown browser"
	case program == "":
		return strings.Fields(client + " ?")[0]
	case system == "":
		return program
	default:
		return program + " on " + system
	}
}

// capital begins a word with a capital.
func capital(word any) string {
	text := wordOf(word)
	first, size := utf8.DecodeRuneInString(text)
	if size == 0 {
		return ""
	}
	return string(unicode.ToUpper(first)) + text[size:]
}

func wordOf(word any) string {
	switch word := word.(type) {
	case string:
		return word
	case interface{ String() string }:
		return word.String()
	default:
		return textOf(word)
	}
}

// words returns the words that a name in camel case, or with lines between its words, is
// made of: legalEntity.businessTaxId is "Legal entity, business tax id".
func words(name any) string {
	var b strings.Builder
	for _, r := range wordOf(name) {
		switch {
		case r == '_' || r == '-':
			b.WriteByte(' ')
		case r == '.':
			b.WriteString(", ")
		case unicode.IsUpper(r):
			b.WriteByte(' ')
			b.WriteRune(unicode.ToLower(r))
		default:
			b.WriteRune(r)
		}
	}
	return capital(strings.TrimSpace(b.String()))
}

// The states of a review as people read them, with how much they ask for attention.
var identityWords = map[string][2]string{
	"none":     {"Not reviewed", ""},
	"pending":  {"Under way", "info"},
	"review":   {"Needs a decision", "warn"},
	"retry":    {"Needs corrections", "warn"},
	"document": {"Needs a document", "warn"},
	"kba":      {"Questions open", "warn"},
	"verified": {"Verified", "good"},
	"rejected": {"Rejected", "bad"},
}

func identityWord(status any) string {
	if known, found := identityWords[wordOf(status)]; found {
		return known[0]
	}
	return capital(status)
}

// identityChoices are the states of a review to filter by.
func identityChoices() []page.Choice {
	list := []page.Choice{{Text: "Any"}}
	for _, state := range []string{"none", "pending", "review", "retry", "document", "kba", "verified", "rejected"} {
		list = append(list, page.Choice{Value: state, Text: identityWords[state][0]})
	}
	return list
}

func identityTone(status any) string { return identityWords[wordOf(status)][1] }

func textOf(value any) string { return strings.Trim(fmt.Sprint(value), "\"") }

// tone returns how a judgment of a provider is colored.
func tone(decision any) string {
	switch wordOf(decision) {
	case "accept":
		return "good"
	case "reject":
		return "bad"
	case "review":
		return "warn"
	default:
		return ""
	}
}

// stateWord returns the word of a requirement's state.
func stateWord(state any) string {
	switch wordOf(state) {
	case "due":
		return "Needed now"
	case "pastDue":
		return "Overdue"
	case "eventually":
		return "Later"
	case "pending":
		return "Being looked at"
	case "failed":
		return "Refused"
	default:
		return capital(state)
	}
}

// bytesOf returns a size as people read it.
func bytesOf(size int64) string {
	switch {
	case size < 1000:
		return fmt.Sprint(size, " bytes")
	case size < 1_000_000:
		return fmt.Sprint((size+500)/1000, " kB")
	default:
		return fmt.Sprintf("%.1f MB", float64(size)/1e6)
	}
}
