package web

import (
	"context"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"gatehouse/models"
)

// Certificates adds when certificates of enabled identity providers end, asked for at each scrape. Only sums and the soonest end are told, of
// no provider by name. One that another certificate follows is not counted: nobody has to do anything about it.
func (m *Metrics) Certificates(ends func(context.Context) ([]models.CertificateEnd, error)) {
	m.registry.MustRegister(certificateMetrics{ends})
}

type certificateMetrics struct {
	ends func(context.Context) ([]models.CertificateEnd, error)
}

const scrapeTimeout = 5 * time.Second

func soonestMetric() *prometheus.Desc {
	return prometheus.NewDesc("gatehouse_certificate_expiry_seconds",
		"Seconds until the soonest end of a certificate in use, negative when it is over; by whose it is.", []string{"owner"}, nil)
}

func endingMetric() *prometheus.Desc {
	return prometheus.NewDesc("gatehouse_certificates_expiring",
		"Certificates in use that end within so many days; by whose they are. 0 days: they are over.", []string{"owner", "days"}, nil)
}

// Describe implements prometheus.Collector.
func (certificateMetrics) Describe(to chan<- *prometheus.Desc) {
	to <- soonestMetric()
	to <- endingMetric()
}

// Collect implements prometheus.Collector.
func (c certificateMetrics) Collect(to chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), scrapeTimeout) // a scrape has no other
	defer cancel()
	all, err := c.ends(ctx)
	if err != nil {
		to <- prometheus.NewInvalidMetric(soonestMetric(), err)
		return
	}
	now := time.Now()
	for _, ours := range []bool{false, true} {
		owner := "identity_provider"
		if ours {
			owner = "console"
		}
		within := map[int]int{}
		soonest := time.Time{}
		for _, end := range all {
			if end.Ours != ours || end.Followed {
				continue
			}
			if soonest.IsZero() {
				soonest = end.Until
				to <- prometheus.MustNewConstMetric(soonestMetric(), prometheus.GaugeValue, end.Until.Sub(now).Seconds(), owner)
			}
			for _, days := range end.DueNotices(now) {
				within[days]++
			}
		}
		for _, days := range models.NoticeDays() {
			to <- prometheus.MustNewConstMetric(endingMetric(), prometheus.GaugeValue, float64(within[days]), owner, strconv.Itoa(days))
		}
	}
}
