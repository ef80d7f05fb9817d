package sqlite

import "context"

// stages adds what lists by stage need, and the legal names to what is searched.
var stages = []string{
	`ALTER TABLE customers ADD COLUMN stage TEXT NOT NULL DEFAULT ''`,
	`CREATE INDEX customers_stage ON customers (parent, stage, created, id) WHERE parent IS NOT NULL`,
}

const updateStage = `UPDATE customers SET stage = ?, search_folded = ? WHERE number = ?`

// fillStages derives the new column of the records of an older schema.
func fillStages(ctx context.Context, c *conn) error {
	return eachLiving(ctx, c, func(number int64, r row) error {
		_, err := c.exec(ctx, updateStage, r.searched.stage, r.searched.search, number)
		return err
	})
}
