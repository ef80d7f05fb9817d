//go:build !(darwin || freebsd || linux)

package doctor

import "errors"

// freeBytes returns errors.ErrUnsupported: this system is not asked.
func freeBytes(string) (int64, error) { return 0, errors.ErrUnsupported }
