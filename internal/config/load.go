package config

import "slices"

// Sources are where settings come from, weakest first.
type Sources struct {
	// File is the path of the configuration file. FileRequired is true if it was asked
	// for by name, so that its absence is a fault.
	File         string
	FileRequired bool
	// Environ is the environment as `NAME=value`. Reserved are names with our prefix that
	// are not settings.
	Environ, Reserved []string
	// Flags are values given on the command line.
	Flags []Flag
	// KeyringComes is true if a key ring is about to be made, so that live mode may lack
	// one for now.
	KeyringComes bool
}

// Flag is a setting given on the command line.
type Flag struct{ Key, Name, Value string }

// Loaded is a valid configuration with the origin of each value.
type Loaded struct {
	*Config
	// File is the path of the configuration file that was read; empty for none.
	File    string
	origins map[string]Origin
}

// Load reads all sources over the defaults. Its error is a Faults that lists everything
// that is wrong.
func Load(from Sources) (*Loaded, error) {
	found, there, faults := readFile(from.File, from.FileRequired)
	variables, wrongs := readEnvironment(from.Environ, from.Reserved)
	found, faults = append(found, variables...), append(faults, wrongs...)
	for _, f := range from.Flags {
		found = append(found, given{key: f.Key, where: f.Name, origin: FromFlag, text: f.Value})
	}

	l := &Loaded{Config: Default(), origins: map[string]Origin{}}
	if there {
		l.File = from.File
	}
	places := map[string]string{}
	rows := settings(l.Config)
	for _, g := range found {
		at := slices.IndexFunc(rows, func(s setting) bool { return s.key == g.key })
		if at < 0 {
			faults = append(faults, unknown(g, rows))
			continue
		}
		// A value that a stronger source overrules must be valid all the same: otherwise
		// it would fail on the day that the stronger one goes.
		if fault := rows[at].read(g); fault != nil {
			fault.Key, fault.Where = g.key, g.where
			faults = append(faults, *fault)
			continue
		}
		l.origins[g.key], places[g.key] = g.origin, g.where
	}
	faults = append(faults, check(l.Config, from.KeyringComes, places)...)
	if len(faults) > 0 {
		return nil, faults
	}
	return l, nil
}

func unknown(g given, rows []setting) Fault {
	keys := make([]string, len(rows))
	for i, s := range rows {
		keys[i] = s.key
	}
	return Fault{
		Where: g.where, Key: g.key, Problem: "is not a setting",
		Remedy: suggestion(g.key, keys, "take it out; config.yaml of this release lists them all"),
	}
}

// Origin returns the source of the value of a key.
func (l *Loaded) Origin(key string) Origin {
	if o, found := l.origins[key]; found {
		return o
	}
	return FromDefault
}
