package sqlite

import (
	"context"
	"database/sql/driver"
)

// stages adds what lists by stage need, and the legal names to what is searched.
var stages = []string{
	`ALTER TABLE customers ADD COLUMN stage TEXT NOT NULL DEFAULT ''`,
	`CREATE INDEX customers_stage ON customers (parent, stage, created, id) WHERE parent IS NOT NULL`,
}

const updateStage = `UPDATE customers SET stage = ?, search_folded = ? WHERE number = ?`

// fillStages derives the new column of the records of an older schema.
func fillStages(ctx context.Context, c *conn) error {
	type filled struct {
		number int64
		row    row
	}
	for after := int64(0); ; {
		var batch []filled
		err := c.query(ctx, selectUnfilled, func(v []driver.Value) error {
			number, _ := v[0].(int64)
			found, err := recordOf(v[1])
			if err != nil {
				return err
			}
			made, err := rowOf(found.customer)
			batch = append(batch, filled{number: number, row: made})
			return err
		}, after)
		if err != nil || len(batch) == 0 {
			return err
		}
		for _, f := range batch {
			if _, err := c.exec(ctx, updateStage, f.row.searched.stage, f.row.searched.search, f.number); err != nil {
				return err
			}
			after = f.number
		}
	}
}
