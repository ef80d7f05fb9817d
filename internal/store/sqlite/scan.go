package sqlite

import (
	"context"
	"errors"
	"time"

	"tenantry/customers/rows"
	"tenantry/internal/fair"
	"tenantry/tenancy"
)

// scans are the readers of searches: of lists that look at many more rows than they
// show. They are few, so that searches cannot take the readers and processors of reads
// by id, and are shared fairly between tenants.
type scans struct {
	readers *readers
	gate    *fair.Gate
	options Options
}

func openScans(ctx context.Context, path string, opts Options, closing <-chan struct{}) (*scans, error) {
	pool, err := openReaders(ctx, path, opts.Scans, closing)
	if err != nil {
		return nil, err
	}
	return &scans{readers: pool, gate: fair.New(opts.Scans, 1, scanQueue), options: opts}, nil
}

// scan runs f on a reader of searches for a tenant, zero for the operator's reach. It
// returns ErrBusy if too many are waiting, and ErrTooMuchWork once the time of a search
// is over; f runs under that time.
func (s *Store) scan(ctx context.Context, tenant tenancy.ID, doing string, f func(ctx context.Context, c *conn) error) error {
	if err := s.serves(ctx); err != nil {
		return failed(doing, err)
	}
	timed, cancel := context.WithTimeout(ctx, s.scans.options.ScanTimeout)
	defer cancel()
	err := s.scans.gate.Enter(timed, 0, string(tenant[:]))
	if err == nil {
		defer s.scans.gate.Leave()
		err = s.scans.run(timed, f)
	}
	switch {
	case errors.Is(err, fair.ErrFull):
		err = rows.ErrBusy
	case err != nil && timed.Err() != nil && ctx.Err() == nil:
		err = rows.ErrTooMuchWork
	}
	return s.failed(doing, err)
}

func (s *scans) run(ctx context.Context, f func(ctx context.Context, c *conn) error) error {
	c, err := s.readers.take(ctx)
	if err != nil {
		return err
	}
	defer s.readers.put(c)
	return f(ctx, c)
}

// mostSkipped is the largest offset whose rows are skipped beside reads by id.
const mostSkipped = 1000

// isScan reports whether a list may look at many more rows than it shows: no index leads
// from its filter to its order, or it skips far. Where one does, a total is counted in that
// index, to its bound.
func isScan(q rows.Query) bool {
	f := q.Filter
	switch {
	case q.Order.By == rows.ByReviewDeadline:
		_, known := summary(q)
		return !known
	case f.Text != "":
		return true // a word may lead to very many rows
	case selective(f):
		// Free data alone may lead to very many rows: all of one tag, say.
		return f.MerchantKey == "" && f.ExternalID == "" && f.Email == ""
	case q.Offset > mostSkipped && q.After == nil:
		return true
	case f.IsZero():
		return q.Deep && q.Order.By != rows.ByCreated
	case f == rows.Filter{UpdatedFrom: f.UpdatedFrom} && q.Order.By == rows.ByLastUpdated:
		return q.Deep
	case tallied(q):
		return q.Order.By == rows.ByLastUpdated
	case marked(q):
		return len(f.Traits()) > 1 || q.Order.By != rows.ByCreated || !leads(f.WithoutTraits())
	default:
		return q.Deep || q.Order.By != rows.ByCreated || !leads(f)
	}
}

// leads reports whether the filter and the order of creation are one index.
func leads(f rows.Filter) bool {
	f.CreatedFrom, f.CreatedTo = time.Time{}, time.Time{}
	return f.IsZero()
}

// materialized returns the statement of a page so that all of its work is done before its
// first row: the driver watches the context until then, and no longer.
func materialized(page string, ascending bool) string {
	direction := " DESC"
	if ascending {
		direction = " ASC"
	}
	return "WITH page (id, value) AS MATERIALIZED (" + page + ") SELECT id, value FROM page ORDER BY value" + direction + ", id" + direction
}
