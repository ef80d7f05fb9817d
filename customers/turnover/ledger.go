package turnover

import (
	"slices"
	"time"
)

// Ledger is what the payments of a customer add up to: how many there were, and how much
// was moved in each of the last twelve months.
type Ledger struct {
	Payments int64   `bson:"payments"`
	Months   []Month `bson:"months,omitempty"` // oldest first
	// Passed are the thresholds that were passed, which stay passed.
	Passed []Passed `bson:"passed,omitempty"`
}

// Month is the sum of a month's payments in one currency.
type Month struct {
	Month    int32  `bson:"month"` // 202611
	Currency string `bson:"currency"`
	Volume   int64  `bson:"volume"` // in cents
}

// Threshold is an amount of business that a plan waits for: a volume within twelve months,
// or a number of payments.
type Threshold struct {
	Volume   int64
	Currency string
	Payments int64
}

// Passed is a threshold with the moment at which it was passed.
type Passed struct {
	Volume   int64     `bson:"volume,omitempty"`
	Currency string    `bson:"currency,omitempty"`
	Payments int64     `bson:"payments,omitempty"`
	At       time.Time `bson:"at"`
}

// Payment is money that went to a customer or came from it.
type Payment struct {
	Occurred time.Time
	Currency string
	Amount   int64 // in cents
}

// months is how many months count.
const months = 12

// With returns the ledger with one more payment that was reported at a moment, which may
// pass some of the thresholds. The ledger itself is not changed.
func (l *Ledger) With(p Payment, thresholds []Threshold, reported time.Time) *Ledger {
	next := l.clone()
	next.Payments++
	next.count(monthOf(p.Occurred), p.Currency, p.Amount)
	oldest := monthOf(reported.AddDate(0, 1-months, 1-reported.Day()))
	next.Months = slices.DeleteFunc(next.Months, func(m Month) bool { return m.Month < oldest })
	return next.Watching(thresholds, reported)
}

// Watching returns the ledger with each of the thresholds that it reaches and did not note
// yet noted as passed at a moment. The ledger itself is not changed.
func (l *Ledger) Watching(thresholds []Threshold, at time.Time) *Ledger {
	next := l.clone()
	for _, t := range thresholds {
		if _, noted := next.noted(t); !noted && next.reaches(t) {
			next.Passed = append(next.Passed, Passed{Volume: t.Volume, Currency: t.Currency, Payments: t.Payments, At: at})
		}
	}
	return next
}

// PassedAt returns when a threshold was passed. One that is reached and not noted counts as
// passed at the moment of the newest report. The ledger may be nil.
func (l *Ledger) PassedAt(t Threshold, newest time.Time) (time.Time, bool) {
	if l == nil {
		return time.Time{}, false
	}
	if at, noted := l.noted(t); noted {
		return at, true
	}
	return newest, l.reaches(t)
}

func (l *Ledger) clone() *Ledger {
	return &Ledger{Payments: l.Payments, Months: slices.Clone(l.Months), Passed: slices.Clone(l.Passed)}
}

// count adds an amount to its month.
func (l *Ledger) count(month int32, currency string, amount int64) {
	for i := range l.Months {
		if m := &l.Months[i]; m.Month == month && m.Currency == currency {
			m.Volume += amount
			return
		}
	}
	l.Months = append(l.Months, Month{Month: month, Currency: currency, Volume: amount})
	slices.SortStableFunc(l.Months, func(a, b Month) int { return int(a.Month - b.Month) })
}

// reaches reports whether the business is as large as a threshold.
func (l *Ledger) reaches(t Threshold) bool {
	if t.Payments > 0 {
		return l.Payments >= t.Payments
	}
	sum := int64(0)
	for _, m := range l.Months {
		if m.Currency == t.Currency {
			sum += m.Volume
		}
	}
	return t.Volume > 0 && sum >= t.Volume
}

// noted returns the moment at which a threshold was noted as passed.
func (l *Ledger) noted(t Threshold) (time.Time, bool) {
	for _, p := range l.Passed {
		if p.Volume == t.Volume && p.Currency == t.Currency && p.Payments == t.Payments {
			return p.At, true
		}
	}
	return time.Time{}, false
}

func monthOf(t time.Time) int32 {
	year, month, _ := t.UTC().Date()
	return int32(year)*100 + int32(month) //nolint:gosec // years of four digits
}
