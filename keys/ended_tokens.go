package keys

import (
	"bytes"
	"slices"
	"time"
)

const (
	tokenIDBytes = 16
	// maxEndedTokens bounds how many tokens of one key entry or user are ended one by
	// one, so that no record grows without end.
	maxEndedTokens = 100
)

// EndedTokens are the access tokens of a key entry or user that were ended before their
// time. It is never changed in place.
type EndedTokens struct {
	// Until, when not zero, ends every token that was issued then or before: there were
	// too many to list.
	Until time.Time `bson:"until,omitempty"`
	// List holds those that were issued later and would last still, in the order in which
	// they were ended.
	List []EndedToken `bson:"list,omitempty"`
}

// EndedToken is one access token that was ended before its time.
type EndedToken struct {
	ID      []byte    `bson:"id"`
	Issued  time.Time `bson:"issued"`
	Expires time.Time `bson:"expires"`
}

// Has reports whether a token was ended.
func (e *EndedTokens) Has(token Token) bool {
	if e == nil {
		return false
	}
	id := token.ID()
	return !token.Claims.Issued.After(e.Until) || slices.ContainsFunc(e.List, func(ended EndedToken) bool { return bytes.Equal(ended.ID, id) })
}

// At returns what is left of the ended tokens at now, without those that are past their
// life; nil for nothing.
func (e *EndedTokens) At(now time.Time) *EndedTokens {
	if e == nil {
		return nil
	}
	left := &EndedTokens{}
	if now.Sub(e.Until) <= TokenLife+clockSkew {
		left.Until = e.Until
	}
	for _, ended := range e.List {
		if now.Before(ended.Expires) {
			left.List = append(left.List, ended)
		}
	}
	if left.Until.IsZero() && left.List == nil {
		return nil
	}
	return left
}

// With returns what is left of the ended tokens at now together with one more. Of too many
// it lists the later issued half, and ends whatever was issued no later than one of the
// others: more tokens end than were asked for, and never fewer.
func (e *EndedTokens) With(token Token, now time.Time) *EndedTokens {
	next := e.At(now)
	if next == nil {
		next = &EndedTokens{}
	}
	next.List = append(next.List, EndedToken{ID: token.ID(), Issued: token.Claims.Issued, Expires: token.Claims.Expires})
	if len(next.List) > maxEndedTokens {
		slices.SortStableFunc(next.List, func(x, y EndedToken) int { return x.Issued.Compare(y.Issued) })
		next.Until = next.List[maxEndedTokens/2].Issued
		next.List = slices.DeleteFunc(next.List, func(ended EndedToken) bool { return !ended.Issued.After(next.Until) })
	}
	return next
}
