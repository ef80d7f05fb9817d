package config

import (
	"fmt"
	"strings"
)

// Fault is one thing that is wrong with the configuration.
type Fault struct {
	// Where is the place to fix it: file and line, variable or flag.
	Where string
	// Key is the setting, empty if the fault is about the whole place.
	Key string
	// Problem says what is wrong, and Remedy what to do. Neither ever shows a secret.
	Problem, Remedy string
}

// String returns the fault on one line.
func (f Fault) String() string {
	var b strings.Builder
	if f.Where != "" {
		b.WriteString(f.Where + ": ")
	}
	if f.Key != "" {
		b.WriteString(f.Key + " ")
	}
	b.WriteString(f.Problem)
	if f.Remedy != "" {
		b.WriteString("; " + f.Remedy)
	}
	return b.String()
}

// Faults is everything that is wrong, in the order of the places.
type Faults []Fault

// Error returns all faults, one on each line.
func (f Faults) Error() string {
	var b strings.Builder
	if len(f) == 1 {
		b.WriteString("the configuration has a fault:")
	} else {
		fmt.Fprintf(&b, "the configuration has %d faults:", len(f))
	}
	for _, one := range f {
		b.WriteString("\n  " + one.String())
	}
	return b.String()
}

// wrong makes a fault whose place and key its caller fills in.
func wrong(problem, remedy string) *Fault { return &Fault{Problem: problem, Remedy: remedy} }
