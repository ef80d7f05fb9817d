package mongo

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"tenantry/customers"
	"tenantry/tenancy"
)

// NoteKeyUse implements store.Store in one request. A note that races a Replace
// may be lost, as notes are approximate.
func (s *Store) NoteKeyUse(ctx context.Context, ref tenancy.Ref, uses map[string]time.Time, from map[string]*customers.Sealed) error {
	return s.do(ctx, "noting the use of keys", func(ctx context.Context) error {
		var raised bson.D
		for number, at := range uses {
			// Anything but a number could name another member of the document.
			if _, err := strconv.ParseUint(number, 10, 32); err != nil {
				return &unfit{fmt.Errorf("a key has no number: %w", err)}
			}
			raised = append(raised, bson.E{Key: "keyUse." + number, Value: bson.NewDateTimeFromTime(at)})
		}
		var noted bson.D
		for number, sealed := range from {
			if _, err := strconv.ParseUint(number, 10, 32); err != nil {
				return &unfit{fmt.Errorf("a key has no number: %w", err)}
			}
			noted = append(noted, bson.E{Key: "keyUseFrom." + number, Value: equal("box", bson.Binary{Data: sealed.Box})})
		}
		var change bson.D
		if raised != nil {
			change = append(change, bson.E{Key: "$max", Value: raised})
		}
		if noted != nil {
			change = append(change, bson.E{Key: "$set", Value: noted})
		}
		if change == nil {
			return nil
		}
		_, err := s.customers.UpdateOne(ctx, byRef(ref), change)
		return err
	})
}
