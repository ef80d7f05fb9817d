package cli

// Exit is an exit code of the program. Exit codes are part of its interface.
type Exit int

// The exit codes.
const (
	ExitDone        Exit = 0
	ExitRefused     Exit = 1
	ExitMisused     Exit = 2
	ExitUnreachable Exit = 3
	ExitTaken       Exit = 4
)

// Failure is an end without success, in words for the person at the terminal.
type Failure struct {
	Code Exit
	Text string
	// Hint says what to do about it.
	Hint  string
	Cause error
}

// Error returns the text and its cause.
func (f *Failure) Error() string {
	if f.Cause == nil {
		return f.Text
	}
	return f.Text + ": " + f.Cause.Error()
}

// Unwrap returns the cause.
func (f *Failure) Unwrap() error { return f.Cause }

// Refused returns a failure for a command that cannot be done as things stand.
func Refused(text, hint string) error { return &Failure{Code: ExitRefused, Text: text, Hint: hint} }

// Misused returns a failure for a wrong command line or configuration.
func Misused(text, hint string) error { return &Failure{Code: ExitMisused, Text: text, Hint: hint} }

// Unreachable returns a failure for a service or store that does not answer.
func Unreachable(text, hint string, cause error) error {
	return &Failure{Code: ExitUnreachable, Text: text, Hint: hint, Cause: cause}
}
