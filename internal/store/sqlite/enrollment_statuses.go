package sqlite

import "context"

// enrollmentStatuses adds what lists by the status of enrolled customers need, and the legal names to what is searched.
var enrollmentStatuses = []string{
	`ALTER TABLE customers ADD COLUMN stage TEXT NOT NULL DEFAULT ''`,
	`CREATE INDEX customers_stage ON customers (parent, stage, created, id) WHERE parent IS NOT NULL`,
}

const updateEnrollmentStatus = `UPDATE customers SET stage = ?, search_folded = ? WHERE number = ?`

// fillEnrollmentStatuses derives the new column of the records of an older schema.
func fillEnrollmentStatuses(ctx context.Context, c *conn) error {
	return eachLiving(ctx, c, func(number int64, r row) error {
		_, err := c.exec(ctx, updateEnrollmentStatus, r.searched.enrollmentStatus, r.searched.search, number)
		return err
	})
}
