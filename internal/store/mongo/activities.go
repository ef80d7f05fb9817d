package mongo

import (
	"context"
	"errors"
	"slices"

	"go.mongodb.org/mongo-driver/v2/bson"
	driver "go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"tenantry/customers"
	"tenantry/customers/rows"
	"tenantry/customers/rows/totals"
	"tenantry/internal/store/codec"
	"tenantry/tenancy"
)

func activityIndexes() []index {
	return []index{
		{"customer_newest", equal("tenant", 1, "customer.id", 1, "occurred", -1, "_id", -1)},
		{"customer_type", equal("tenant", 1, "customer.id", 1, "type", 1, "occurred", -1, "_id", -1)},
		{"customer_reference", equal("tenant", 1, "customer.id", 1, "reference", 1)},
	}
}

// activitiesOf returns the filter of the activities of a customer. The tenant stands in
// the document beside the reference, so that a sharded cluster can route by it.
func activitiesOf(customer tenancy.Ref) bson.D {
	return equal("tenant", object(customer.Tenant), "customer.id", object(customer.ID))
}

// PutActivity implements store.Store.
func (s *Store) PutActivity(ctx context.Context, a customers.Activity) error {
	return s.do(ctx, "storing an activity", func(ctx context.Context) error {
		encoded, err := codec.EncodeActivity(&a)
		if err != nil {
			return &unfit{err}
		}
		document, err := extend(encoded, equal("tenant", object(a.Customer.Tenant)))
		if err != nil {
			return err
		}
		_, err = s.happened.InsertOne(ctx, document)
		if driver.IsDuplicateKeyError(err) {
			return nil
		}
		return err
	})
}

// ActivityOf implements store.Store.
func (s *Store) ActivityOf(ctx context.Context, customer tenancy.Ref, reference string) (customers.Activity, error) {
	return s.oneActivity(ctx, append(activitiesOf(customer), bson.E{Key: "reference", Value: reference}))
}

// Activity implements store.Store.
func (s *Store) Activity(ctx context.Context, tenant, id tenancy.ID) (customers.Activity, error) {
	filter := equal("_id", object(id))
	if !tenant.IsZero() {
		filter = append(filter, bson.E{Key: "tenant", Value: object(tenant)})
	}
	return s.oneActivity(ctx, filter)
}

// oneActivity reads the activity that a filter names.
func (s *Store) oneActivity(ctx context.Context, filter bson.D) (a customers.Activity, err error) {
	err = s.do(ctx, "reading an activity", func(ctx context.Context) error {
		document, err := s.happened.FindOne(ctx, filter).Raw()
		if errors.Is(err, driver.ErrNoDocuments) {
			return rows.ErrNotFound
		}
		if err != nil {
			return err
		}
		a, err = activity(document)
		return err
	})
	return a, err
}

// Activities implements store.Store. A page costs the rows that it shows and an
// index key for each that it skips or counts.
func (s *Store) Activities(ctx context.Context, q rows.ActivityQuery) (page rows.ActivityPage, err error) {
	filter, direction := activitiesOf(q.Customer), -1
	if q.Type != "" {
		filter = append(filter, bson.E{Key: "type", Value: string(q.Type)})
	}
	if q.Ascending {
		direction = 1
	}
	filter = between(filter, "occurred", q.From, q.To)
	how := options.Find().SetSort(equal("occurred", direction, "_id", direction))
	records := filter
	if q.After != nil {
		records = append(slices.Clone(filter), beyond("occurred", bson.NewDateTimeFromTime(q.After.Time), q.After.ID, direction)...)
	} else if q.Offset > 0 {
		how.SetSkip(int64(q.Offset))
	}
	err = s.do(ctx, "reading activities", func(ctx context.Context) error {
		counted := func() (int64, error) { return 0, nil }
		if q.Count {
			counted = s.countBeside(ctx, s.happened, filter, q.CountTo)
		}
		found, err := whole(ctx, s, s.happened, "activity", codec.DecodeActivity, records, how, q.Limit+1)
		for _, a := range found {
			page.Activities = append(page.Activities, *a)
		}
		n, uncounted := counted()
		if err != nil || !q.Count {
			return err
		}
		count, err := boundedBy(totals.Of(q.Offset, q.After, min(len(found), q.Limit), len(found) > q.Limit), n, q.CountTo, uncounted)
		page.Total, page.AtLeast = count.N, count.AtLeast
		return err
	})
	if err != nil {
		return rows.ActivityPage{}, err
	}
	if len(page.Activities) > q.Limit {
		page.More, page.Activities = true, page.Activities[:max(q.Limit, 0)]
	}
	return page, nil
}

func activity(document bson.Raw) (customers.Activity, error) {
	a, err := decoded(document, "activity", codec.DecodeActivity)
	if err != nil {
		return customers.Activity{}, err
	}
	return *a, nil
}
