package registry

import (
	"tenantry/customers/rows"
)

// Keep makes the answer to an idempotent request out of what is about to be written, so
// that the write takes the kept answer along: by the same commit where the engine has
// transactions. It may be called again after a lost race; written is called once the last
// one was written.
type Keep func(Created) (answer rows.Companion, written func(), err error)

// taken returns what a write takes along, nothing where no answer is to be kept.
func (k Keep) taken(c Created) (with []rows.Companion, written func(), err error) {
	if k == nil {
		return nil, func() {}, nil
	}
	answer, written, err := k(c)
	return []rows.Companion{answer}, written, err
}
