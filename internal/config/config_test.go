package config_test

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/alecthomas/kong"

	"gatehouse/internal/config"
)

var key = base64.StdEncoding.EncodeToString(bytes.Repeat([]byte{7}, 32))

// parse does what the program does: variables, then flags, into a Config.
func parse(t *testing.T, env map[string]string, flags ...string) config.Config {
	t.Helper()
	for name, value := range env {
		t.Setenv(name, value)
	}
	var c config.Config
	parser, err := kong.New(&c, kong.Exit(func(int) { t.Error("kong wants to exit") }))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := parser.Parse(flags); err != nil {
		t.Fatalf("%v %v: %v", env, flags, err)
	}
	return c
}

func TestDefaults(t *testing.T) {
	for name, c := range map[string]config.Config{"parsed": parse(t, nil), "nothing set": {}} {
		settings, err := c.Check()
		if err != nil {
			t.Fatal(err)
		}
		want := config.Settings{DataSettings: config.DataSettings{Database: config.Database{Kind: config.SQLite, Path: "data/gatehouse.db"}}, Addr: "127.0.0.1:8080", URL: settings.URL, OrganizationCreation: "nobody"}
		if settings.URL.String() != "http://127.0.0.1:8080" || !reflect.DeepEqual(settings, want) {
			t.Errorf("%s: %+v", name, settings)
		}
	}
}

func TestEverythingSet(t *testing.T) {
	c := parse(t, map[string]string{
		"GATEHOUSE_ADDR": ":8443", "GATEHOUSE_URL": "https://Console.Northwind.example:443/", "GATEHOUSE_DATABASE_URL": "postgres://gatehouse:word@db/gatehouse?sslmode=require",
		"GATEHOUSE_SECRET_KEY": key, "GATEHOUSE_SMTP_URL": "smtp://mail.northwind.example", "GATEHOUSE_MAIL_FROM": "gatehouse@northwind.example",
		"GATEHOUSE_TRUSTED_PROXIES": "10.1.2.3/8, 192.0.2.1,2001:db8::/32", "GATEHOUSE_LOG_FORMAT": "text", "GATEHOUSE_METRICS_ADDR": "127.0.0.1:9090",
		"GATEHOUSE_ORGANIZATION_CREATION": "administrators", "GATEHOUSE_DNS_SERVER": "192.0.2.53", "GATEHOUSE_ALLOW_PRIVATE_METADATA": "true", "GATEHOUSE_INSECURE": "",
	})
	s, err := c.Check()
	if err != nil {
		t.Fatal(err)
	}
	if s.URL.String() != "https://console.northwind.example" || !s.Secure || s.Addr != ":8443" || s.MetricsAddr != "127.0.0.1:9090" || s.DNSServer != "192.0.2.53:53" || !s.AllowPrivateMetadata || s.OrganizationCreation != "administrators" || !s.LogText {
		t.Errorf("%+v", s)
	}
	if s.Database != (config.Database{Kind: config.PostgreSQL, DSN: "postgres://gatehouse:word@db/gatehouse?sslmode=require"}) {
		t.Errorf("%+v", s.Database)
	}
	if s.SMTP == nil || s.SMTP.String() != "mail.northwind.example:587" || s.MailFrom != "gatehouse@northwind.example" {
		t.Errorf("%v %q", s.SMTP, s.MailFrom)
	}
	var proxies []string
	for _, network := range s.TrustedProxies {
		proxies = append(proxies, network.String())
	}
	if !slices.Equal(proxies, []string{"10.0.0.0/8", "192.0.2.1/32", "2001:db8::/32"}) || !s.TrustedProxies[0].Contains(net.ParseIP("10.200.0.1")) {
		t.Errorf("%v", proxies)
	}
	if got, err := s.LoadSecretKey(); err != nil || !bytes.Equal(got[:], bytes.Repeat([]byte{7}, 32)) {
		t.Errorf("%x, %v", got, err)
	}
}

func TestFlagsWinOverVariables(t *testing.T) {
	c := parse(t, map[string]string{"GATEHOUSE_ADDR": "127.0.0.1:1", "GATEHOUSE_INSECURE": "false"}, "--addr", ":2", "--insecure", "--url=http://console.northwind.example")
	if s, err := c.Check(); err != nil || s.Addr != ":2" || s.URL.String() != "http://console.northwind.example" || s.Secure {
		t.Errorf("%+v, %v", s, err)
	}
}

func TestPublicAddress(t *testing.T) {
	for _, c := range []struct {
		addr, url string
		insecure  config.Switch
		want      string // empty: a problem of GATEHOUSE_URL
	}{
		{addr: "localhost:80", want: "http://localhost"},
		{addr: "[::1]:8080", want: "http://[::1]:8080"},
		{addr: "[::1]:80", want: "http://[::1]"},
		{addr: "127.0.0.1:0"},
		{addr: ":8080"},
		{addr: "0.0.0.0:8080", insecure: "true"},
		{addr: ":8080", url: "https://console.northwind.example", want: "https://console.northwind.example"},
		{addr: ":8080", url: "https://console.northwind.example:8443", want: "https://console.northwind.example:8443"},
		{addr: ":8080", url: "http://localhost:8080/", want: "http://localhost:8080"},
		{addr: ":8080", url: "http://console.localhost:8080", want: "http://console.localhost:8080"},
		{addr: ":8080", url: "http://console.northwind.example"},
		{addr: ":8080", url: "http://127.0.0.1.northwind.example"},
		{addr: ":8080", url: "http://console.northwind.example", insecure: "1", want: "http://console.northwind.example"},
		{addr: ":8080", url: "https://console.northwind.example/gatehouse"},
		{addr: ":8080", url: "https://console.northwind.example?x=1"},
		{addr: ":8080", url: "https://console.northwind.example#x"},
		{addr: ":8080", url: "https://ada@console.northwind.example"},
		{addr: ":8080", url: "console.northwind.example"},
		{addr: ":8080", url: "ftp://console.northwind.example", insecure: "true"},
		{addr: ":8080", url: "https://"},
	} {
		s, err := config.Config{Addr: c.addr, URL: c.url, Insecure: c.insecure}.Check()
		if c.want == "" {
			if variables(err) != "GATEHOUSE_URL" {
				t.Errorf("%+v: %v, %v", c, s.URL, err)
			}
			continue
		}
		if err != nil || s.URL.String() != c.want || s.Secure != strings.HasPrefix(c.want, "https") {
			t.Errorf("%+v: %v, %v", c, s.URL, err)
		}
	}
}

func TestDatabase(t *testing.T) {
	for raw, want := range map[string]config.Database{
		"":                            {Kind: config.SQLite, Path: "data/gatehouse.db"},
		"sqlite:x.db":                 {Kind: config.SQLite, Path: "x.db"},
		"sqlite:/var/lib/g/g.db":      {Kind: config.SQLite, Path: "/var/lib/g/g.db"},
		"sqlite:///var/lib/g/g.db":    {Kind: config.SQLite, Path: "/var/lib/g/g.db"},
		"postgresql://u:p@h:5432/n":   {Kind: config.PostgreSQL, DSN: "postgresql://u:p@h:5432/n"},
		"postgres:///n?host=/var/run": {Kind: config.PostgreSQL, DSN: "postgres:///n?host=/var/run"},
	} {
		if s, err := (config.Data{DatabaseURL: raw, SecretKey: key}).Check(); err != nil || s.Database != want {
			t.Errorf("%q: %+v, %v", raw, s.Database, err)
		}
	}
	for _, raw := range []string{"sqlite:", "sqlite::memory:", "sqlite:data/", "sqlite:x.db?mode=ro", "mysql://h/n", "gatehouse.db", "postgres://u:hunter2@h", "postgres://u:hunter2%zz@h/n", "postgres:n"} {
		_, err := (config.Data{DatabaseURL: raw, SecretKey: key}).Check()
		if variables(err) != "GATEHOUSE_DATABASE_URL" || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%q: %v", raw, err)
		}
	}
}

func TestAllProblemsAreToldTogether(t *testing.T) {
	_, err := parse(t, map[string]string{
		"GATEHOUSE_ADDR": "8080", "GATEHOUSE_URL": "http://console.northwind.example", "GATEHOUSE_INSECURE": "maybe", "GATEHOUSE_DATABASE_URL": "postgres://u:hunter2@h/n",
		"GATEHOUSE_SMTP_URL": "smtp://u:hunter2@h?tls=none", "GATEHOUSE_TRUSTED_PROXIES": "0.0.0.0/0,proxy", "GATEHOUSE_LOG_FORMAT": "xml",
		"GATEHOUSE_METRICS_ADDR": "metrics", "GATEHOUSE_DNS_SERVER": "dns", "GATEHOUSE_ORGANIZATION_CREATION": "anyone", "GATEHOUSE_ALLOW_PRIVATE_METADATA": "yes",
	}).Check()
	want := "GATEHOUSE_LOG_FORMAT GATEHOUSE_SECRET_KEY GATEHOUSE_ADDR GATEHOUSE_ALLOW_PRIVATE_METADATA GATEHOUSE_TRUSTED_PROXIES GATEHOUSE_TRUSTED_PROXIES " +
		"GATEHOUSE_ORGANIZATION_CREATION GATEHOUSE_INSECURE GATEHOUSE_URL GATEHOUSE_METRICS_ADDR GATEHOUSE_DNS_SERVER GATEHOUSE_MAIL_FROM GATEHOUSE_SMTP_URL"
	if got := variables(err); got != want {
		t.Errorf("%s\n%v", got, err)
	}
	text := err.Error()
	if !strings.HasPrefix(text, "the configuration has 13 problems:\n  GATEHOUSE_") || strings.Count(text, "\n") != 13 || strings.Contains(text, "hunter2") {
		t.Error(text)
	}
}

func TestOneProblemAtATime(t *testing.T) {
	for want, c := range map[string]config.Config{
		"GATEHOUSE_SMTP_URL":     {MailFrom: "gatehouse@northwind.example"},
		"GATEHOUSE_MAIL_FROM":    {MailFrom: "gatehouse", SMTPURL: "smtp://mail.northwind.example"},
		"GATEHOUSE_METRICS_ADDR": {MetricsAddr: "127.0.0.1:8080"},
		"GATEHOUSE_SECRET_KEY":   {Data: config.Data{SecretKey: "hunter2"}},
		"GATEHOUSE_ADDR":         {Addr: "localhost:http"},
		"GATEHOUSE_DNS_SERVER":   {DNSServer: ":53"},
	} {
		_, err := c.Check()
		if variables(err) != want || strings.Contains(err.Error(), "hunter2") || !strings.HasPrefix(err.Error(), "the configuration has a problem:\n") {
			t.Errorf("want %s: %v", want, err)
		}
	}
}

func TestSecretKeyIsMadeBesideSQLite(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "data")
	s, err := config.Data{DatabaseURL: "sqlite:" + filepath.Join(folder, "g.db")}.Check()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(folder); err == nil {
		t.Error("Check itself made something")
	}
	first, err := s.LoadSecretKey()
	if err != nil {
		t.Fatal(err)
	}
	if second, err := s.LoadSecretKey(); err != nil || first != second {
		t.Errorf("another key the second time: %v", err)
	}
	if _, err := os.Stat(filepath.Join(folder, "secret.key")); err != nil {
		t.Error(err)
	}
}

func TestLogger(t *testing.T) {
	database := config.Database{Kind: config.PostgreSQL, DSN: "postgres://u:hunter2@h/n"}
	for format, want := range map[string]string{"json": `"msg":"up"`, "text": `msg=up`} {
		s, err := config.Data{LogFormat: format}.Check()
		if err != nil {
			t.Fatal(err)
		}
		var out bytes.Buffer
		s.Logger(&out).Info("up", "database", database)
		if !strings.Contains(out.String(), want) || !strings.Contains(out.String(), "PostgreSQL") || strings.Contains(out.String(), "hunter2") {
			t.Error(out.String())
		}
	}
}

func TestHelpExplainsEveryVariable(t *testing.T) {
	var out bytes.Buffer
	parser, err := kong.New(&config.Config{}, kong.Writers(&out, &out), kong.Exit(func(int) {}), kong.Name("gatehouse"))
	if err != nil {
		t.Fatal(err)
	}
	_, _ = parser.Parse([]string{"--help"})
	for _, name := range []string{"ADDR", "URL", "INSECURE", "DATABASE_URL", "SECRET_KEY", "SMTP_URL", "MAIL_FROM", "TRUSTED_PROXIES", "LOG_FORMAT", "METRICS_ADDR", "ORGANIZATION_CREATION", "DNS_SERVER", "ALLOW_PRIVATE_METADATA"} {
		if !strings.Contains(out.String(), fmt.Sprintf("$GATEHOUSE_%s", name)) {
			t.Errorf("%s is not in the help:\n%s", name, out.String())
		}
	}
}

func variables(err error) string {
	var problems config.Problems
	errors.As(err, &problems)
	var names []string
	for _, problem := range problems {
		names = append(names, problem.Variable)
	}
	return strings.Join(names, " ")
}
