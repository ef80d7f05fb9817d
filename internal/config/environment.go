package config

import (
	"slices"
	"strings"
)

// prefix begins every variable of this program.
const prefix = "TENANTRY_"

// testPrefix begins variables that steer this project's own tests.
const testPrefix = prefix + "TEST_"

// readEnvironment returns the settings among the variables (`NAME=value`). A variable
// with our prefix that is not a setting is a fault, because a misspelled one would
// otherwise be ignored silently. Names in reserved mean something else.
func readEnvironment(environ, reserved []string) ([]given, Faults) {
	keys := map[string]string{}
	var names []string
	for _, s := range settings(&Config{}) {
		keys[s.variable()] = s.key
		names = append(names, s.variable())
	}
	var found []given
	var faults Faults
	for _, entry := range slices.Sorted(slices.Values(environ)) {
		name, value, _ := strings.Cut(entry, "=")
		if !strings.HasPrefix(name, prefix) || strings.HasPrefix(name, testPrefix) || slices.Contains(reserved, name) {
			continue
		}
		key, known := keys[name]
		if !known {
			faults = append(faults, Fault{
				Where: name, Problem: "is not a setting",
				Remedy: suggestion(name, append(names, reserved...), "unset it"),
			})
			continue
		}
		found = append(found, given{key: key, where: name, origin: FromEnvironment, text: value})
	}
	return found, faults
}
