package seal

import (
	"fmt"
	"os"
	"path/filepath"
)

// publish makes text durable in a temporary file beside path and then lets
// place (os.Link or os.Rename) give it its name. The temporary file is gone
// afterwards; only a crash leaves one, readable by its owner alone.
func publish(path string, text []byte, place func(from, to string) error) error {
	directory := filepath.Dir(path)
	temporary, err := writeTemporary(directory, text)
	if err != nil {
		return err
	}
	err = place(temporary, path)
	_ = os.Remove(temporary) // After a rename it is gone already.
	if err != nil {
		return fmt.Errorf("putting the new file in place: %w", err)
	}
	return syncDirectory(directory)
}

// writeTemporary writes a file of mode 0600 and waits until it is on the disk.
func writeTemporary(directory string, text []byte) (name string, err error) {
	file, err := os.CreateTemp(directory, ".keyring-*.tmp")
	if err != nil {
		return "", fmt.Errorf("making a temporary file: %w", err)
	}
	defer func() {
		if err != nil {
			_ = os.Remove(file.Name())
		}
	}()
	_, err = file.Write(text)
	if err == nil {
		err = file.Sync()
	}
	if closed := file.Close(); err == nil {
		err = closed
	}
	if err != nil {
		return "", fmt.Errorf("writing a temporary file: %w", err)
	}
	return file.Name(), nil
}

// syncDirectory makes the name of a new file as durable as its content.
func syncDirectory(directory string) error {
	open, err := os.Open(directory)
	if err != nil {
		return fmt.Errorf("opening the directory to make the file durable: %w", err)
	}
	err = open.Sync()
	if closed := open.Close(); err == nil {
		err = closed
	}
	if err != nil {
		return fmt.Errorf("making the file durable: %w", err)
	}
	return nil
}
