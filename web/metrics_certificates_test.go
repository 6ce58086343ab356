package web

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"gatehouse/models"
)

func TestMetricsOfCertificatesNameNobody(t *testing.T) {
	now := time.Now()
	ends, failure := []models.CertificateEnd{
		{Until: now.Add(-time.Hour), Followed: true}, {Until: now.Add(13*24*time.Hour + time.Minute), ProviderName: "Secret provider"}, {Until: now.Add(59 * 24 * time.Hour)},
		{Until: now.Add(9 * 365 * 24 * time.Hour), Ours: true},
	}, error(nil)
	m := NewMetrics()
	m.Certificates(func(context.Context) ([]models.CertificateEnd, error) { return ends, failure })
	scrape := func() (int, string) {
		rec := httptest.NewRecorder()
		m.Handler().ServeHTTP(rec, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/metrics", nil))
		return rec.Code, rec.Body.String()
	}
	_, body := scrape()
	for _, line := range []string{
		`gatehouse_certificates_expiring{days="60",owner="identity_provider"} 2`, `gatehouse_certificates_expiring{days="14",owner="identity_provider"} 1`,
		`gatehouse_certificates_expiring{days="7",owner="identity_provider"} 0`, `gatehouse_certificates_expiring{days="0",owner="identity_provider"} 0`,
		`gatehouse_certificates_expiring{days="60",owner="console"} 0`, `gatehouse_certificate_expiry_seconds{owner="identity_provider"} 1.123`,
		`gatehouse_certificate_expiry_seconds{owner="console"} 2.83`,
	} {
		if !strings.Contains(body, line) {
			t.Errorf("no line %s", line)
		}
	}
	if strings.Contains(body, "Secret") {
		t.Error("a provider is named")
	}
	failure = errors.New("no database")
	if status, _ := scrape(); status != http.StatusInternalServerError {
		t.Errorf("without a database: %d", status)
	}
}
