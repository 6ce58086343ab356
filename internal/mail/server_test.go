package mail_test

import (
	"bytes"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"gatehouse/internal/mail"
)

func TestParseURL(t *testing.T) {
	for raw, want := range map[string]mail.Server{
		"smtp://mail.northwind.example":                           {Host: "mail.northwind.example", Port: 587},
		"smtp://mail.northwind.example:2525?tls=starttls":         {Host: "mail.northwind.example", Port: 2525},
		"smtp://mail.northwind.example?tls=implicit":              {Host: "mail.northwind.example", Port: 465, Encryption: mail.ImplicitTLS},
		"smtps://ada:p%40ss%2Fword@mail.northwind.example":        {Host: "mail.northwind.example", Port: 465, Encryption: mail.ImplicitTLS, User: "ada", Password: "p@ss/word"},
		"smtp://mail.northwind.example?tls=none":                  {Host: "mail.northwind.example", Port: 25, Encryption: mail.NoTLS},
		"smtp://ada:word@127.0.0.1:1025?tls=none":                 {Host: "127.0.0.1", Port: 1025, Encryption: mail.NoTLS, User: "ada", Password: "word"},
		"smtp://ada%40northwind.example:word@[2001:db8::1]:587/ ": {Host: "2001:db8::1", Port: 587, User: "ada@northwind.example", Password: "word"},
	} {
		if got, err := mail.ParseURL(raw); err != nil || got != want {
			t.Errorf("%s: %#v, %v", raw, got, err)
		}
	}
	for raw, want := range map[string]string{
		"":                            "must begin with smtp://",
		"mail.northwind.example":      "must begin with smtp://",
		"https://northwind":           "must begin with smtp://",
		"smtp:":                       "needs a host",
		"smtp://":                     "needs a host",
		"smtp://host/inbox":           "needs a host",
		"smtp://host?tls=maybe":       "must say tls=",
		"smtps://host?tls=none":       "must say tls=",
		"smtp://host?ssl=1":           `"ssl"`,
		"smtp://host:99999":           "port",
		"smtp://ada@host":             "both or none",
		"smtp://:hunter2@host":        "both or none",
		"smtp://a:hunter2@h?tls=none": "in clear",
		"smtp://a:hunter2%zz@host":    "percent-encoded",
	} {
		if _, err := mail.ParseURL(raw); err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%s: %v, want %q", raw, err, want)
		}
	}
}

func TestNoWayOfPrintingShowsThePassword(t *testing.T) {
	server := mail.Server{Host: "mail.northwind.example", Port: 587, User: "ada", Password: "hunter2"}
	var out bytes.Buffer
	slog.New(slog.NewJSONHandler(&out, nil)).Info("mail", "server", server)
	fmt.Fprintf(&out, "%v %+v %#v %s", server, server, server, server)
	if strings.Contains(out.String(), "hunter2") || !strings.Contains(out.String(), "mail.northwind.example:587") {
		t.Error(out.String())
	}
}

func TestCheckFrom(t *testing.T) {
	for from, ok := range map[string]bool{
		"gatehouse@northwind.example": true, "Gatehouse <gatehouse@northwind.example>": true,
		"": false, "gatehouse": false, "a@northwind.example, b@northwind.example": false, "a@northwind.example\r\nBcc: b@northwind.example": false,
	} {
		if err := mail.CheckFrom(from); (err == nil) != ok {
			t.Errorf("%q: %v", from, err)
		}
	}
}
