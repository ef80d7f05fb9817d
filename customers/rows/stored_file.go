package rows

import "tenantry/tenancy"

// StoredFile names stored bytes of a document: a whole file or one of its pieces.
type StoredFile struct {
	Customer tenancy.Ref
	ID       tenancy.ID
}
