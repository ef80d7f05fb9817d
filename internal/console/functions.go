package console

// functions are what the templates call beside those of the kit.
var functions = map[string]any{}
