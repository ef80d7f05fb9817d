package mongo

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strconv"

	"go.mongodb.org/mongo-driver/v2/bson"
	driver "go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"tenantry/customers"
	"tenantry/customers/rows"
	"tenantry/keys"
	"tenantry/tenancy"
)

// NoteKeyUse implements store.Store in one request. A note that races a Replace
// may be lost, as notes are approximate.
func (s *Store) NoteKeyUse(ctx context.Context, notes ...customers.KeyUse) error {
	return s.do(ctx, "noting the use of keys", func(ctx context.Context) error {
		var writes []driver.WriteModel
		for _, note := range notes {
			change, err := noteOf(note)
			if err != nil {
				return err
			}
			if change != nil {
				writes = append(writes, driver.NewUpdateOneModel().SetFilter(byRef(note.Customer)).SetUpdate(change))
			}
		}
		if len(writes) == 0 {
			return nil
		}
		_, err := s.customers.BulkWrite(ctx, writes, options.BulkWrite().SetOrdered(false))
		return err
	})
}

// noteOf returns the change of a customer that a note of the use of its keys makes, nil for
// none.
func noteOf(note customers.KeyUse) (change bson.D, err error) {
	var raised, noted bson.D
	for number, at := range note.At {
		// Anything but a number could name another member of the document.
		if _, err := strconv.ParseUint(number, 10, 32); err != nil {
			return nil, &unfit{fmt.Errorf("a key has no number: %w", err)}
		}
		raised = append(raised, bson.E{Key: "keyUse." + number, Value: bson.NewDateTimeFromTime(at)})
	}
	for number, sealed := range note.From {
		if _, err := strconv.ParseUint(number, 10, 32); err != nil {
			return nil, &unfit{fmt.Errorf("a key has no number: %w", err)}
		}
		noted = append(noted, bson.E{Key: "keyUseFrom." + number, Value: equal("box", bson.Binary{Data: sealed.Box})})
	}
	if raised != nil {
		change = append(change, bson.E{Key: "$max", Value: raised})
	}
	if noted != nil {
		change = append(change, bson.E{Key: "$set", Value: noted})
	}
	return change, nil
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
