package term

// Color is the color of a text.
type Color string

// The colors. They repeat what the colored words say, for a quicker glance.
const (
	Plain Color = ""
	Good  Color = "\x1b[32m"
	Fair  Color = "\x1b[33m"
	Bad   Color = "\x1b[31m"
	Faint Color = "\x1b[2m"
	Bold  Color = "\x1b[1m"
)

const reset = "\x1b[0m"

// Printer writes as the terminal can show it.
type Printer struct {
	// Color says that texts are colored.
	Color bool
	// Columns is the width that tables must fit, 0 for any.
	Columns int
}

// Sprint returns the text in the color.
func (p Printer) Sprint(color Color, text string) string {
	if !p.Color || color == Plain || text == "" {
		return text
	}
	return string(color) + text + reset
}
