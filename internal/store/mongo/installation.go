package mongo

import (
	"context"
	"errors"

	"go.mongodb.org/mongo-driver/v2/bson"
	driver "go.mongodb.org/mongo-driver/v2/mongo"

	"tenantry/customers/rows"
	"tenantry/internal/store/codec"
)

// Schema is the version of what this program stores; an older one must not write what a
// newer one stored.
const Schema int64 = 1

// theInstallation is the _id of the one document of the installation. The document itself
// lies within, because its own _id differs from one database to another and would not
// keep two processes from writing two.
const theInstallation = "installation"

// Installation implements store.Store in one request.
func (s *Store) Installation(ctx context.Context) (found rows.Installation, err error) {
	err = s.do(ctx, "reading the installation", func(ctx context.Context) error {
		var stored struct {
			Document bson.Raw `bson:"document"`
		}
		err := s.installations.FindOne(ctx, equal("_id", theInstallation)).Decode(&stored)
		if errors.Is(err, driver.ErrNoDocuments) {
			err = rows.ErrNotFound
		}
		if err != nil {
			return err
		}
		decoded, err := codec.DecodeInstallation(stored.Document)
		if err != nil {
			return &unfit{err}
		}
		found = *decoded
		return nil
	})
	return found, err
}

// SetInstallation implements store.Store in one request. It is not repeated: after a lost
// answer it may have been written, which Installation shows.
func (s *Store) SetInstallation(ctx context.Context, i rows.Installation) error {
	return s.do(ctx, "writing the installation", func(ctx context.Context) error {
		document, err := codec.EncodeInstallation(&i)
		if err != nil {
			return &unfit{err}
		}
		stored := equal("_id", theInstallation, "revision", i.Revision, "document", bson.Raw(document))
		if i.Revision == 1 {
			_, err = s.installations.InsertOne(ctx, stored)
			if driver.IsDuplicateKeyError(err) {
				err = rows.ErrStale
			}
			return err
		}
		done, err := s.installations.ReplaceOne(ctx, equal("_id", theInstallation, "revision", i.Revision-1), stored)
		if err == nil && done.MatchedCount == 0 {
			err = rows.ErrStale
		}
		return err
	})
}
