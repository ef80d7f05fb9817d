package evidence

import "tenantry/tenancy"

// PieceID is the id that a piece of a file is stored under.
var PieceID = pieceID

// FileOf returns the id under which an upload is stored.
func FileOf(u *Upload) tenancy.ID { return u.id }
