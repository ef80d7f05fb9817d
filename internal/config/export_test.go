package config

// AllKeys returns the keys of all settings.
func AllKeys() []string {
	var keys []string
	for _, s := range settings(&Config{}) {
		keys = append(keys, s.key)
	}
	return keys
}

// Places returns where the settings of c are kept.
func Places(c *Config) []any {
	var places []any
	for _, s := range settings(c) {
		places = append(places, s.at())
	}
	return places
}
