package sqlite

import (
	"context"
	"errors"
)

// readers is a pool of connections that cannot write.
type readers struct {
	all     []*conn
	idle    chan *conn
	closing <-chan struct{}
}

func openReaders(ctx context.Context, path string, count int, closing <-chan struct{}) (*readers, error) {
	r := &readers{idle: make(chan *conn, count), closing: closing}
	pragmas := append([]string{"query_only = ON", "cache_size = -2048"}, common...)
	for range count {
		c, err := dial(ctx, path, pragmas...)
		if err != nil {
			return nil, errors.Join(err, r.close())
		}
		r.all = append(r.all, c)
		r.idle <- c
	}
	return r, nil
}

// take waits for an idle connection.
func (r *readers) take(ctx context.Context) (*conn, error) {
	select {
	case c := <-r.idle:
		return c, nil
	default:
	}
	select {
	case c := <-r.idle:
		return c, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	case <-r.closing:
		return nil, errClosed
	}
}

func (r *readers) put(c *conn) { r.idle <- c }

// close waits for every connection to come back and closes it.
func (r *readers) close() error {
	var faults []error
	for range r.all {
		faults = append(faults, (<-r.idle).close())
	}
	return errors.Join(faults...)
}
