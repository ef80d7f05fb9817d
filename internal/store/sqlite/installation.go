package sqlite

import (
	"context"
	"database/sql/driver"

	"tenantry/customers/rows"
	"tenantry/internal/store/codec"
)

// installations adds the one document of the installation.
var installations = []string{
	`CREATE TABLE installation (
		one      INTEGER PRIMARY KEY CHECK (one = 1),
		revision INTEGER NOT NULL,
		document BLOB NOT NULL
	) STRICT`,
}

const (
	selectInstallation = `SELECT document FROM installation`
	insertInstallation = `INSERT INTO installation (one, revision, document) VALUES (1, ?, ?) ON CONFLICT DO NOTHING`
	updateInstallation = `UPDATE installation SET revision = ?, document = ? WHERE revision = ?`
)

// Installation implements store.Store.
func (s *Store) Installation(ctx context.Context) (found rows.Installation, err error) {
	var document *rows.Installation
	err = s.read(ctx, "reading the installation", func(c *conn) (err error) {
		document, err = installationOf(ctx, c)
		return err
	})
	if err == nil && document == nil {
		err = rows.ErrNotFound
	}
	if err != nil {
		return rows.Installation{}, err
	}
	return *document, nil
}

// installationOf reads the document of the installation, nil if there is none.
func installationOf(ctx context.Context, c *conn) (found *rows.Installation, err error) {
	err = c.query(ctx, selectInstallation, func(values []driver.Value) (err error) {
		document, _ := values[0].([]byte)
		found, err = codec.DecodeInstallation(document)
		return err
	})
	return found, err
}

// SetInstallation implements store.Store.
func (s *Store) SetInstallation(ctx context.Context, i rows.Installation) error {
	return s.writer.do(ctx, "writing the installation", func(t *transaction) error {
		document, err := codec.EncodeInstallation(&i)
		if err != nil {
			return err
		}
		var changed int64
		if i.Revision == 1 {
			changed, err = t.exec(insertInstallation, i.Revision, document)
		} else {
			changed, err = t.exec(updateInstallation, i.Revision, document, i.Revision-1)
		}
		if err == nil && changed == 0 {
			err = rows.ErrStale
		}
		return err
	})
}
