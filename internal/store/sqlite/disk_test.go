package sqlite

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"unsafe"

	"modernc.org/libc"
	sqlite3 "modernc.org/sqlite/lib"
)

// diskCall is what SQLite asks of a disk.
type diskCall int

const (
	reading diskCall = iota
	writing
	syncing
)

// disk is a directory whose files may fail, and whose power may be cut. It knows of every
// file what would survive a cut: what was synced, and of the rest whatever the disk chose
// to write.
type disk struct {
	dir string

	mu sync.Mutex
	// fail returns the code with which a call on a file fails, 0 for none.
	fail func(what diskCall, file string) int32
	// lies reports that a sync is acknowledged and not done.
	lies  bool
	files map[string]*platter
}

// platter is one file: what is on it for certain, and the writes since the last sync.
type platter struct {
	safe    []byte
	pending []change
}

// change is a write at an offset, or a truncation to it where there are no bytes.
type change struct {
	offset int64
	bytes  []byte
	cuts   bool
}

// apply makes a change, of which a torn one reached only some sectors.
func (c change) apply(content []byte, sector int, keeps func() bool) []byte {
	if c.cuts {
		if keeps() && c.offset < int64(len(content)) {
			return content[:c.offset]
		}
		return content
	}
	for from := 0; from < len(c.bytes); {
		at := int(c.offset) + from
		to := min(len(c.bytes), from+sector-at%sector)
		if keeps() {
			if end := int(c.offset) + to; end > len(content) {
				content = append(content, make([]byte, end-len(content))...)
			}
			copy(content[at:], c.bytes[from:to])
		}
		from = to
	}
	return content
}

func always() bool { return true }

// disks are the directories that are watched, by their paths, and openFiles the files in
// them by their handles.
var disks, openFiles, diskMethods sync.Map

// handle is an open file of a disk.
type handle struct {
	disk *disk
	name string
}

// newDisk watches a directory in which nothing is open yet.
func newDisk(dir string) *disk {
	d := &disk{dir: dir, files: map[string]*platter{}, fail: func(diskCall, string) int32 { return 0 }}
	disks.Store(dir, d)
	return d
}

// failing sets how operations fail from now on.
func (d *disk) failing(fail func(what diskCall, file string) int32) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.fail = fail
}

// cut writes into another directory what is left of the files after the power was cut:
// everything that was synced, and of the writes since any sectors.
func (d *disk) cut(into string, random *rand.Rand, sector int) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	for name, p := range d.files {
		content := bytes.Clone(p.safe)
		share := random.IntN(5) // of four
		for _, c := range p.pending {
			content = c.apply(content, sector, func() bool { return random.IntN(4) < share })
		}
		if err := os.WriteFile(filepath.Join(into, name), content, 0o600); err != nil {
			return err
		}
	}
	return nil
}

const disksName = "disks of tests"

// belowDisks is the file system of the machine.
var belowDisks *sqlite3.Tsqlite3_vfs

// putDisksBelow registers the file system that fails, below the one of the store. Files
// outside of watched directories never notice it.
func putDisksBelow() error {
	tls := libc.NewTLS()
	defer tls.Close()
	below, err := findVFS(tls, "")
	if err != nil {
		return err
	}
	belowDisks, belowVFS = below, disksName
	return addVFS(tls, disksName, below, func(v *sqlite3.Tsqlite3_vfs) {
		v.FxOpen, v.FxDelete = funcPointer(openOnDisk), funcPointer(deleteOnDisk)
	})
}

// deleteOnDisk removes a file, for good.
func deleteOnDisk(tls *libc.TLS, _, name uintptr, syncs int32) int32 {
	code := callable[func(*libc.TLS, uintptr, uintptr, int32) int32](belowDisks.FxDelete)(tls, addressOf(belowDisks), name, syncs)
	path := libc.GoString(name)
	if known, watched := disks.Load(filepath.Dir(path)); watched {
		d := known.(*disk)
		d.mu.Lock()
		defer d.mu.Unlock()
		delete(d.files, filepath.Base(path))
	}
	return code
}

func openOnDisk(tls *libc.TLS, _, name, file uintptr, flags int32, outFlags uintptr) int32 {
	code := callable[func(*libc.TLS, uintptr, uintptr, uintptr, int32, uintptr) int32](belowDisks.FxOpen)(
		tls, addressOf(belowDisks), name, file, flags, outFlags)
	opened := memoryAt[sqlite3.Tsqlite3_file](file)
	if code != sqlite3.SQLITE_OK || opened.FpMethods == 0 || name == 0 {
		return code
	}
	path := libc.GoString(name)
	known, watched := disks.Load(filepath.Dir(path))
	if !watched {
		return code
	}
	d := known.(*disk)
	d.mu.Lock()
	if base := filepath.Base(path); d.files[base] == nil {
		content, _ := os.ReadFile(path) // a new file has none
		d.files[base] = &platter{safe: content}
	}
	d.mu.Unlock()
	openFiles.Store(file, handle{d, filepath.Base(path)})
	opened.FpMethods = before(tls, opened.FpMethods, func(m *sqlite3.Tsqlite3_io_methods) {
		m.FxRead, m.FxWrite, m.FxSync = funcPointer(readDisk), funcPointer(writeDisk), funcPointer(syncDisk)
		m.FxTruncate, m.FxClose = funcPointer(truncateDisk), funcPointer(closeDisk)
	}, &diskMethods)
	return code
}

// onDisk returns the handle of a file, its methods below, and how the call fails.
func onDisk(file uintptr, what diskCall) (handle, *sqlite3.Tsqlite3_io_methods, int32) {
	found, _ := openFiles.Load(file)
	h, _ := found.(handle)
	below := belowOurs(file)
	h.disk.mu.Lock()
	defer h.disk.mu.Unlock()
	return h, below, h.disk.fail(what, h.name)
}

// belowOurs returns the methods of the machine's file system. The store's own table of
// methods stands before the one of disks.
func belowOurs(file uintptr) *sqlite3.Tsqlite3_io_methods {
	table := methodsOf(file)
	if ours := funcPointer(readFile); table.FxRead == ours {
		table = memoryAt[ioMethods](addressOf(table.before))
	}
	return table.before
}

func readDisk(tls *libc.TLS, file, buffer uintptr, amount int32, offset int64) int32 {
	_, below, code := onDisk(file, reading)
	if code != 0 {
		return code
	}
	return callable[func(*libc.TLS, uintptr, uintptr, int32, int64) int32](below.FxRead)(tls, file, buffer, amount, offset)
}

// writeDisk writes, or half of it where it fails.
func writeDisk(tls *libc.TLS, file, buffer uintptr, amount int32, offset int64) int32 {
	h, below, code := onDisk(file, writing)
	if code != 0 {
		amount /= 2
	}
	wrote := int32(0)
	if amount > 0 {
		wrote = callable[func(*libc.TLS, uintptr, uintptr, int32, int64) int32](below.FxWrite)(tls, file, buffer, amount, offset)
		h.disk.note(h.name, change{offset: offset, bytes: bytes.Clone(unsafe.Slice(memoryAt[byte](buffer), amount))})
	}
	if code != 0 {
		return code
	}
	return wrote
}

func truncateDisk(tls *libc.TLS, file uintptr, size int64) int32 {
	h, below, _ := onDisk(file, syncing)
	h.disk.note(h.name, change{offset: size, cuts: true})
	return callable[func(*libc.TLS, uintptr, int64) int32](below.FxTruncate)(tls, file, size)
}

// syncDisk makes what was written safe. The machine's disk is left alone: its power is not
// cut. A disk whose sync failed has forgotten what was to be written.
func syncDisk(_ *libc.TLS, file uintptr, _ int32) int32 {
	h, _, code := onDisk(file, syncing)
	h.disk.mu.Lock()
	defer h.disk.mu.Unlock()
	p := h.disk.files[h.name]
	if code == 0 && h.disk.lies {
		return code
	}
	if code == 0 {
		for _, c := range p.pending {
			p.safe = c.apply(p.safe, len(c.bytes)+1, always)
		}
	}
	p.pending = nil
	return code
}

func closeDisk(tls *libc.TLS, file uintptr) int32 {
	below := belowOurs(file)
	openFiles.Delete(file)
	memoryAt[sqlite3.Tsqlite3_file](file).FpMethods = addressOf(below)
	return callable[func(*libc.TLS, uintptr) int32](below.FxClose)(tls, file)
}

func (d *disk) note(name string, c change) {
	d.mu.Lock()
	defer d.mu.Unlock()
	p := d.files[name]
	p.pending = append(p.pending, c)
}

// String returns the state of the files, for messages.
func (d *disk) String() string {
	d.mu.Lock()
	defer d.mu.Unlock()
	var list []string
	for name, p := range d.files {
		list = append(list, fmt.Sprintf("%s: %d bytes safe, %d writes pending", name, len(p.safe), len(p.pending)))
	}
	slices.Sort(list)
	return fmt.Sprint(list)
}
