// Package guessable finds passwords that are guessed within a million tries: those that
// leaked most often, words of the account's own, and what is made of either by digits,
// runs on the keyboard, repeats and the usual exchange of letters.
package guessable

import (
	_ "embed"
	"math"
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"
)

// Weakness says why a password is guessed soon; it is empty for one that is not.
type Weakness string

// The weaknesses.
const (
	// Common is a password that leaked often, a run or a repeat, or made of these.
	Common Weakness = "common"
	// Personal is one made of words of the account's own.
	Personal Weakness = "personal"
)

const (
	// enough is the least number of tries, as a power of ten. Log-ins are limited to
	// some hundred a minute for an account, so this many take weeks and are noticed.
	enough = 6
	// longest is how many characters are looked at; no password may be longer.
	longest = 128
	// shortestWord is the least length of a word, of the list or of the account's own.
	shortestWord = 3
)

// leaked are the passwords that leaked most often, the most frequent first.
//
//go:embed passwords.txt
var leaked string

// ranks returns the place of each leaked password, from 1, and the length of the longest.
var ranks = sync.OnceValues(func() (byText map[string]int, longest int) {
	byText = map[string]int{}
	for text := range strings.Lines(leaked) {
		text = strings.TrimSuffix(text, "\n")
		byText[text] = len(byText) + 1
		longest = max(longest, len(text))
	}
	return byText, longest
})

// runs are neighbors in an alphabet or on a keyboard; they count in both directions.
var runs = func() (both []string) {
	for _, run := range []string{
		"abcdefghijklmnopqrstuvwxyz", "01234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm,./", "qwertzuiop", "yxcvbnm", "azertyuiop", "qsdfghjklm",
		"1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik,9ol.0p;/", "qazwsxedcrfvtgbyhnujmikolp", "1q2w3e4r5t6y7u8i9o0p", "!@#$%^&*()", "741852963", "147258369",
	} {
		both = append(both, run, backwards(run))
	}
	return both
}()

// exchanged undoes the usual exchange of letters.
var exchanged = strings.NewReplacer("@", "a", "4", "a", "3", "e", "1", "i", "!", "i", "0", "o", "$", "s", "5", "s", "7", "t", "8", "b", "9", "g")

// exchangedForL is the other reading of a one.
var exchangedForL = strings.NewReplacer("1", "l", "!", "l", "|", "l", "@", "a", "4", "a", "3", "e", "0", "o", "$", "s", "5", "s", "7", "t")

// Find returns why a password is guessed within a million tries, or nothing. own are
// names, addresses and other texts that belong to the account or the person.
func Find(password string, own ...string) Weakness {
	switch {
	case tries(password, nil) < enough:
		return Common
	case tries(password, words(own)) < enough:
		return Personal
	default:
		return ""
	}
}

// words returns the words of texts in lower case, each text also without what separates
// its words.
func words(texts []string) map[string]bool {
	found := map[string]bool{}
	for _, text := range texts {
		parts := strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
		for _, word := range append(parts, strings.Join(parts, "")) {
			if utf8.RuneCountInString(word) >= shortestWord {
				found[word] = true
			}
		}
	}
	return found
}

// tries returns, as a power of ten, how many tries a password takes of somebody who
// puts words, runs, years and single characters together in the best order.
func tries(password string, own map[string]bool) float64 {
	lower := []rune(strings.ToLower(password))
	lower = lower[:min(len(lower), longest)]
	sum := 0.0
	if period := periodOf(lower); period < len(lower) {
		sum += math.Log10(float64(len(lower)))
		lower = lower[:period]
	}
	if strings.ToLower(password) != password {
		sum += math.Log10(3) // the first letter, the last, all of them
	}
	least := make([]float64, len(lower)+1) // of the characters before each
	for end := 1; end <= len(lower); end++ {
		least[end] = math.Inf(1)
		for start := range end {
			least[end] = min(least[end], least[start]+part(lower[start:end], own))
		}
	}
	return sum + least[len(lower)]
}

// periodOf returns after how many characters a text repeats itself, at least once in
// full; its length if it does not.
func periodOf(text []rune) int {
	for period := 1; 2*period <= len(text); period++ {
		if slices.Equal(text[period:], text[:len(text)-period]) {
			return period
		}
	}
	return len(text)
}

// part returns how many tries a part of a password takes as one piece; infinitely many
// if it is none.
func part(text []rune, own map[string]bool) float64 {
	if len(text) == 1 {
		return single(text[0])
	}
	if len(text) < shortestWord {
		return math.Inf(1)
	}
	if !slices.ContainsFunc(text[1:], func(r rune) bool { return r != text[0] }) {
		return single(text[0]) + math.Log10(float64(len(text)))
	}
	word := string(text)
	least := math.Inf(1)
	if isYear(word) {
		least = math.Log10(200)
	}
	if slices.ContainsFunc(runs, func(run string) bool { return strings.Contains(run, word) }) {
		least = min(least, math.Log10(20*float64(len(text))))
	}
	list, longest := ranks()
	if len(word) > longest && len(own) == 0 {
		return least
	}
	for i, read := range []string{word, backwards(word), exchanged.Replace(word), exchangedForL.Replace(word)} {
		varied := 0.0
		if i > 0 {
			varied = math.Log10(2)
		}
		if rank := list[read]; rank > 0 {
			least = min(least, math.Log10(float64(rank))+varied)
		}
		if own[read] {
			least = min(least, varied)
		}
	}
	return least
}

// single returns how many tries one character takes.
func single(r rune) float64 {
	switch {
	case r >= '0' && r <= '9', strings.ContainsRune("!?.-_@#$*", r): // those that people add
		return 1
	case r >= 'a' && r <= 'z':
		return math.Log10(26)
	case r < utf8.RuneSelf:
		return math.Log10(33)
	default:
		return 2.5
	}
}

func isYear(text string) bool {
	century, years := text[:2], text[2:]
	return len(text) == 4 && (century == "19" || century == "20") && strings.Trim(years, "0123456789") == ""
}

func backwards(text string) string {
	runes := []rune(text)
	slices.Reverse(runes)
	return string(runes)
}
