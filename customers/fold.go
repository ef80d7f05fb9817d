package customers

import "strings"

// Fold is the form of a text for comparing and ordering regardless of case:
// lower case by Unicode, nothing else. Both engines use it, so both agree.
func Fold(text string) string { return strings.ToLower(text) }
