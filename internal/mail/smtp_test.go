package mail

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	netmail "net/mail"
	"strings"
	"sync"
	"testing"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
)

// sink is a mail server on loopback that keeps what it is given.
type sink struct {
	refuse error // what it says to every recipient
	mu     sync.Mutex
	got    []letter
}

type letter struct{ user, from, to, data string }

func (s *sink) letters() []letter {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.got
}

func (s *sink) NewSession(*smtp.Conn) (smtp.Session, error) { return &conversation{sink: s}, nil }

type conversation struct {
	sink *sink
	letter
}

func (c *conversation) AuthMechanisms() []string { return []string{sasl.Plain} }
func (c *conversation) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, user, password string) error {
		if password != "right" {
			return smtp.ErrAuthFailed
		}
		c.user = user
		return nil
	}), nil
}
func (c *conversation) Reset()        { c.letter = letter{user: c.user} }
func (c *conversation) Logout() error { return nil }
func (c *conversation) Mail(from string, _ *smtp.MailOptions) error {
	c.from = from
	return nil
}
func (c *conversation) Rcpt(to string, _ *smtp.RcptOptions) error {
	c.to = to
	return c.sink.refuse
}
func (c *conversation) Data(r io.Reader) error {
	data, err := io.ReadAll(r)
	c.data = string(data)
	c.sink.mu.Lock()
	defer c.sink.mu.Unlock()
	c.sink.got = append(c.sink.got, c.letter)
	return err
}

// start runs a sink; with a certificate it offers TLS the given way.
func start(t *testing.T, s *sink, encryption Encryption) *SMTP {
	t.Helper()
	web := httptest.NewTLSServer(http.NotFoundHandler()) // lends its certificate for 127.0.0.1
	t.Cleanup(web.Close)
	roots := x509.NewCertPool()
	roots.AddCert(web.Certificate())
	withTLS := &tls.Config{Certificates: web.TLS.Certificates, MinVersion: tls.VersionTLS12}

	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	port := listener.Addr().(*net.TCPAddr).Port
	server := smtp.NewServer(s)
	server.Domain = "sink"
	server.ErrorLog = quiet{}
	switch encryption {
	case StartTLS:
		server.TLSConfig = withTLS
	case ImplicitTLS:
		listener = tls.NewListener(listener, withTLS)
	case NoTLS:
		server.AllowInsecureAuth = true
	}
	served := make(chan struct{})
	go func() { defer close(served); _ = server.Serve(listener) }()
	t.Cleanup(func() {
		_ = listener.Close() // the server closes it only if it has begun to serve by now
		_ = server.Close()
		<-served
	})
	sender := NewSMTP(Server{Host: "127.0.0.1", Port: port, Encryption: encryption}, "Gatehouse <gatehouse@northwind.example>")
	sender.roots = roots
	return sender
}

type quiet struct{}

func (quiet) Printf(string, ...any) {}
func (quiet) Println(...any)        {}

func TestSend(t *testing.T) {
	for name, encryption := range map[string]Encryption{"starttls": StartTLS, "implicit": ImplicitTLS, "none": NoTLS} {
		t.Run(name, func(t *testing.T) {
			s := &sink{}
			sender := start(t, s, encryption)
			sender.server.User, sender.server.Password = "console", "right"
			err := sender.Send(t.Context(), Message{To: "zoe@northwind.example", Subject: "Grüße", Text: "First\n.\nLast é\n"})
			if err != nil || len(s.letters()) != 1 {
				t.Fatalf("%v, %d letters", err, len(s.letters()))
			}
			got := s.letters()[0]
			if got.user != "console" || got.from != "gatehouse@northwind.example" || got.to != "zoe@northwind.example" {
				t.Errorf("%+v", got)
			}
			read, err := netmail.ReadMessage(strings.NewReader(got.data))
			if err != nil {
				t.Fatal(err)
			}
			for header, want := range map[string]string{
				"From": `"Gatehouse" <gatehouse@northwind.example>`, "To": "<zoe@northwind.example>",
				"Auto-Submitted": "auto-generated", "Content-Type": "text/plain; charset=UTF-8",
			} {
				if got := read.Header.Get(header); got != want {
					t.Errorf("%s: %q, want %q", header, got, want)
				}
			}
			if read.Header.Get("Message-Id") == "" || read.Header.Get("Date") == "" {
				t.Error("no Message-ID or no Date")
			}
			body, _ := io.ReadAll(read.Body)
			if text := strings.ReplaceAll(string(body), "\r\n", "\n"); !strings.HasPrefix(text, "First\n.\nLast =C3=A9") {
				t.Errorf("%q", text)
			}
		})
	}
}

func TestMessageCannotAddHeadersOrRecipients(t *testing.T) {
	s := &sink{}
	sender := start(t, s, NoTLS)
	for _, to := range []string{
		"", "zoe", "zoe@northwind.example\r\nBcc: eve@evil.example", "zoe@northwind.example, eve@evil.example",
		"Zoe <zoe@northwind.example>", "zoe@northwind.example\x00",
	} {
		if err := sender.Send(t.Context(), Message{To: to, Subject: "s", Text: "t"}); !errors.Is(err, ErrRecipient) {
			t.Errorf("to %q: %v", to, err)
		}
	}
	for _, subject := range []string{"", "s\r\nBcc: eve@evil.example", "s\nX: y", "s\rX: y", "s\u2028", strings.Repeat("s", 201)} {
		if err := sender.Send(t.Context(), Message{To: "zoe@northwind.example", Subject: subject, Text: "t"}); !errors.Is(err, ErrSubject) {
			t.Errorf("subject %q: %v", subject, err)
		}
	}
	if len(s.letters()) != 0 {
		t.Errorf("%d letters went out", len(s.letters()))
	}
}

func TestRefusalsTellNeitherAddressNorPassword(t *testing.T) {
	refusing := &sink{refuse: &smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1}, Message: "no zoe@northwind.example here"}}
	for name, c := range map[string]struct {
		sink     *sink
		password string
		change   func(*SMTP)
		want     string
	}{
		"wrong password":        {sink: &sink{}, password: "hunter2", want: "could not sign in to the mail server: it answered 535"},
		"refused recipient":     {sink: refusing, password: "right", want: "did not take the message: it answered 550"},
		"no TLS where demanded": {sink: &sink{}, password: "right", change: func(s *SMTP) { s.server.Encryption = StartTLS }, want: "does not support STARTTLS"},
		"nobody there":          {sink: &sink{}, password: "right", change: func(s *SMTP) { s.server.Port = 1 }, want: "connection refused"},
	} {
		sender := start(t, c.sink, NoTLS)
		sender.server.User, sender.server.Password = "console", c.password
		if c.change != nil {
			c.change(sender)
		}
		err := sender.Send(t.Context(), Message{To: "zoe@northwind.example", Subject: "s", Text: "t"})
		if err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "zoe") || strings.Contains(err.Error(), c.password) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestUnknownCertificateIsRefused(t *testing.T) {
	for _, encryption := range []Encryption{StartTLS, ImplicitTLS} {
		s := &sink{}
		sender := start(t, s, encryption)
		sender.roots = x509.NewCertPool()
		if err := sender.Send(t.Context(), Message{To: "zoe@northwind.example", Subject: "s", Text: "t"}); err == nil || len(s.letters()) > 0 {
			t.Errorf("%v: %v, %d letters", encryption, err, len(s.letters()))
		}
	}
}

func TestSendEndsWithItsContext(t *testing.T) {
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if err := start(t, &sink{}, NoTLS).Send(ended, Message{To: "zoe@northwind.example", Subject: "s", Text: "t"}); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}
