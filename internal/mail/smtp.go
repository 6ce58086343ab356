package mail

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	netmail "net/mail"
	"net/textproto"
	"strings"
	"time"

	gomail "github.com/wneessen/go-mail"
)

const (
	dialTimeout = 20 * time.Second
	maxSubject  = 200
)

// Errors of Send about the message itself: trying again will not help.
var (
	ErrRecipient = errors.New("mail: the recipient is not one plain address")
	ErrSubject   = errors.New("mail: the subject is empty, too long, or has control characters in it")
)

// SMTP sends through a mail server, one connection a message. It is safe for concurrent use.
type SMTP struct {
	server Server
	from   string
	roots  *x509.CertPool // nil: the machine's own; set by tests
}

// NewSMTP returns a Sender for the server; from is an address that CheckFrom accepts.
func NewSMTP(server Server, from string) *SMTP { return &SMTP{server: server, from: from} }

// Send delivers one message. It ends when ctx does.
func (s *SMTP) Send(ctx context.Context, message Message) error {
	letter, err := s.compose(message)
	if err != nil {
		return err
	}
	var open net.Conn // go-mail leaves the connection open when the greeting, TLS or authentication fails
	defer func() {
		if open != nil {
			_ = open.Close()
		}
	}()
	client, err := s.client(func(ctx context.Context, network, address string) (net.Conn, error) {
		var err error
		open, err = s.dial(ctx, network, address)
		return open, err
	})
	if err != nil {
		return fmt.Errorf("mail: %w", err)
	}
	session, err := client.DialToSMTPClientWithContext(ctx)
	if err != nil {
		return s.plain("could not sign in to the mail server", err)
	}
	stop := context.AfterFunc(ctx, func() { _ = open.Close() })
	defer stop()
	if err := client.SendWithSMTPClient(session, letter); err != nil {
		return s.plain("the mail server did not take the message", err)
	}
	// The server has the message now: a farewell that fails must not make it go out twice.
	_ = client.CloseWithSMTPClient(session)
	return nil
}

func (s *SMTP) compose(message Message) (*gomail.Msg, error) {
	address, err := netmail.ParseAddress(message.To)
	if err != nil || address.Address != message.To || hasControl(message.To) {
		return nil, ErrRecipient
	}
	if message.Subject == "" || len(message.Subject) > maxSubject || hasControl(message.Subject) {
		return nil, ErrSubject
	}
	letter := gomail.NewMsg(gomail.WithNoDefaultUserAgent())
	if err := letter.From(s.from); err != nil {
		return nil, errors.New("mail: the sender's address is malformed")
	}
	if err := letter.To(message.To); err != nil {
		return nil, ErrRecipient
	}
	letter.Subject(message.Subject)
	letter.SetDate()
	letter.SetMessageID()
	letter.SetGenHeader("Auto-Submitted", "auto-generated") // RFC 3834: no out-of-office answers
	letter.SetBodyString(gomail.TypeTextPlain, message.Text)
	return letter, nil
}

func (s *SMTP) client(dial gomail.DialContextFunc) (*gomail.Client, error) {
	options := []gomail.Option{
		gomail.WithPort(s.server.Port), gomail.WithTimeout(dialTimeout), gomail.WithTLSConfig(s.tls()), gomail.WithDialContextFunc(dial), gomail.WithoutNoop(),
	}
	switch s.server.Encryption {
	case StartTLS:
		options = append(options, gomail.WithTLSPolicy(gomail.TLSMandatory))
	case ImplicitTLS:
		options = append(options, gomail.WithSSL())
	case NoTLS:
		options = append(options, gomail.WithTLSPolicy(gomail.NoTLS))
	}
	if s.server.User != "" {
		options = append(options, gomail.WithUsername(s.server.User), gomail.WithPassword(s.server.Password),
			gomail.WithOpportunisticSMTPAuth(gomail.SMTPAuthSCRAMSHA256, gomail.SMTPAuthPlain, gomail.SMTPAuthLogin))
	}
	return gomail.NewClient(s.server.Host, options...)
}

func (s *SMTP) dial(ctx context.Context, network, address string) (net.Conn, error) {
	if s.server.Encryption == ImplicitTLS {
		return (&tls.Dialer{Config: s.tls()}).DialContext(ctx, network, address)
	}
	return (&net.Dialer{}).DialContext(ctx, network, address)
}

func (s *SMTP) tls() *tls.Config {
	return &tls.Config{ServerName: s.server.Host, RootCAs: s.roots, MinVersion: tls.VersionTLS12}
}

// plain makes an error that may be logged and kept: what the server said can repeat addresses and user names, so only its number is taken over.
func (s *SMTP) plain(what string, err error) error {
	if code := answer(err); code != 0 {
		return fmt.Errorf("mail: %s: it answered %d", what, code)
	}
	var sending *gomail.SendError
	if text := err.Error(); !errors.As(err, &sending) && (s.server.Password == "" || !strings.Contains(text, s.server.Password)) {
		return fmt.Errorf("mail: %s: %w", what, err)
	}
	return fmt.Errorf("mail: %s", what)
}

func answer(err error) int {
	var sending *gomail.SendError
	if errors.As(err, &sending) {
		return sending.ErrorCode()
	}
	var said *textproto.Error
	if errors.As(err, &said) {
		return said.Code
	}
	return 0
}
