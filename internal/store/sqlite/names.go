package sqlite

import "context"

// names numbers the ids and texts that very many rows repeat: a number takes a byte or three in
// each of them. A name that was given a number keeps it.
const createNames = `CREATE TABLE names (
		number INTEGER PRIMARY KEY,
		name   BLOB NOT NULL UNIQUE
	) STRICT`

const (
	selectName = `SELECT number FROM names WHERE name = ?`
	insertName = `INSERT INTO names (name) VALUES (?)`

	// numberOf is the number of a name that is given as a blob or an id; NULL if it has none, so
	// that no row has it.
	numberOf = `(` + selectName + `)`
)

// mostNames is how many numbers the writer remembers.
const mostNames = 10_000

// number returns the number of a name, and gives it one if it has none.
func (t *transaction) number(name blob) (number int64, err error) {
	if number, known := t.names[name]; known {
		return number, nil
	}
	number, known, err := t.c.number(context.Background(), selectName, name)
	if err == nil && !known {
		if _, err = t.exec(insertName, name); err == nil {
			number, _, err = t.c.number(context.Background(), selectName, name)
		}
	}
	if err != nil {
		return 0, err
	}
	if len(t.names) >= mostNames {
		clear(t.names)
	}
	t.names[name] = number
	return number, nil
}
