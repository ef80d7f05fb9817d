package sqlite

import (
	"errors"
	"fmt"
	"sync"
	"unsafe"

	"modernc.org/libc"
	sqlite3 "modernc.org/sqlite/lib"
)

// vfsName is the file system that every connection uses: that of SQLite, with errors of
// reading told from damage.
//
// When the disk cannot be read (EIO), SQLite's own reports SQLITE_IOERR_CORRUPTFS, and a
// statement turns that into SQLITE_CORRUPT, as if the file were damaged. But the file may
// be whole, and the disk be back in a moment.
const vfsName = "tenantry"

// belowVFS names what vfsName stands on: empty for the one of the system. Tests put one
// below that fails at will.
var belowVFS = ""

// vfsBelow is the file system that vfsName stands on.
var vfsBelow *sqlite3.Tsqlite3_vfs

// registerVFS registers vfsName, once.
var registerVFS = sync.OnceValue(func() error {
	tls := libc.NewTLS()
	defer tls.Close()
	below, err := findVFS(tls, belowVFS)
	if err != nil {
		return err
	}
	vfsBelow = below
	return addVFS(tls, vfsName, below, func(v *sqlite3.Tsqlite3_vfs) { v.FxOpen = funcPointer(openFile) })
})

// findVFS returns the file system of a name, the default one for none.
func findVFS(tls *libc.TLS, name string) (*sqlite3.Tsqlite3_vfs, error) {
	text := uintptr(0)
	if name != "" {
		var err error
		if text, err = libc.CString(name); err != nil {
			return nil, fmt.Errorf("naming a file system: %w", err)
		}
		defer libc.Xfree(tls, text)
	}
	found := sqlite3.Xsqlite3_vfs_find(tls, text)
	if found == 0 {
		return nil, errors.New("SQLite has no file system " + name)
	}
	return memoryAt[sqlite3.Tsqlite3_vfs](found), nil
}

// addVFS registers a file system that is the one below, changed by change.
func addVFS(tls *libc.TLS, name string, below *sqlite3.Tsqlite3_vfs, change func(*sqlite3.Tsqlite3_vfs)) error {
	made := libc.Xcalloc(tls, 1, libc.Tsize_t(unsafe.Sizeof(*below))) // for good
	text, err := libc.CString(name)
	if err != nil || made == 0 {
		return errors.Join(errors.New("no memory for a file system of SQLite"), err)
	}
	vfs := memoryAt[sqlite3.Tsqlite3_vfs](made)
	*vfs = *below
	vfs.FpNext, vfs.FzName = 0, text
	change(vfs)
	if code := sqlite3.Xsqlite3_vfs_register(tls, made, 0); code != sqlite3.SQLITE_OK {
		return fmt.Errorf("registering a file system of SQLite: code %d", code)
	}
	return nil
}

// ioMethods are the methods of a file whose reading is ours, with those they stand before.
type ioMethods struct {
	sqlite3.Tsqlite3_io_methods
	before *sqlite3.Tsqlite3_io_methods
}

// methods are the ioMethods before each of SQLite's tables, of which it has a handful.
var methods sync.Map // of *sqlite3.Tsqlite3_io_methods to uintptr

// openFile opens a file of the file system below, and puts its reading before it.
func openFile(tls *libc.TLS, _, name, file uintptr, flags int32, outFlags uintptr) int32 {
	code := callable[func(*libc.TLS, uintptr, uintptr, uintptr, int32, uintptr) int32](vfsBelow.FxOpen)(
		tls, addressOf(vfsBelow), name, file, flags, outFlags)
	opened := memoryAt[sqlite3.Tsqlite3_file](file)
	if opened.FpMethods != 0 {
		opened.FpMethods = before(tls, opened.FpMethods, func(m *sqlite3.Tsqlite3_io_methods) { m.FxRead = funcPointer(readFile) }, &methods)
	}
	return code
}

// before returns a table of methods that stands before another one, changed by change.
func before(tls *libc.TLS, table uintptr, change func(*sqlite3.Tsqlite3_io_methods), known *sync.Map) uintptr {
	if made, ok := known.Load(table); ok {
		return made.(uintptr)
	}
	made := libc.Xcalloc(tls, 1, libc.Tsize_t(unsafe.Sizeof(ioMethods{}))) // for good
	if made == 0 {
		return table
	}
	next := memoryAt[ioMethods](made)
	next.before = memoryAt[sqlite3.Tsqlite3_io_methods](table)
	next.Tsqlite3_io_methods = *next.before
	change(&next.Tsqlite3_io_methods)
	known.Store(table, made)
	return made
}

// methodsOf returns the methods of an open file that stand before others.
func methodsOf(file uintptr) *ioMethods {
	return memoryAt[ioMethods](memoryAt[sqlite3.Tsqlite3_file](file).FpMethods)
}

// readFile reads from a file. A disk that cannot be read is no damaged file.
func readFile(tls *libc.TLS, file, buffer uintptr, amount int32, offset int64) int32 {
	read := callable[func(*libc.TLS, uintptr, uintptr, int32, int64) int32](methodsOf(file).before.FxRead)
	code := read(tls, file, buffer, amount, offset)
	if code == sqlite3.SQLITE_IOERR_CORRUPTFS {
		return sqlite3.SQLITE_IOERR_READ
	}
	return code
}

// memoryAt returns what lies at an address of SQLite's memory, which never moves.
func memoryAt[T any](address uintptr) *T { return *(**T)(unsafe.Pointer(&address)) } //nolint:gosec // see above

// addressOf returns the address of what lies in SQLite's memory.
func addressOf[T any](p *T) uintptr { return uintptr(unsafe.Pointer(p)) } //nolint:gosec // it never moves

// funcPointer returns a declared function as SQLite keeps it.
func funcPointer[F any](f F) uintptr {
	return *(*uintptr)(unsafe.Pointer(&struct{ f F }{f})) //nolint:gosec // as the translated SQLite calls it
}

// callable returns the function that SQLite keeps as a pointer.
func callable[F any](pointer uintptr) F {
	return *(*F)(unsafe.Pointer(&struct{ p uintptr }{pointer})) //nolint:gosec // as the translated SQLite keeps it
}
