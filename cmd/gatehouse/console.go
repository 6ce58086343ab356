package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"runtime/debug"
	"sync"
	"time"

	"gatehouse/handlers"
	"gatehouse/internal/config"
	"gatehouse/internal/dns"
	"gatehouse/internal/mail"
	"gatehouse/internal/password"
	"gatehouse/internal/secret"
	"gatehouse/internal/session"
	"gatehouse/models"
	"gatehouse/models/store"
	"gatehouse/web"
)

// console is the wired program.
type console struct {
	settings config.Settings
	store    *store.Store
	log      *slog.Logger
	handler  http.Handler
	handlers *handlers.Handlers
	mail     *mail.Deliverer // nil without a mail server
	metrics  *web.Metrics
}

// databaseURL is the database as the store names it.
func databaseURL(d config.Database) string {
	if d.Kind == config.SQLite {
		return "sqlite:" + d.Path
	}
	return d.DSN
}

// openStore opens the database with the key that seals its secrets.
func openStore(ctx context.Context, s config.DataSettings, log *slog.Logger) (*store.Store, error) {
	key, err := s.LoadSecretKey()
	if err != nil {
		return nil, err
	}
	return store.Open(ctx, store.Options{URL: databaseURL(s.Database), Box: secret.NewBox(key), Log: log})
}

// build wires the console. On SQLite it brings the schema up to date itself; on PostgreSQL it refuses an old one.
func build(ctx context.Context, settings config.Settings, log *slog.Logger, demo bool) (*console, error) {
	if settings.Database.Kind == config.SQLite {
		if _, _, err := store.Migrate(ctx, databaseURL(settings.Database)); err != nil {
			return nil, err
		}
	}
	db, err := openStore(ctx, settings.DataSettings, log)
	if err != nil {
		return nil, err
	}
	c := &console{settings: settings, store: db, log: log}
	if err := db.Ready(ctx); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	if err := db.ChainAudit(ctx); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	if settings.SMTP != nil {
		c.mail = &mail.Deliverer{Sender: mail.NewSMTP(*settings.SMTP, settings.MailFrom), Outbox: outbox{db}, Log: log}
	}
	sessions := session.New(db, settings.Secure)
	options := handlers.Options{
		Store: db, Sessions: sessions, Passwords: password.New(password.DefaultParams(), 0), URL: settings.URL,
		SendsMail: c.mail != nil, AllowPrivate: settings.AllowPrivateMetadata, Names: dns.New(settings.DNSServer),
		Creation: models.Creation(settings.OrganizationCreation), Log: log,
	}
	if c.mail != nil {
		options.Nudge = c.mail.Nudge
	}
	c.handlers = handlers.New(options)
	shell := web.Options{
		URL: settings.URL, Store: db, Handlers: c.handlers, Sessions: sessions, Log: log, TrustedProxies: settings.TrustedProxies, Demo: demo,
	}
	if settings.MetricsAddr != "" {
		c.metrics = web.NewMetrics()
		c.metrics.Certificates(db.CertificateEnds)
		c.metrics.Refused(db.RefusedTotals)
		shell.Observe = c.metrics.Observe
	}
	c.handler, err = web.New(shell) //nolint:contextcheck // each request brings its own context
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return c, nil
}

// listener is a server with its address.
type listener struct {
	name    string
	addr    string
	handler http.Handler
}

// shutdownGrace is how long requests under way may take when the program is asked to end.
const shutdownGrace = 10 * time.Second

// gcPercent lets the heap, of which a few MB live, grow five times before it is collected: a tenth less CPU for some tens of MB.
const gcPercent = 400

// run serves until ctx ends, then lets requests finish. ready is called when every address is open.
func (c *console) run(ctx context.Context, ready func(), more ...listener) error {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(gcPercent)
	}
	all := append([]listener{{"console", c.settings.Addr, c.handler}}, more...)
	if c.metrics != nil {
		all = append(all, listener{"metrics", c.settings.MetricsAddr, c.metrics.Handler()})
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var group sync.WaitGroup
	failed := make(chan error, len(all))
	servers := make([]*http.Server, 0, len(all))
	for _, l := range all {
		socket, err := (&net.ListenConfig{}).Listen(ctx, "tcp", l.addr)
		if err != nil {
			cancel()
			return errors.Join(fmt.Errorf("%s: %w", l.name, err), c.store.Close())
		}
		server := web.NewServer(l.handler, c.log)
		servers = append(servers, server)
		group.Go(func() {
			if err := server.Serve(socket); !errors.Is(err, http.ErrServerClosed) {
				failed <- fmt.Errorf("%s: %w", l.name, err)
			}
		})
		c.log.InfoContext(ctx, "listening", "for", l.name, "address", socket.Addr().String())
	}
	if c.mail != nil {
		group.Go(func() { c.mail.Run(ctx) })
	}
	group.Go(func() { c.sweep(ctx) })
	group.Go(func() { c.refresh(ctx) })
	group.Go(func() { c.shortenAudit(ctx) })
	group.Go(func() { c.watchDomains(ctx) })
	if ready != nil {
		ready()
	}
	var err error
	select {
	case <-ctx.Done():
	case err = <-failed:
	}
	cancel()
	grace, done := context.WithTimeout(context.WithoutCancel(ctx), shutdownGrace)
	defer done()
	for _, server := range servers {
		err = errors.Join(err, server.Shutdown(grace))
	}
	group.Wait()
	c.log.InfoContext(grace, "ended")
	return errors.Join(err, c.store.Close())
}

// sweep removes what has expired, every few minutes.
func (c *console) sweep(ctx context.Context) {
	ticker := time.NewTicker(5 * time.Minute)
	defer ticker.Stop()
	for {
		if err := c.store.Sweep(ctx); err != nil && ctx.Err() == nil {
			c.log.WarnContext(ctx, "expired rows not removed", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
	}
}

// outbox is the store's outbox as the deliverer wants it.
type outbox struct{ store *store.Store }

// Claim implements mail.Outbox.
func (o outbox) Claim(ctx context.Context, n int) ([]mail.Pending, error) {
	waiting, err := o.store.Claim(ctx, n)
	pending := make([]mail.Pending, 0, len(waiting))
	for _, w := range waiting {
		pending = append(pending, mail.Pending{ID: w.ID, Message: mail.Message(w.Mail)})
	}
	return pending, err
}

// Done implements mail.Outbox.
func (o outbox) Done(ctx context.Context, id string, sendErr error) error {
	return o.store.Done(ctx, id, sendErr)
}
