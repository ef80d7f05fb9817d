package seal

import (
	"fmt"
	"io"
	"os"
)

// Open reads the key ring in the file at path. It must be a regular file, not a
// link to one, that only its owner may read (0600 or stricter). A missing file
// is an error that wraps fs.ErrNotExist. The texts are for the operator and
// never show what the file holds.
func Open(path string, options ...Option) (*Ring, error) {
	text, err := readPrivate(path)
	if err != nil {
		return nil, fmt.Errorf("opening the key ring %s: %w", path, err)
	}
	ring, err := parse(text, newSettings(options))
	clear(text)
	if err != nil {
		return nil, fmt.Errorf("opening the key ring %s: %w", path, err)
	}
	return ring, nil
}

// Create makes a ring of one key and writes it to a new file at path with mode 0600; its
// directory must exist. If anything exists at path already it changes nothing and returns
// an error that wraps fs.ErrExist; of several calls at once exactly one wins. After a
// crash there is no file or a whole one.
func Create(path string, random io.Reader, options ...Option) (*Ring, error) {
	ring, err := Generate(random, options...)
	if err != nil {
		return nil, fmt.Errorf("creating the key ring %s: %w", path, err)
	}
	text, err := ring.inner.text()
	if err != nil {
		return nil, fmt.Errorf("creating the key ring %s: %w", path, err)
	}
	defer clear(text)
	// A hard link, unlike a rename, fails when its target exists.
	if err := publish(path, text, os.Link); err != nil {
		return nil, fmt.Errorf("creating the key ring %s: %w", path, err)
	}
	return ring, nil
}

// Save writes the ring to path with mode 0600 and replaces the file there: at every
// moment, also after a crash, path holds the old ring or the new one, whole. It refuses
// to replace anything but a regular file. The last of several calls at once wins, so only
// one process at a time should change a ring.
func Save(r *Ring, path string) error {
	if err := replaceable(path); err != nil {
		return fmt.Errorf("saving the key ring %s: %w", path, err)
	}
	text, err := r.inner.text()
	if err != nil {
		return fmt.Errorf("saving the key ring %s: %w", path, err)
	}
	defer clear(text)
	if err := publish(path, text, os.Rename); err != nil {
		return fmt.Errorf("saving the key ring %s: %w", path, err)
	}
	return nil
}
