package main

import (
	"context"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"

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
	registry.MustRegister(i.observer.Metrics()...)
	if store, ok := i.store.(interface{ Metrics() []prometheus.Collector }); ok {
		registry.MustRegister(store.Metrics()...)
	}
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
}

func newBacklog(i *installation, now func() time.Time) *backlog {
	return &backlog{
		of: i, now: now,
		customers: prometheus.NewDesc("tenantry_outbox_customers", "Customers with events that are not in the log yet; at most 100 are counted.", nil, nil),
		age:       prometheus.NewDesc("tenantry_outbox_age_seconds", "Age of the oldest event of these; 0 if none waits.", nil, nil),
		deliveries: prometheus.NewDesc("tenantry_webhook_deliveries_pending",
			"Deliveries to webhooks that are neither accepted nor given up; at most 100000 are counted.", nil, nil),
	}
}

// Describe implements prometheus.Collector.
func (b *backlog) Describe(to chan<- *prometheus.Desc) {
	to <- b.customers
	to <- b.age
	to <- b.deliveries
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
}
