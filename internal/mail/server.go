package mail

import (
	"errors"
	"fmt"
	"log/slog"
	"net"
	netmail "net/mail"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
)

// Encryption is how the connection to the mail server is protected. The zero value is StartTLS.
type Encryption uint8

// The three ways.
const (
	StartTLS    Encryption = iota // begins in clear and must become encrypted before anything is said
	ImplicitTLS                   // encrypted from the first byte
	NoTLS                         // in clear
)

// Server is a mail server that takes messages for delivery.
type Server struct {
	Host           string
	Port           int
	User, Password string // both empty: no authentication
	Encryption     Encryption
}

// ParseURL reads smtp://user:password@host:port?tls=starttls|none|implicit, or smtps:// which is implicit. Ports left out are 587, 25 without
// encryption, 465 for implicit. Errors are sentences for the operator and never repeat the URL, which holds a password.
func ParseURL(raw string) (Server, error) {
	u, err := url.Parse(strings.TrimSpace(raw))
	if err != nil {
		return Server{}, errors.New("is not a URL; write it as smtp://user:password@host:587, with signs in user and password percent-encoded")
	}
	var server Server
	if server.Encryption, err = encryption(u); err != nil {
		return Server{}, err
	}
	if u.Opaque != "" || u.Hostname() == "" || strings.Trim(u.Path, "/") != "" || u.Fragment != "" {
		return Server{}, errors.New("needs a host and nothing behind it: smtp://user:password@host:587")
	}
	server.Host = u.Hostname()
	server.Port = map[Encryption]int{StartTLS: 587, ImplicitTLS: 465, NoTLS: 25}[server.Encryption]
	if text := u.Port(); text != "" {
		if server.Port, err = strconv.Atoi(text); err != nil || server.Port < 1 || server.Port > 65535 {
			return Server{}, errors.New("has a port that is not between 1 and 65535")
		}
	}
	if u.User != nil {
		server.User = u.User.Username()
		server.Password, _ = u.User.Password()
		if server.User == "" || server.Password == "" {
			return Server{}, errors.New("has only one of user and password; it needs both or none")
		}
		if server.Encryption == NoTLS && !loopback(server.Host) {
			return Server{}, errors.New("would send the password in clear; leave tls=none out, or the user and password")
		}
	}
	return server, nil
}

func encryption(u *url.URL) (Encryption, error) {
	for name := range u.Query() {
		if name != "tls" {
			return 0, fmt.Errorf("has a parameter %q; the only one is tls", name)
		}
	}
	mode := u.Query().Get("tls")
	switch {
	case u.Scheme == "smtps" && (mode == "" || mode == "implicit"), u.Scheme == "smtp" && mode == "implicit":
		return ImplicitTLS, nil
	case u.Scheme == "smtp" && (mode == "" || mode == "starttls"):
		return StartTLS, nil
	case u.Scheme == "smtp" && mode == "none":
		return NoTLS, nil
	case u.Scheme != "smtp" && u.Scheme != "smtps":
		return 0, errors.New("must begin with smtp:// or smtps://")
	default:
		return 0, errors.New("must say tls=starttls, tls=implicit or tls=none (smtps:// is always implicit)")
	}
}

func loopback(host string) bool {
	address, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && address.IsLoopback()
}

// String names the server without its credentials.
func (s Server) String() string { return net.JoinHostPort(s.Host, strconv.Itoa(s.Port)) }

// GoString is String, so that no way of printing shows the password.
func (s Server) GoString() string { return s.String() }

// LogValue is String, so that no log has the password.
func (s Server) LogValue() slog.Value { return slog.StringValue(s.String()) }

// CheckFrom says what is wrong with the sender's address, in a sentence for the operator; nil for "gatehouse@northwind.example" and
// "Gatehouse <gatehouse@northwind.example>".
func CheckFrom(from string) error {
	if hasControl(from) {
		return errors.New("has a line break or another control character in it")
	}
	if _, err := netmail.ParseAddress(from); err != nil {
		return errors.New("must be one address, such as gatehouse@northwind.example or Gatehouse <gatehouse@northwind.example>")
	}
	return nil
}

func hasControl(text string) bool {
	return strings.ContainsFunc(text, func(r rune) bool { return r < ' ' || r == 0x7f || r == 0x85 || r == 0x2028 || r == 0x2029 })
}
