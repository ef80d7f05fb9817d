package config

import (
	"regexp"
	"slices"
	"strings"
)

// prefix begins every variable of this program.
const prefix = "TENANTRY_"

// testPrefix begins variables that steer this project's own tests.
const testPrefix = prefix + "TEST_"

// fromKubernetes matches the names of what Kubernetes sets in every container for a
// service called tenantry, or tenantry-something.
var fromKubernetes = regexp.MustCompile(`^TENANTRY_([A-Z0-9_]+_)?(SERVICE_HOST|SERVICE_PORT(_[A-Z0-9_]+)?|PORT_[0-9]+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?)$`)

// isOfKubernetes reports whether Kubernetes set the variable, and nobody meant a setting.
// One that is called TENANTRY_PORT counts only with a value of its form.
func isOfKubernetes(name, value string) bool {
	if strings.HasSuffix(name, "_PORT") && (strings.HasPrefix(value, "tcp://") || strings.HasPrefix(value, "udp://") || strings.HasPrefix(value, "sctp://")) {
		return true
	}
	return fromKubernetes.MatchString(name)
}

// readEnvironment returns the settings among the variables (`NAME=value`). A variable
// with our prefix that is not a setting is a fault, because a misspelled one would
// otherwise be ignored silently. Names in reserved mean something else. An empty variable
// counts as unset.
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
		if value == "" || !strings.HasPrefix(name, prefix) || strings.HasPrefix(name, testPrefix) || slices.Contains(reserved, name) {
			continue
		}
		key, known := keys[name]
		if !known && isOfKubernetes(name, value) {
			continue
		}
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
