package sqlite

// enrollmentStatuses adds what lists by the status of enrolled customers need, and the legal names to what is searched.
var enrollmentStatuses = []string{
	`ALTER TABLE customers ADD COLUMN stage TEXT NOT NULL DEFAULT ''`,
	`CREATE INDEX customers_stage ON customers (parent, stage, created, id) WHERE parent IS NOT NULL`,
}
