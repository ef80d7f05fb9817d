package main

import (
	"fmt"
	"io"
	"strings"
)

// What is planned for: a hundred million customers of ten thousand tenants, one of which has
// twenty million; one in ten is a merchant.
const (
	planned        = 100_000_000
	plannedLargest = 20_000_000
	merchantsIn    = 0.1
	// A customer is changed so often in a year, each change is an event, and one webhook is
	// told of it. Events are kept for a year, whole for as long as deliveries are kept.
	changesAYear  = 6
	retentionDays = 30
	yearDays      = 365
	// Creates under an idempotency key in a day, each kept for a day.
	createsADay = 1_000_000
	// What is read of customers and events in a day, beside what is written, has to fit in
	// memory: so many customers in a hundred, and the events of so many days.
	hotPercent = 10
	hotDays    = 2
)

// The machine of a shard's member: what of its memory caches, and how large its data may be
// so that a member is copied anew within a day.
const (
	// inShardKey is what the index of the shard key takes for a document, which no document
	// of an unsharded store has: a tenant, a hash, and what goes with them.
	inShardKey = (13 + 9 + besideTheKey) / fullness

	shardCache = 48e9 // half of 96 GiB, less what the system takes
	shardData  = 500e9
	gigabyte   = 1e9
)

// planLine is a kind of documents in the plan.
type planLine struct {
	kind     string
	count    float64
	hot      float64 // of its documents
	hotIndex float64 // of its indexes
}

// plan prints what the plan takes by what was measured.
func plan(to io.Writer, measured []kind) error {
	const events = planned * (1 + changesAYear) // and the one of its creation
	const whole = retentionDays / float64(yearDays)
	lines := []planLine{
		{"customers: payer", planned * (1 - merchantsIn), hotPercent / 100.0, 0.5},
		{"customers: merchant", planned * merchantsIn, hotPercent / 100.0, 0.5},
		{"claims: unique value", planned * merchantsIn, hotPercent / 100.0, 0.5},
		{"claims: idempotency key", createsADay, 1, 1},
		{"events", events * whole, hotDays / float64(retentionDays), hotDays / float64(retentionDays) * 2},
		{thinnedEvents, events * (1 - whole), 0, 0},
		{"arrivals", events, hotDays / float64(yearDays), hotDays / float64(yearDays) * 2},
		{"deliveries", events * whole, hotDays / float64(retentionDays), hotDays / float64(retentionDays) * 2},
	}
	_, _ = fmt.Fprintf(to, "\nPlan: %d customers, %.0f %% of them merchants, %d changes of each a year; GB as stored on one member\n\n", planned, merchantsIn*100.0, changesAYear)
	_, _ = fmt.Fprintln(to, "| documents | millions | data | indexes | of these hot |\n| --- | ---: | ---: | ---: | ---: |")
	var data, indexes, hot, written float64
	for _, line := range lines {
		of, ok := kindNamed(measured, line.kind)
		if !ok {
			return fmt.Errorf("no %s were measured", line.kind)
		}
		// What is cached is not compressed; what is on disk is.
		d, i := line.count*of.packed/gigabyte, line.count*of.inIndexes()/gigabyte
		if !strings.HasPrefix(line.kind, "arrivals") {
			i += line.count * inShardKey / gigabyte
		}
		h := line.count*of.bytes*line.hot/gigabyte + i*line.hotIndex
		_, _ = fmt.Fprintf(to, "| %s | %.1f | %.0f | %.0f | %.0f |\n", line.kind, line.count/1e6, d, i, h)
		data, indexes, hot = data+d, indexes+i, hot+h
		if line.kind == "events" || line.kind == "deliveries" {
			written += of.bytes + of.inIndexes()
		}
	}
	_, _ = fmt.Fprintf(to, "| all | | %.0f | %.0f | %.0f |\n\n", data, indexes, hot)
	_, _ = fmt.Fprintf(to, "shards by memory (%.0f GB of cache each): %.1f\nshards by disk (%.0f GB each): %.1f\n", shardCache/gigabyte, hot*gigabyte/shardCache, shardData/gigabyte, (data+indexes)*gigabyte/shardData)
	_, _ = fmt.Fprintf(to, "the largest tenant has %.0f %% of it: %.0f GB\n", 100.0*plannedLargest/planned, (data+indexes)*plannedLargest/planned)
	_, _ = fmt.Fprintf(to, "changes a second on average: %.0f; a change writes %.0f bytes of events and deliveries\n", float64(events)/yearDays/86400, written)
	return nil
}

func kindNamed(measured []kind, name string) (kind, bool) {
	for _, one := range measured {
		if one.name == name {
			return one, true
		}
	}
	return kind{}, false
}
