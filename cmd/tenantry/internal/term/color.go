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

// Printer colors texts when it is true and leaves them alone when it is false.
type Printer bool

// Sprint returns the text in the color.
func (p Printer) Sprint(color Color, text string) string {
	if !p || color == Plain || text == "" {
		return text
	}
	return string(color) + text + reset
}
