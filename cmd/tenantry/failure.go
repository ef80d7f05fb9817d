package main

// exit is an exit code of the program. Exit codes are part of its interface.
type exit int

// The exit codes.
const (
	exitDone        exit = 0
	exitRefused     exit = 1
	exitMisused     exit = 2
	exitUnreachable exit = 3
	exitTaken       exit = 4
)

// failure is an end without success, in words for the person at the terminal.
type failure struct {
	code exit
	text string
	// hint says what to do about it.
	hint  string
	cause error
}

// Error returns the text and its cause.
func (f *failure) Error() string {
	if f.cause == nil {
		return f.text
	}
	return f.text + ": " + f.cause.Error()
}

// Unwrap returns the cause.
func (f *failure) Unwrap() error { return f.cause }

// refused returns a failure for a command that cannot be done as things stand.
func refused(text, hint string) error { return &failure{code: exitRefused, text: text, hint: hint} }

// misused returns a failure for a wrong command line or configuration.
func misused(text, hint string) error { return &failure{code: exitMisused, text: text, hint: hint} }

// unreachable returns a failure for a service or store that does not answer.
func unreachable(text, hint string, cause error) error {
	return &failure{code: exitUnreachable, text: text, hint: hint, cause: cause}
}
