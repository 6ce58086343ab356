package main

import (
	"context"
	"errors"
	"fmt"
	"html"
	"io"
	random "math/rand/v2"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"syscall"
	"time"

	"gatehouse/internal/authz"
	"gatehouse/internal/saml"
	"gatehouse/internal/saml/samltest"
	"gatehouse/internal/secret"
	"gatehouse/models"
)

// samlCPU measures a response with every check against gosaml2 alone, on the same document.
func samlCPU(_ context.Context, p plan, _, _ string) error {
	fmt.Println("\nSAML response, CPU of one core")
	now := time.Now().UTC()
	idp, err := samltest.NewIDP("https://idp.northwind.example", now)
	if err != nil {
		return err
	}
	for _, both := range []bool{false, true} {
		answer := samltest.Answer{ACSURL: "https://console.northwind.example/acs", Audience: "https://console.northwind.example/metadata", InResponseTo: "_1",
			Now: now, Attributes: samltest.Person("alice@northwind.example", "Alice", "Ng"), SignResponse: both}
		posted, err := idp.Respond(answer)
		if err != nil {
			return err
		}
		connection := saml.Connection{SPEntityID: answer.Audience, ACSURL: answer.ACSURL, IDPEntityID: idp.EntityID, Certificates: [][]byte{idp.Certificate}}
		bare, err := samltest.Bare(idp, answer)
		if err != nil {
			return err
		}
		ours := func() error {
			_, _, err := saml.Finish(connection, posted, saml.Expectation{RequestID: "_1", Now: now})
			return err
		}
		library := func() error { _, err := bare(posted); return err }
		var ratios, costs []float64
		for range p.rounds + 1 {
			a, err := own(p.requests, ours)
			if err != nil {
				return err
			}
			b, err := own(p.requests, library)
			if err != nil {
				return err
			}
			ratios, costs = append(ratios, a/b), append(costs, a)
		}
		what := "assertion signed"
		if both {
			what = "response and assertion signed"
		}
		line(what+", µs", "%.0f", "", median(costs[1:])*1e6)
		line(what+" : gosaml2", "%.2f", "≤ 1.0", median(ratios[1:]))
	}
	return nil
}

// own is the CPU seconds of this process for one call of work.
func own(n int, work func() error) (float64, error) {
	before, err := self()
	if err != nil {
		return 0, err
	}
	for range n {
		if err := work(); err != nil {
			return 0, err
		}
	}
	after, err := self()
	return (after - before) / float64(n), err
}

func self() (float64, error) {
	var usage syscall.Rusage
	err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage)
	seconds := func(t syscall.Timeval) float64 { return float64(t.Sec) + float64(t.Usec)/1e6 }
	return seconds(usage.Utime) + seconds(usage.Stime), err
}

// signIn measures whole sign-ins over HTTP: begin, the posted response, finish, with everything in PostgreSQL.
func signIn(ctx context.Context, p plan, _, binary string) (err error) {
	fmt.Println("\nWhole sign-in over HTTP, PostgreSQL")
	db, err := newDatabase(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.drop(ctx)) }()
	if err := few.make(ctx, db); err != nil {
		return err
	}
	idp, err := samltest.NewIDP("https://idp.northwind.example", time.Now().UTC())
	if err != nil {
		return err
	}
	if err := db.connect(ctx, idp); err != nil {
		return err
	}
	server, err := start(ctx, binary, "serve", "GATEHOUSE_DATABASE_URL="+db.url, "GATEHOUSE_SECRET_KEY="+db.key,
		"GATEHOUSE_TRUSTED_PROXIES=127.0.0.1/32") // so that each sign-in can come from an address of its own
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, server.stop()) }()
	postgres, err := db.processes(ctx)
	if err != nil {
		return err
	}
	var whole, alone []float64
	for range p.rounds + 1 {
		before, err := used(server.pid)
		if err != nil {
			return err
		}
		each, err := cpu(ctx, p.signIns, func(ctx context.Context) error { return ssoOnce(ctx, server.url, idp, few.founder()) }, server, postgres)
		if err != nil {
			return err
		}
		after, err := used(server.pid)
		if err != nil {
			return err
		}
		whole, alone = append(whole, 1/each), append(alone, float64(p.signIns)/(after-before))
	}
	line("per core-second, server", "%.0f", "≥ 600", median(alone[1:]))
	line("per core-second, server and database", "%.0f", "", median(whole[1:]))
	return nil
}

// connect makes an enabled identity provider, as the founder.
func (d *database) connect(ctx context.Context, idp samltest.IDP) error {
	credentials, err := d.store.Credentials(ctx, few.founder())
	if err != nil {
		return err
	}
	token := secret.HashToken(secret.Token())
	if err := d.store.SignInByPassword(ctx, credentials, nil, token, "", models.Request{IP: "127.0.0.1"}); err != nil {
		return err
	}
	asking, err := d.store.Asking(ctx, token, few.slug)
	if err != nil {
		return err
	}
	tenant := d.store.In(models.Actor{Person: asking.Person, Organization: *asking.Organization, Role: authz.Administrator})
	reserved, err := tenant.Reservation(ctx, func() (models.Reservation, error) {
		keys, err := saml.NewKeyPair("bench", time.Now().UTC())
		if err != nil {
			return models.Reservation{}, err
		}
		return models.Reservation{ConnectionID: saml.NewConnectionID(), PrivateKey: keys.MarshalPrivate(), CertificateDER: keys.Certificate}, nil
	})
	if err != nil {
		return err
	}
	metadata, err := saml.ReadMetadata(idp.Metadata("https://idp.northwind.example/sso"), saml.MetadataOptions{Now: time.Now().UTC()})
	if err != nil {
		return err
	}
	change := models.ProviderChange{Slug: "idp", Name: "Provider", EntityID: metadata.EntityID, SSOURL: metadata.SSOURL, SSOBinding: string(metadata.SSOBinding), Enabled: true}
	for _, c := range metadata.Certificates {
		change.Certificates = append(change.Certificates, models.ProviderCertificate{DER: c.DER, Subject: c.Subject, SHA256: c.SHA256[:], NotBefore: c.NotBefore, NotAfter: c.NotAfter})
	}
	_, err = tenant.CreateIdentityProvider(ctx, reserved.ConnectionID, change)
	return err
}

var redirectURL = regexp.MustCompile(`https://idp\.northwind\.example/sso\?[^"'\s]+`)

// ssoOnce signs in once with a new browser.
func ssoOnce(ctx context.Context, site string, idp samltest.IDP, email string) error {
	page, cookies, _, err := send(ctx, http.MethodGet, site+"/login/sso/"+few.slug+"/idp", "", "", http.StatusOK)
	if err != nil {
		return err
	}
	request, err := samltest.ReadRedirect(html.UnescapeString(redirectURL.FindString(page)))
	if err != nil {
		return err
	}
	posted, err := idp.Respond(samltest.Answer{ACSURL: request.ACSURL, Audience: request.Issuer, InResponseTo: request.ID, Now: time.Now().UTC(),
		Attributes: samltest.Person(email, "Founder", "Person")})
	if err != nil {
		return err
	}
	form := url.Values{"SAMLResponse": {posted}, "RelayState": {request.RelayState}}.Encode()
	_, _, finish, err := send(ctx, http.MethodPost, request.ACSURL, "", form, http.StatusSeeOther)
	if err != nil {
		return err
	}
	if !strings.HasPrefix(finish, "http") {
		finish = site + finish
	}
	_, _, _, err = send(ctx, http.MethodGet, finish, cookies, "", http.StatusSeeOther)
	return err
}

func send(ctx context.Context, method, target, cookies, form string, want int) (page, set, location string, err error) {
	request, err := http.NewRequestWithContext(ctx, method, target, strings.NewReader(form))
	if err != nil {
		return "", "", "", err
	}
	if form != "" {
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	request.Header.Set("Cookie", cookies)
	request.Header.Set("X-Forwarded-For", fmt.Sprintf("10.%d.%d.%d", random.N(256), random.N(256), random.N(256))) //nolint:gosec // no secret: an address to come from
	response, err := client.Do(request)
	if err != nil {
		return "", "", "", err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err == nil && response.StatusCode != want {
		err = fmt.Errorf("%s: status %d, not %d", request.URL.Path, response.StatusCode, want)
	}
	var pairs []string
	for _, c := range response.Cookies() {
		pairs = append(pairs, c.Name+"="+c.Value)
	}
	return string(body), strings.Join(pairs, "; "), response.Header.Get("Location"), err
}
