package mongo

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"tenantry/customers"
	"tenantry/customers/rows"
	"tenantry/keys"
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

// TagKeys implements store.Store in two requests: the places of the entries are read
// first. The version holds them until the write, because only a Replace moves them. As
// with notes, a Replace in between loses the tags.
func (s *Store) TagKeys(ctx context.Context, ref tenancy.Ref, tags []keys.Tagged) error {
	current, err := s.Get(ctx, ref)
	if errors.Is(err, rows.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	return s.do(ctx, "tagging keys", func(ctx context.Context) error {
		set := tagsToSet(current, tags)
		if set == nil {
			return nil
		}
		_, err := s.customers.UpdateOne(ctx, append(byRef(ref), bson.E{Key: "version", Value: current.Version}), equal("$set", set))
		return err
	})
}

// tagsToSet returns the members of the document that change.
func tagsToSet(c *customers.Customer, tags []keys.Tagged) (set bson.D) {
	tagged, _ := keys.WithTags(c.Keys, tags)
	for i, entry := range tagged {
		for member, pair := range map[string][2][]byte{
			"secretTag":      {c.Keys[i].SecretTag, entry.SecretTag},
			"publishableTag": {c.Keys[i].PublishableTag, entry.PublishableTag},
		} {
			if !bytes.Equal(pair[0], pair[1]) {
				set = append(set, bson.E{Key: fmt.Sprintf("keys.%d.%s", i, member), Value: pair[1]})
			}
		}
	}
	return set
}
