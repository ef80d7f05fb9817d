package mongo

import (
	"encoding/binary"
	"errors"
	"fmt"
	"unicode/utf8"

	"go.mongodb.org/mongo-driver/v2/bson"

	"tenantry/customers"
	"tenantry/customers/rows"
	"tenantry/internal/store/codec"
	"tenantry/tenancy"
)

// The members that this engine adds to the documents of customers. The package comment
// explains how they work together.
const (
	// living is true on a customer, false on one whose insertion has not been decided
	// yet, and absent on a tombstone.
	living = "living"
	// attempt is the name of the insertion that such an undecided customer belongs to.
	attempt = "attempt"
	// erasing is the name of the erasure that is under way.
	erasing = "erasing"
	// relying is the name of the changes under way that rely on reservations.
	relying = "relying"
	// pending is true if there are events in the outbox; it is absent while the insertion
	// is undecided.
	pending = "pending"
	// slot is the one of the customer among those by which processes share work.
	slot = "slot"
	// reviewDue is when the provider is to be asked about a pending review; absent for
	// none.
	reviewDue = "reviewDue"
	// planDue is when planStatus changes by itself: a member of the record.
	planDue = "planDue"
	// dropsDue is since when micro-deposits wait to be sent; absent for none.
	dropsDue = "dropsDue"
	// enrollmentStatus follows from status, type and review.
	enrollmentStatus = "stage"
	// metaIndex holds the terms of the free data.
	metaIndex = "metaIndex"
	// marks are the marks of the traits, words what a search by words finds.
	marks = "marks"
	words = "words"
	// grams are what leads to a text by a part of it. They came with the newest rules, so
	// that their index also finds the customers that lack members.
	grams = "grams"
	// documentsDue is since when the oldest document waits for a decision, documentsAbove
	// the ancestors of a customer with such a document; both are absent for none.
	documentsDue   = "documentsDue"
	documentsAbove = "documentsAbove"
	// reviewPlace is the place among the reviews that wait for a person, reviewMarks the
	// marks by which they are found in that order; both are absent without such a review.
	reviewPlace = "reviewPlace"
	reviewMarks = "reviewMarks"
	// derivation is the number of the rules by which the searched members follow from the
	// record. A customer without it was written by an earlier build.
	derivation = "derivation"
)

// derivationNow is the number of the rules that this build knows.
const derivationNow = 4

// largest is the most bytes of a document: what MongoDB takes, less room for the members
// that are added to it.
const largest = 16<<20 - 16<<10

// object returns an id as MongoDB has it.
func object(id tenancy.ID) bson.ObjectID { return bson.ObjectID(id) }

// equal returns a filter or a sort by the members given as name, value, name, value.
func equal(pairs ...any) bson.D {
	d := make(bson.D, 0, len(pairs)/2)
	for i := 0; i < len(pairs); i += 2 {
		d = append(d, bson.E{Key: pairs[i].(string), Value: pairs[i+1]}) //nolint:gosec // given in pairs
	}
	return d
}

// byRef returns the filter of the living customer of a reference.
func byRef(ref tenancy.Ref) bson.D {
	return equal("_id", object(ref.ID), "tenant", object(ref.Tenant), living, true)
}

// document returns a customer as it is stored, with the members in extra.
func document(c *customers.Customer, extra bson.D) (bson.Raw, error) {
	encoded, err := codec.Encode(c)
	if err != nil {
		return nil, &unfit{err}
	}
	return extend(encoded, append(searchedMembers(c), extra...))
}

// searchedMembers returns the members that exist only to be searched; they follow from
// the record.
func searchedMembers(c *customers.Customer) bson.D {
	searched := codec.Index(c)
	members := equal("emailFolded", searched.EmailFolded, "nameFolded", searched.NameFolded,
		"standing", searched.PartyStatus, "effectiveKind", searched.EffectiveKind, "searchText", searched.SearchText,
		enrollmentStatus, searched.EnrollmentStatus, metaIndex, termsOf(c), slot, c.ID.Slot())
	if searched.ReviewDue != nil {
		members = append(members, bson.E{Key: reviewDue, Value: bson.NewDateTimeFromTime(*searched.ReviewDue)})
	}
	if since := rows.DropsDue(c); since != nil {
		members = append(members, bson.E{Key: dropsDue, Value: bson.NewDateTimeFromTime(*since)})
	}
	if all := partsOf(c); all != nil {
		members = append(members, bson.E{Key: parts, Value: all})
	}
	if since := rows.DocumentsDue(c); since != nil {
		members = append(members, equal(documentsDue, bson.NewDateTimeFromTime(*since), documentsAbove, objects(c.Path))...)
	}
	if place := rows.ReviewPlace(c); place != nil {
		members = append(members, equal(reviewPlace, bson.NewDateTimeFromTime(*place), reviewMarks, objects(rows.ReviewMarks(c)))...)
	}
	return append(members, equal(marks, objects(rows.MarksOf(c)), words, rows.SearchWords(c), grams, array(gramsOf(c, searched)), derivation, derivationNow)...)
}

// objects returns ids as MongoDB has them.
func objects(ids []tenancy.ID) bson.A {
	list := make(bson.A, len(ids))
	for i, id := range ids {
		list[i] = object(id)
	}
	return list
}

// termsOf returns the terms of the free data of a customer, as the index has them.
func termsOf(c *customers.Customer) bson.A {
	terms := bson.A{}
	for _, term := range customers.MetaTerms(c.Meta) {
		terms = append(terms, object(term.Key()))
	}
	return terms
}

// extend adds members to an encoded document and tests that MongoDB can hold it.
func extend(encoded []byte, members bson.D) (bson.Raw, error) {
	more, err := bson.Marshal(members)
	if err != nil {
		return nil, &unfit{err}
	}
	whole := append(encoded[:len(encoded)-1], more[4:]...)
	binary.LittleEndian.PutUint32(whole, uint32(len(whole))) //nolint:gosec // bounded below
	if len(whole) > largest {
		return nil, &unfit{fmt.Errorf("the record takes %d bytes of at most %d", len(whole), largest)}
	}
	if err := checkText(whole); err != nil {
		return nil, &unfit{err}
	}
	return whole, nil
}

var errText = errors.New("the record holds text that is not UTF-8")

// checkText refuses text that is not UTF-8, wherever it stands in a document:
// servers differ in what they do with it.
func checkText(document bson.Raw) error {
	elements, err := document.Elements()
	if err != nil {
		return err
	}
	for _, element := range elements {
		value := element.Value()
		switch value.Type {
		case bson.TypeString:
			if text, ok := value.StringValueOK(); !ok || !utf8.ValidString(text) {
				return errText
			}
		case bson.TypeEmbeddedDocument, bson.TypeArray:
			if err := checkText(value.Value); err != nil {
				return err
			}
		}
		if !utf8.ValidString(element.Key()) {
			return errText
		}
	}
	return nil
}
