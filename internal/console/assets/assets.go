// Package assets holds what the pages load: one style sheet, two scripts, and an icon.
//
// htmx.min.js is version 4.0.1 of htmx as published, with its license in htmx.LICENSE; to
// replace it, put the file of another release here and name the version in this comment.
package assets

import "embed"

// Files are the assets by their names.
//
//go:embed *.css *.js *.svg htmx.LICENSE
var Files embed.FS
