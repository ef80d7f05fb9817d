package usage

import (
	"embed"
	"io"
	"slices"
	"strings"

	"github.com/alecthomas/kong"
)

//go:embed scripts
var scripts embed.FS

// Script writes what bash, zsh or fish reads to complete the command lines of a program. It asks the
// program for the candidates.
func Script(to io.Writer, shell string) error {
	text, err := scripts.ReadFile("scripts/tenantry." + shell)
	if err != nil {
		return err
	}
	_, err = to.Write(text)
	return err
}

// Candidate is a word that may stand where a command line ends.
type Candidate struct{ Word, Help string }

// Candidates returns what may stand for the last of words, those of a command line behind
// the name of the program. None means that a file may, or anything.
func Candidates(app *kong.Application, words []string) []Candidate {
	words = joined(words)
	if len(words) == 0 {
		words = []string{""}
	}
	done, begun := words[:len(words)-1], words[len(words)-1]
	node, place, ended := app.Node, 0, false
	var waiting *kong.Flag // for its value
	for _, word := range done {
		switch {
		case waiting != nil:
			waiting = nil
		case word == "--":
			ended = true
		case !ended && strings.HasPrefix(word, "-") && len(word) > 1:
			if flag := flagOf(node, word); flag != nil && !strings.Contains(word, "=") && !flag.IsBool() {
				waiting = flag
			}
		default:
			if child := childOf(node, word); child != nil {
				node, place = child, 0
			} else {
				place++
			}
		}
	}
	if waiting != nil {
		return choices(waiting.Value, begun)
	}
	if name, value, both := strings.Cut(begun, "="); both && !ended && strings.HasPrefix(name, "--") {
		if flag := flagOf(node, name); flag != nil {
			return choices(flag.Value, value)
		}
		return nil
	}
	if strings.HasPrefix(begun, "-") && !ended {
		return flags(node, begun)
	}
	var found []Candidate
	for _, child := range node.Children {
		if !child.Hidden && strings.HasPrefix(child.Name, begun) {
			found = append(found, Candidate{child.Name, oneLine(child.Help)})
		}
	}
	if place < len(node.Positional) {
		found = append(found, choices(node.Positional[place], begun)...)
	}
	return found
}

// joined puts together what bash takes apart at an equals sign.
func joined(words []string) []string {
	var out []string
	for i := 0; i < len(words); i++ {
		if words[i] == "=" && len(out) > 0 && strings.HasPrefix(out[len(out)-1], "--") {
			out[len(out)-1] += "="
			if i+1 < len(words) {
				i++
				out[len(out)-1] += words[i]
			}
			continue
		}
		out = append(out, words[i])
	}
	return out
}

// flags returns the flags of a command, and of those that it stands below.
func flags(node *kong.Node, begun string) []Candidate {
	var found []Candidate
	for _, level := range node.AllFlags(true) {
		for _, flag := range level {
			if word := "--" + flag.Name; strings.HasPrefix(word, begun) {
				found = append(found, Candidate{word, oneLine(flag.Help)})
			}
		}
	}
	slices.SortFunc(found, func(a, b Candidate) int { return strings.Compare(a.Word, b.Word) })
	return found
}

// choices returns the values that a flag or argument may have, if they are listed.
func choices(value *kong.Value, begun string) []Candidate {
	var found []Candidate
	for _, choice := range value.EnumSlice() {
		if choice != "" && strings.HasPrefix(choice, begun) {
			found = append(found, Candidate{Word: choice})
		}
	}
	return found
}

func childOf(node *kong.Node, name string) *kong.Node {
	for _, child := range node.Children {
		if child.Name == name || slices.Contains(child.Aliases, name) {
			return child
		}
	}
	return nil
}

func flagOf(node *kong.Node, word string) *kong.Flag {
	name, _, _ := strings.Cut(word, "=")
	for _, level := range node.AllFlags(false) {
		for _, flag := range level {
			if "--"+flag.Name == name || flag.Short != 0 && "-"+string(flag.Short) == name {
				return flag
			}
		}
	}
	return nil
}

// oneLine returns the first sentence of a help.
func oneLine(help string) string {
	first, _, _ := strings.Cut(help, "\n")
	return strings.ReplaceAll(first, "\t", " ")
}
