package web

import (
	"github.com/prometheus/client_golang/prometheus"

	"gatehouse/models"
)

// Refused adds how often what was refused, asked for at each scrape: also what no audit log tells, such as tries at addresses without an account.
func (m *Metrics) Refused(totals func() []models.RefusedTally) {
	m.registry.MustRegister(refusedMetrics{totals})
}

type refusedMetrics struct{ totals func() []models.RefusedTally }

func refusedMetric() *prometheus.Desc {
	return prometheus.NewDesc("gatehouse_refused_total", "Sign-ins, proofs and pages that were refused, by the action in the audit log.", []string{"what"}, nil)
}

// Describe implements prometheus.Collector.
func (refusedMetrics) Describe(to chan<- *prometheus.Desc) { to <- refusedMetric() }

// Collect implements prometheus.Collector.
func (r refusedMetrics) Collect(to chan<- prometheus.Metric) {
	for _, tally := range r.totals() {
		to <- prometheus.MustNewConstMetric(refusedMetric(), prometheus.CounterValue, float64(tally.Times), tally.What)
	}
}
