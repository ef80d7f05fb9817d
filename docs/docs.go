// Package docs holds the pages of this folder, which the program shows at /docs.
package docs

import "embed"

// Pages are the pages in Markdown.
//
//go:embed *.md
var Pages embed.FS
