package main

import (
	"context"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"

	"tenantry/cmd/tenantry/internal/census"
	"tenantry/internal/app"
)

// backlogTimeout bounds how long the store may take to say what waits.
const backlogTimeout = 2 * time.Second

// measure adds to the metrics of the requests those of the store, of the background work,
// of the Go runtime and of the process.
func (i *installation) measure(registry *prometheus.Registry, now func() time.Time) {
	registry.MustRegister(
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
		i.failures, newBacklog(i, now),
		prometheus.NewGaugeFunc(prometheus.GaugeOpts{
			Name: "tenantry_backup_last_timestamp_seconds", Help: "When the last backup began that this process made; 0 for none.",
		}, func() float64 { return float64(i.local.copied.Load()) }),
	)
	registry.MustRegister(i.sender.Metrics()...)
	if i.observer != nil {
		registry.MustRegister(i.observer.Metrics()...)
	}
	if provider, ok := i.provider.(interface{ Metrics() []prometheus.Collector }); ok {
		registry.MustRegister(provider.Metrics()...)
	}
	every := censusEvery
	if i.settings.UsesMongo() {
		every = censusEveryCounted
	}
	registry.MustRegister(census.New(i.service, i.store, every, now))
	registry.MustRegister(i.gauges()...)
	if store, ok := i.store.(interface{ Metrics() []prometheus.Collector }); ok {
		registry.MustRegister(store.Metrics()...)
	}
}

// How long a census is good for: SQLite looks its numbers up, MongoDB counts them.
const (
	censusEvery        = 15 * time.Second
	censusEveryCounted = 5 * time.Minute
)

// gauges returns what single parts of the installation tell.
func (i *installation) gauges() []prometheus.Collector {
	gauge := func(name, help string, labels prometheus.Labels, value func() float64) prometheus.Collector {
		return prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: name, Help: help, ConstLabels: labels}, value)
	}
	list := []prometheus.Collector{
		gauge("tenantry_relay_last_run_timestamp_seconds", "When this process last moved all events that waited to the log; 0 for not since its start.", nil, func() float64 {
			if last := i.service.Relay.LastRun(); !last.IsZero() {
				return float64(last.UnixMilli()) / 1000
			}
			return 0
		}),
		gauge("tenantry_keyring_key", "Number of the key of the key ring that seals what is written.", nil, func() float64 { return float64(i.keyring.Ring().Current()) }),
	}
	verifier := i.service.Verifier
	for of, value := range map[string]func() float64{
		"keys":      func() float64 { n, _ := verifier.Waiting(); return float64(n) },
		"passwords": func() float64 { _, n := verifier.Waiting(); return float64(n) },
	} {
		list = append(list, gauge("tenantry_hashes_waiting", "Keys and passwords that wait for their turn to be hashed.", prometheus.Labels{"of": of}, value))
	}
	for outcome, value := range map[string]func() float64{
		"good":    func() float64 { n, _, _ := verifier.Logins(); return float64(n) },
		"wrong":   func() float64 { _, n, _ := verifier.Logins(); return float64(n) },
		"limited": func() float64 { _, _, n := verifier.Logins(); return float64(n) },
	} {
		list = append(list, prometheus.NewCounterFunc(prometheus.CounterOpts{
			Name: "tenantry_logins_total", Help: "Log-ins of users by how they ended: good, wrong (name or password), limited (too many).", ConstLabels: prometheus.Labels{"outcome": outcome},
		}, value))
	}
	return list
}

// The background work, as its failures are counted.
const (
	workWebhooks = "webhooks"
	workCheck    = "check"
)

// newFailures makes the counter of failures of the background work.
func newFailures() *prometheus.CounterVec {
	failures := prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "tenantry_background_failures_total", Help: "Failures of the background work, which is tried again, by what failed.",
	}, []string{"work"})
	// So that rates are right from the first one on.
	for _, work := range append(app.Work(), workWebhooks, workCheck) {
		failures.WithLabelValues(work)
	}
	return failures
}

// backlog measures what waits as it is asked, so that it is right though the background
// work hangs. While the store does not answer it says nothing.
type backlog struct {
	of                         *installation
	now                        func() time.Time
	customers, age, deliveries *prometheus.Desc
	late                       *prometheus.Desc
}

func newBacklog(i *installation, now func() time.Time) *backlog {
	return &backlog{
		of: i, now: now,
		customers: prometheus.NewDesc("tenantry_outbox_customers", "Customers with events that are not in the log yet; at most 100 are counted.", nil, nil),
		age:       prometheus.NewDesc("tenantry_outbox_age_seconds", "Age of the oldest event of these; 0 if none waits.", nil, nil),
		deliveries: prometheus.NewDesc("tenantry_webhook_deliveries_pending",
			"Deliveries to webhooks that are neither accepted nor given up; at most 100000 are counted.", nil, nil),
		late: prometheus.NewDesc("tenantry_webhook_delivery_age_seconds",
			"How long the delivery is overdue that waits longest for its attempt, of at most 20 webhooks; 0 if none is.", nil, nil),
	}
}

// Describe implements prometheus.Collector.
func (b *backlog) Describe(to chan<- *prometheus.Desc) {
	to <- b.customers
	to <- b.age
	to <- b.deliveries
	to <- b.late
}

// Collect implements prometheus.Collector.
func (b *backlog) Collect(to chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), backlogTimeout)
	defer cancel()
	found, err := b.of.service.Relay.Backlog(ctx)
	if err != nil {
		return
	}
	age := 0.0
	if !found.Oldest.IsZero() {
		age = max(b.now().Sub(found.Oldest).Seconds(), 0)
	}
	to <- prometheus.MustNewConstMetric(b.customers, prometheus.GaugeValue, float64(found.Customers))
	to <- prometheus.MustNewConstMetric(b.age, prometheus.GaugeValue, age)
	to <- prometheus.MustNewConstMetric(b.deliveries, prometheus.GaugeValue, float64(found.Deliveries))
	late := 0.0
	if !found.Due.IsZero() {
		late = max(b.now().Sub(found.Due).Seconds(), 0)
	}
	to <- prometheus.MustNewConstMetric(b.late, prometheus.GaugeValue, late)
}
