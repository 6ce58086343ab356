package store

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"gatehouse/internal/saml/samltest"
	"gatehouse/models"
)

const days = 24 * time.Hour

// ending makes an identity provider whose certificates end after these spans, oldest first.
func (w *world) ending(slug string, spans ...time.Duration) {
	w.t.Helper()
	c := w.provider(slug, true)
	w.run("DELETE FROM identity_provider_certificates WHERE provider_id = ?", c.Provider.ID)
	for i, span := range spans {
		w.run("INSERT INTO identity_provider_certificates (provider_id, sha256, position, der, subject, not_before, not_after) VALUES (?, ?, ?, ?, '', ?, ?)",
			c.Provider.ID, blob{[]byte(slug + fmt.Sprint(i))}, i, blob{[]byte("x")}, moment{w.now()}, moment{w.now().Add(span)})
	}
}

// notices sends what is due and says of what, to whom.
func (w *world) notices() []string {
	w.t.Helper()
	var sent []string
	n, err := w.NoticeCertificates(w.ctx, func(end models.CertificateEnd, to models.User) models.Mail {
		due := end.DueNotices(w.now())
		owner := "theirs"
		if end.Ours {
			owner = "ours"
		}
		sent = append(sent, fmt.Sprintf("%s %s %d to %s", end.ProviderSlug, owner, due[len(due)-1], to.Email))
		return models.Mail{To: to.Email, Subject: "s", Text: "t"}
	})
	must(w.t, err)
	equal(w.t, "messages", n, len(sent))
	return sent
}

func TestEachNoticeIsSentOnce(t *testing.T) {
	each(t, func(w *world) {
		w.ending("okta", 40*days)
		w.ending("followed", 5*days, 400*days)
		w.ending("later", 70*days)
		w.ending("off", 3*days)
		w.run("UPDATE identity_providers SET enabled = ? WHERE slug = 'off'", false)
		equalAll(w.t, "first", w.notices(), []string{"okta theirs 60 to ada@northwind.example"})
		equalAll(w.t, "again", w.notices(), nil)
		w.clock.pass(11 * days) // 29 and 59 left
		equalAll(w.t, "nearer", w.notices(), []string{"okta theirs 30 to ada@northwind.example", "later theirs 60 to ada@northwind.example"})
		w.clock.pass(25 * days) // 4 left: 14 passed while nobody was looking
		equalAll(w.t, "only the most urgent", w.notices(), []string{"okta theirs 7 to ada@northwind.example"})
		w.clock.pass(3*days + time.Hour)
		w.run("UPDATE members SET role = 'administrator' WHERE user_id IN (?, ?)", w.userID("olga@northwind.example"), w.userID("zoe@northwind.example"))
		equal(w.t, "the day before, to every Administrator who is not suspended", len(w.notices()), 2)
		w.clock.pass(days)
		equal(w.t, "over", strings.Join(w.notices(), ", "), "okta theirs 0 to ada@northwind.example, okta theirs 0 to Olga@northwind.example, later theirs 30 to ada@northwind.example, later theirs 30 to Olga@northwind.example")
		w.clock.pass(days)
		equalAll(w.t, "never again", w.notices(), nil)
		equal(w.t, "outbox", w.number("SELECT count(*) FROM outbox"), 10)
	})
}

func TestTwoReplicasSendANoticeOnce(t *testing.T) {
	each(t, func(w *world) {
		for i := range 5 {
			w.ending(fmt.Sprintf("p%d", i), 10*days)
		}
		stores := []*Store{w.Store, w.open(), w.open()}
		var composed atomic.Int64
		total := make([]int, 6)
		_, failures := atOnce(len(total), func(i int) (err error) {
			total[i], err = stores[i%len(stores)].NoticeCertificates(w.ctx, func(_ models.CertificateEnd, to models.User) models.Mail {
				composed.Add(1)
				return models.Mail{To: to.Email}
			})
			return err
		})
		must(w.t, errors.Join(failures...))
		sum := 0
		for _, n := range total {
			sum += n
		}
		equal(w.t, "messages", sum, 5)
		equal(w.t, "outbox", w.number("SELECT count(*) FROM outbox"), 5)
	})
}

func TestOurOwnCertificateEndsToo(t *testing.T) {
	each(t, func(w *world) {
		key, err := rsa.GenerateKey(rand.Reader, 2048)
		must(w.t, err)
		made, err := samltest.NewIDPWithKey("x", key, w.now().AddDate(-1, 0, 0), w.now().Add(6*days))
		must(w.t, err)
		w.ending("okta", 400*days)
		w.run("UPDATE identity_providers SET certificate = ?", blob{made.Certificate})
		ends := must1(w.CertificateEnds(w.ctx))
		equal(w.t, "certificates", len(ends), 2)
		equal(w.t, "ours first", ends[0].Ours, true)
		equal(w.t, "organization", ends[0].Organization.Slug, "northwind")
		equalAll(w.t, "notices", w.notices(), []string{"okta ours 7 to ada@northwind.example"})
		equalAll(w.t, "again", w.notices(), nil)
		equal(w.t, "queries", w.queries(func(ctx context.Context) { must1(w.CertificateEnds(ctx)) }), 1)
	})
}
