package sqlite

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"net/url"

	"modernc.org/sqlite"

	"tenantry/tenancy"
)

// conn is one connection with its prepared statements, for one goroutine at a
// time. It speaks to the driver itself: a pool of one's own and no conversions
// halve what a point read costs.
type conn struct {
	raw        driver.Conn
	statements map[string]driver.Stmt
	arguments  []driver.NamedValue
	values     []driver.Value
}

// mostStatements bounds the prepared statements of one connection; only lists
// make many, one for each way of filtering.
const mostStatements = 128

// dial opens a connection to the file and runs the pragmas on it.
func dial(ctx context.Context, path string, pragmas ...string) (*conn, error) {
	name := url.URL{Scheme: "file", OmitHost: true, Path: path, RawQuery: "vfs=" + vfsName}
	return dialName(ctx, name.String(), pragmas...)
}

// dialName opens a connection to the file of a URI, as dial does.
func dialName(ctx context.Context, name string, pragmas ...string) (*conn, error) {
	if err := registerVFS(); err != nil {
		return nil, err
	}
	connector, err := sqlite.NewConnector(name)
	if err != nil {
		return nil, failed("naming the database", err)
	}
	raw, err := connector.Connect(ctx)
	if err != nil {
		return nil, failed("opening the database", err)
	}
	c := &conn{raw: raw, statements: map[string]driver.Stmt{}}
	for _, pragma := range pragmas {
		if _, err := c.exec(ctx, "PRAGMA "+pragma); err != nil {
			return nil, errors.Join(failed("setting up a connection", err), c.close())
		}
	}
	return c, nil
}

func (c *conn) close() error {
	var faults []error
	for _, statement := range c.statements {
		faults = append(faults, statement.Close())
	}
	return errors.Join(append(faults, c.raw.Close())...)
}

// prepare returns the statement for the text, prepared once.
func (c *conn) prepare(text string) (driver.Stmt, error) {
	if statement := c.statements[text]; statement != nil {
		return statement, nil
	}
	if len(c.statements) >= mostStatements {
		for known, statement := range c.statements {
			delete(c.statements, known)
			if err := statement.Close(); err != nil {
				return nil, fmt.Errorf("closing a statement: %w", err)
			}
		}
	}
	statement, err := c.raw.Prepare(text)
	if err != nil {
		return nil, fmt.Errorf("preparing a statement: %w", err)
	}
	c.statements[text] = statement
	return statement, nil
}

// bind turns arguments into what the driver takes: ids and blobs into their bytes. The
// result is good until the next call.
func (c *conn) bind(arguments []any) []driver.NamedValue {
	c.arguments = c.arguments[:0]
	for i, argument := range arguments {
		switch bytes := argument.(type) {
		case tenancy.ID:
			argument = bytes[:]
		case blob:
			argument = []byte(bytes)
		}
		c.arguments = append(c.arguments, driver.NamedValue{Ordinal: i + 1, Value: argument})
	}
	return c.arguments
}

// exec runs a statement and returns how many rows it changed. Arguments are ids, int64,
// string, []byte or nil. A context that can end costs a goroutine.
func (c *conn) exec(ctx context.Context, text string, arguments ...any) (changed int64, err error) {
	statement, err := c.prepare(text)
	if err != nil {
		return 0, err
	}
	result, err := statement.(driver.StmtExecContext).ExecContext(ctx, c.bind(arguments))
	if err != nil {
		return 0, err
	}
	return result.RowsAffected()
}

// query runs a statement and passes each row to `row`. The values are good until it
// returns; bytes and texts in them are copies. `row` may use the connection for another statement
// once it is done with the values.
func (c *conn) query(ctx context.Context, text string, row func(values []driver.Value) error, arguments ...any) (err error) {
	statement, err := c.prepare(text)
	if err != nil {
		return err
	}
	rows, err := statement.(driver.StmtQueryContext).QueryContext(ctx, c.bind(arguments))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	columns := len(rows.Columns())
	if cap(c.values) < columns {
		c.values = make([]driver.Value, columns)
	}
	values := c.values[:columns]
	for {
		switch err := rows.Next(values); {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return err
		}
		if err := row(values); err != nil {
			return err
		}
	}
}

// number runs a statement that returns one number or no row: then found is false.
func (c *conn) number(ctx context.Context, text string, arguments ...any) (n int64, found bool, err error) {
	err = c.query(ctx, text, func(values []driver.Value) error {
		n, found = values[0].(int64)
		return nil
	}, arguments...)
	return n, found, err
}

// idOf reads an id from a column.
func idOf(value driver.Value) (tenancy.ID, error) {
	bytes, ok := value.([]byte)
	if !ok || len(bytes) != len(tenancy.ID{}) {
		return tenancy.ID{}, errors.New("a column that should hold an id does not")
	}
	return tenancy.ID(bytes), nil
}
