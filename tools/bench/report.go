package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"time"
)

// row is one load in one phase. Times are in milliseconds, CPU in microseconds a request
// of all loads of the phase.
type row struct {
	Scenario  string  `json:"scenario"`
	Customers int     `json:"customers"`
	Server    string  `json:"server"`
	Round     int     `json:"round"`
	Phase     string  `json:"phase"`
	Load      string  `json:"load"`
	PerSecond float64 `json:"perSecond"`
	P50       float64 `json:"p50"`
	P95       float64 `json:"p95"`
	P99       float64 `json:"p99"`
	P999      float64 `json:"p999"`
	CPU       float64 `json:"cpuMicroseconds"`
	Sent      int     `json:"sent"`
	Wrong     int     `json:"wrong"`
	// Written is in KiB a request, Resident in MiB; 0 where they were not measured.
	Written  float64 `json:"writtenKiB,omitempty"`
	Resident float64 `json:"residentMiB,omitempty"`
	// Ratio is the rate of the first phase of the round to this one, for the first load.
	Ratio float64 `json:"ratio,omitempty"`
}

// report gathers the rows of a scenario.
type report struct {
	scenario  string
	customers int
	rows      []row
	// peers is true if servers of several kinds were asked the same.
	peers bool
	// hashes are how many pairs of hashes a second bound a phase.
	hashes map[string]float64
}

func (r *report) add(server string, round int, phase string, names []string, outcomes []outcome, cpu time.Duration) {
	all := 0
	for _, o := range outcomes {
		all += o.sent
	}
	for i, o := range outcomes {
		added := row{
			Scenario: r.scenario, Customers: r.customers, Server: server, Round: round, Phase: phase, Load: names[i],
			PerSecond: o.rate(), P50: milliseconds(o.percentile(0.5)), P95: milliseconds(o.percentile(0.95)), P99: milliseconds(o.percentile(0.99)),
			P999: milliseconds(o.percentile(0.999)), CPU: float64(cpu.Microseconds()) / float64(max(all, 1)), Sent: o.sent, Wrong: o.wrong,
		}
		if i == 0 && added.PerSecond > 0 {
			added.Ratio = r.alone(server, round, names[0], added.PerSecond) / added.PerSecond
		}
		r.rows = append(r.rows, added)
	}
}

// alone returns the rate of the same load in the first phase of the round.
func (r *report) alone(server string, round int, load string, own float64) float64 {
	for _, known := range r.rows {
		if known.Server == server && known.Round == round && known.Load == load {
			return known.PerSecond
		}
	}
	return own
}

func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// write prints the rows as a table and appends them to a file as JSON lines.
func (r *report) write(table io.Writer, path string) error {
	if len(r.rows) == 0 { // the scenario printed what it found itself
		return nil
	}
	if _, err := fmt.Fprintf(table, "\n%s, %d customers\n\n| server | round | phase | load | a second | times slower | p50 ms | p95 ms | p99 ms | p99.9 ms | CPU µs a request | wrong |\n"+
		"| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |\n", r.scenario, r.customers); err != nil {
		return err
	}
	for _, row := range r.rows {
		if _, err := fmt.Fprintf(table, "| %s | %d | %s | %s | %.0f | %.2f | %.2f | %.2f | %.2f | %.2f | %.0f | %d |\n", row.Server, row.Round, row.Phase, row.Load,
			row.PerSecond, row.Ratio, row.P50, row.P95, row.P99, row.P999, row.CPU, row.Wrong); err != nil {
			return err
		}
	}
	if r.peers {
		if err := r.compared(table); err != nil {
			return err
		}
	}
	if path == "" {
		return nil
	}
	out, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer func() { _ = out.Close() }()
	lines := json.NewEncoder(out)
	for _, row := range r.rows {
		if err := lines.Encode(row); err != nil {
			return err
		}
	}
	return nil
}
