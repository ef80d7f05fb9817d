//go:build darwin || freebsd || linux

package doctor

import (
	"fmt"
	"math"

	"golang.org/x/sys/unix"
)

// freeBytes returns how much of the file system of a directory this user may still fill.
func freeBytes(dir string) (int64, error) {
	var s unix.Statfs_t
	if err := unix.Statfs(dir, &s); err != nil {
		return 0, fmt.Errorf("asking how full the disk of %s is: %w", dir, err)
	}
	free := float64(s.Bavail) * float64(s.Bsize)
	return int64(min(free, math.MaxInt64/2)), nil
}
