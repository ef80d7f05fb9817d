package customers

import (
	"slices"
	"time"
)

// Ledger is what a platform's activities add up to, as far as a plan may ask: how many
// payments there were, and how much was moved in each of the last twelve months. Payments
// are credits and debits.
type Ledger struct {
	Payments int64         `bson:"payments"`
	Months   []MonthVolume `bson:"months,omitempty"` // oldest first
	// Passed are the thresholds that were passed, which stay passed.
	Passed []PassedThreshold `bson:"passed,omitempty"`
}

// MonthVolume is the sum of a month's payments in one currency.
type MonthVolume struct {
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

// PassedThreshold is a threshold with the moment at which it was passed.
type PassedThreshold struct {
	Volume   int64     `bson:"volume,omitempty"`
	Currency string    `bson:"currency,omitempty"`
	Payments int64     `bson:"payments,omitempty"`
	At       time.Time `bson:"at"`
}

// ledgerMonths is how many months count.
const ledgerMonths = 12

// With returns the ledger with one more activity that happened; thresholds are those to
// watch. The ledger may be nil, and is not changed.
func (l *Ledger) With(a Activity, thresholds []Threshold, now time.Time) *Ledger {
	next := &Ledger{}
	if l != nil {
		*next = Ledger{Payments: l.Payments, Months: slices.Clone(l.Months), Passed: slices.Clone(l.Passed)}
	}
	if a.Type == ActivityCredit || a.Type == ActivityDebit {
		next.Payments++
		next.count(monthOf(a.Occurred), a.Currency, a.Amount)
	}
	oldest := monthOf(now.AddDate(0, 1-ledgerMonths, 1-now.Day()))
	next.Months = slices.DeleteFunc(next.Months, func(m MonthVolume) bool { return m.Month < oldest })
	for _, t := range thresholds {
		if _, known := next.passed(t); !known && next.exceeds(t) {
			next.Passed = append(next.Passed, PassedThreshold{Volume: t.Volume, Currency: t.Currency, Payments: t.Payments, At: now})
		}
	}
	return next
}

// count adds an amount to its month.
func (l *Ledger) count(month int32, currency string, amount int64) {
	for i := range l.Months {
		if m := &l.Months[i]; m.Month == month && m.Currency == currency {
			m.Volume += amount
			return
		}
	}
	l.Months = append(l.Months, MonthVolume{Month: month, Currency: currency, Volume: amount})
	slices.SortStableFunc(l.Months, func(a, b MonthVolume) int { return int(a.Month - b.Month) })
}

// exceeds reports whether the business reaches a threshold.
func (l *Ledger) exceeds(t Threshold) bool {
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

// passed returns the noted moment at which a threshold was passed.
func (l *Ledger) passed(t Threshold) (time.Time, bool) {
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

// PassedAt returns when the customer's business passed a threshold. One that the
// configuration has learned since counts as passed by the newest activity.
func (c *Customer) PassedAt(t Threshold) (time.Time, bool) {
	if c.Ledger == nil {
		return time.Time{}, false
	}
	if at, known := c.Ledger.passed(t); known {
		return at, true
	}
	if c.LastActivity == nil || !c.Ledger.exceeds(t) {
		return time.Time{}, false
	}
	return c.LastActivity.Created, true
}
