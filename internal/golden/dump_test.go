package golden_test

import (
	"bytes"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/klauspost/compress/zstd"
	"go.mongodb.org/mongo-driver/v2/bson"
	_ "modernc.org/sqlite" // the driver that reads what the store wrote

	"tenantry/internal/testkit"
)

// dump writes every row of every table of a SQLite store, tables by name and rows by
// content, but for the index of searches, which says nothing that the rows do not. It reads
// the file itself: what is compared is what was stored, and no interface of the store can come
// in between.
func dump(t *testing.T, dir string) []byte {
	t.Helper()
	name := url.URL{Scheme: "file", OmitHost: true, Path: filepath.Join(dir, "tenantry.db"), RawQuery: "mode=ro"}
	db, err := sql.Open("sqlite", name.String())
	testkit.Must(t, err)
	defer func() { testkit.Must(t, db.Close()) }()
	var tables []string
	for _, row := range query(t, db, `SELECT name FROM sqlite_master WHERE type = 'table' AND name <> 'search' AND name NOT LIKE 'search\_%' ESCAPE '\' ORDER BY name`) {
		tables = append(tables, row[0].value.(string))
	}
	var out bytes.Buffer
	for _, table := range tables {
		fmt.Fprintf(&out, "=== %s\n", table)
		var rows []string
		for _, row := range query(t, db, `SELECT * FROM "`+table+`"`) {
			rows = append(rows, line(t, row))
		}
		slices.Sort(rows)
		out.WriteString(strings.Join(rows, "") + "\n")
	}
	return out.Bytes()
}

type cell struct {
	column string
	value  any
}

func query(t *testing.T, db *sql.DB, text string) (list [][]cell) {
	t.Helper()
	rows, err := db.QueryContext(t.Context(), text)
	testkit.Must(t, err)
	defer func() { testkit.Must(t, rows.Close()) }()
	columns, err := rows.Columns()
	testkit.Must(t, err)
	for rows.Next() {
		values, into := make([]any, len(columns)), make([]any, len(columns))
		for i := range values {
			into[i] = &values[i]
		}
		testkit.Must(t, rows.Scan(into...))
		row := make([]cell, len(columns))
		for i := range values {
			row[i] = cell{columns[i], values[i]}
		}
		list = append(list, row)
	}
	testkit.Must(t, rows.Err())
	return list
}

// line writes one row: its columns, and its document below them.
func line(t *testing.T, row []cell) string {
	t.Helper()
	var columns []string
	document := ""
	for _, c := range row {
		content, binary := c.value.([]byte)
		switch {
		case c.column == "document":
			document = asText(t, expanded(t, content[:len(content)-4])) // its checksum is behind it
		case binary && len(content) > 256:
			columns = append(columns, fmt.Sprintf("%s=%d bytes with SHA-256 %x", c.column, len(content), sha256.Sum256(content)))
		case binary:
			columns = append(columns, c.column+"="+hex.EncodeToString(content))
		case c.value == nil:
			columns = append(columns, c.column+"=NULL")
		default:
			columns = append(columns, fmt.Sprintf("%s=%#v", c.column, c.value))
		}
	}
	return "- " + strings.Join(columns, " ") + "\n" + document
}

// expanded returns a document that is stored compressed, as those of customers and events are.
func expanded(t *testing.T, document []byte) []byte {
	t.Helper()
	if !bytes.HasPrefix(document, []byte{0x28, 0xb5, 0x2f, 0xfd}) {
		return document
	}
	var dictionaries [][]byte
	for _, of := range []string{"events", "customers"} {
		tables, err := os.ReadFile("../store/sqlite/" + of + "-2.tables")
		testkit.Must(t, err)
		texts, err := os.ReadFile("../store/sqlite/" + of + "-1.dict")
		testkit.Must(t, err)
		dictionaries = append(dictionaries, slices.Concat(tables, texts))
	}
	unpacker, err := zstd.NewReader(nil, zstd.WithDecoderDicts(dictionaries...))
	testkit.Must(t, err)
	defer unpacker.Close()
	document, err = unpacker.DecodeAll(document, nil)
	testkit.Must(t, err)
	return document
}

// asText is a document as canonical extended JSON, which keeps the order and the types
// of its members, and the digest of its bytes.
func asText(t *testing.T, document []byte) string {
	t.Helper()
	text, err := bson.MarshalExtJSONIndent(bson.Raw(document), true, false, "", " ")
	testkit.Must(t, err)
	return fmt.Sprintf("SHA-256 %x\n%s\n", sha256.Sum256(document), text)
}
