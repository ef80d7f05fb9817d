package cli

// Named is a variable of the environment with its meaning.
type Named struct{ Name, Means string }

// Variables returns the variables of the environment that commands read, beside those that
// stand for settings.
func Variables() []Named {
	return []Named{
		{URLVariable, "the URL of a service elsewhere, as --url"},
		{ProfileVariable, "the name of a profile, as --profile; TENANTRY_URL goes before it"},
		{KeyVariable, "the secret key for --url or TENANTRY_URL; a profile has its own"},
		{ConfigVariable, "the configuration file, as --config"},
		{"XDG_CONFIG_HOME", "where profiles are kept, in its directory tenantry"},
		{"NO_COLOR", "if it is set, nothing is colored; --color goes before it"},
		{"TERM", "if it is dumb, nothing is colored and no bars are drawn"},
		{"COLUMNS", "the width that tables fit, in place of the terminal's"},
		{"TENANTRY_…", "every setting: `tenantry config check` lists them"},
	}
}
