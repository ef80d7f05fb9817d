package tenancy

import "slices"

// The words for customers above a reader, whose ids it must not learn.
const (
	AboveOperator = "operator"
	AbovePlatform = "platform"
)

// Name returns an id as a reader may see it, given the customers above that reader, root
// first: the id itself, or a word for one of those. The zero id is empty.
func Name(above []ID, id ID) string {
	switch at := slices.Index(above, id); {
	case id.IsZero():
		return ""
	case at == 0:
		return AboveOperator
	case at > 0:
		return AbovePlatform
	}
	return id.String()
}
