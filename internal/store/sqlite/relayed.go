package sqlite

import (
	"context"
	"database/sql/driver"

	"tenantry/tenancy"
)

// relayedThrough is the schema step that says by one number which events were relayed. The log
// is numbered in the order of its writes: what has a number up to the mark was relayed, what is
// behind waits. relay_exceptions names those of which the opposite holds, so that neither an
// event that cannot be relayed holds up the mark, nor one that was relayed early.
//
// A write of an event thereby writes nothing else, and a relay of all that waits one row.
var relayedThrough = []string{
	`CREATE TABLE relayed (
		one     INTEGER PRIMARY KEY CHECK (one = 1),
		through INTEGER NOT NULL
	) STRICT`,
	`INSERT INTO relayed (one, through) SELECT 1, coalesce(max(number), 0) FROM events`,
	`CREATE TABLE relay_exceptions (
		customer BLOB NOT NULL,
		number   INTEGER NOT NULL,
		PRIMARY KEY (customer, number)
	) STRICT, WITHOUT ROWID`,
	`INSERT INTO relay_exceptions (customer, number) SELECT customer, number FROM unrelayed_events`,
	`DROP TABLE unrelayed_events`,
	`CREATE TRIGGER events_gone AFTER DELETE ON events BEGIN
		DELETE FROM relay_exceptions WHERE customer = OLD.customer AND number = OLD.number;
	END`,
}

const (
	through     = `(SELECT through FROM relayed)`
	isException = `EXISTS (SELECT 1 FROM relay_exceptions AS x WHERE x.customer = e.customer AND x.number = e.number)`
	// isRelayed is the condition that an event e is in no outbox.
	isRelayed = `(e.number > ` + through + `) = ` + isException

	// hasOutbox reports whether a row of customers may have an outbox. Where all was relayed, no
	// event is looked for.
	hasOutbox = `EXISTS (SELECT 1 FROM relay_exceptions AS x WHERE x.customer = customers.id)
		OR CASE WHEN (SELECT max(number) FROM events) > ` + through + ` THEN EXISTS (SELECT 1 FROM events AS e WHERE e.customer = customers.id AND e.number > ` + through + `) ELSE 0 END`

	// selectWaiting returns whose events wait: those that were left behind first, then the rest in
	// the order of their writes.
	selectWaiting = `SELECT customer FROM relay_exceptions WHERE number <= ` + through + `
		UNION ALL SELECT e.customer FROM events AS e WHERE e.number > ` + through + ` AND NOT ` + isException
	selectOutboxes = `SELECT DISTINCT customer FROM (` + selectWaiting + `) WHERE instr(?, substr(customer, -1)) > 0 LIMIT ?`
	selectOutbox   = `SELECT ` + eventColumns + ` FROM events AS e WHERE e.number IN (
		SELECT number FROM relay_exceptions WHERE customer = ? AND number <= ` + through + `
		UNION ALL SELECT e.number FROM events AS e WHERE e.customer = ? AND e.number > ` + through + ` AND NOT ` + isException + `) ORDER BY e.number`

	selectThrough   = `SELECT through, (SELECT count(*) FROM (SELECT 1 FROM relay_exceptions LIMIT 10000)) FROM relayed`
	updateThrough   = `UPDATE relayed SET through = ?`
	insertException = `INSERT INTO relay_exceptions (customer, number) VALUES (?, ?) ON CONFLICT DO NOTHING`
	deleteException = `DELETE FROM relay_exceptions WHERE customer = ? AND number = ?`
	selectBeyond    = `SELECT e.number, e.customer, ` + isException + ` FROM events AS e WHERE e.number > ? ORDER BY e.number LIMIT ?`
)

// looksAhead is how many more events behind the mark are looked at than were relayed, to find
// where it leaves the fewest exceptions. Where there are some, twice as many are looked at too,
// so that those that were relayed early never come to outnumber those that wait before them.
const looksAhead = 16

// logged is an event behind the mark.
type logged struct {
	number   int64
	customer tenancy.ID
	// relayed says that it was relayed, and known that an exception says so.
	relayed, known bool
}

// markRelayed notes that events, named by their numbers with their customers, were relayed. It
// moves the mark to where the fewest exceptions are left.
func (t *transaction) markRelayed(events map[int64]tenancy.ID) error {
	if len(events) == 0 {
		return nil
	}
	var mark, exceptions int64
	err := t.c.query(context.Background(), selectThrough, func(values []driver.Value) error {
		mark, _ = values[0].(int64)
		exceptions, _ = values[1].(int64)
		return nil
	})
	if err != nil {
		return err
	}
	ahead := map[int64]tenancy.ID{}
	for number, customer := range events {
		if number > mark {
			ahead[number] = customer
		} else if _, err := t.exec(deleteException, customer, number); err != nil {
			return err
		}
	}
	if len(ahead) == 0 {
		return nil
	}
	passed, err := t.passed(mark, ahead, looksAhead+2*exceptions)
	if err != nil {
		return err
	}
	for _, e := range passed {
		text := ""
		switch {
		case !e.relayed:
			text = insertException
		case e.known:
			text = deleteException
		}
		if text != "" {
			if _, err := t.exec(text, e.customer, e.number); err != nil {
				return err
			}
		}
		delete(ahead, e.number)
	}
	for number, customer := range ahead {
		if _, err := t.exec(insertException, customer, number); err != nil {
			return err
		}
	}
	if len(passed) == 0 {
		return nil
	}
	_, err = t.exec(updateThrough, passed[len(passed)-1].number)
	return err
}

// passed returns the events that the mark moves past: up to where the relayed ones outnumber
// those that wait the most. It looks at so many more than were relayed.
func (t *transaction) passed(mark int64, relayed map[int64]tenancy.ID, more int64) ([]logged, error) {
	var list []logged
	ahead, most, best := 0, 0, 0
	err := t.c.query(context.Background(), selectBeyond, func(values []driver.Value) error {
		var e logged
		e.number, _ = values[0].(int64)
		id, err := idOf(values[1])
		if err != nil {
			return err
		}
		exception, _ := values[2].(int64)
		_, now := relayed[e.number]
		e.customer, e.known, e.relayed = id, exception != 0, now || exception != 0
		if ahead--; e.relayed {
			ahead += 2
		}
		if list = append(list, e); ahead > most {
			most, best = ahead, len(list)
		}
		return nil
	}, mark, int64(len(relayed))+more)
	return list[:best], err
}
