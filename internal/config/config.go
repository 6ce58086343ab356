// Package config is what an operator may set: the environment and the flags of the same names, checked as a whole and turned into types.
package config

import (
	"github.com/alecthomas/kong"
)

// Data is what every command needs that touches the data. All fields are text as it was typed: Check reads them, so that all problems can be told together.
type Data struct {
	DatabaseURL string `name:"database-url" env:"GATEHOUSE_DATABASE_URL" default:"sqlite:./data/gatehouse.db" placeholder:"URL" help:"Database: sqlite:PATH or postgres://user:password@host/name (${default})."`
	SecretKey   string `name:"secret-key" env:"GATEHOUSE_SECRET_KEY" placeholder:"BASE64" help:"32 random bytes in base64 that encrypt secrets at rest. Required for PostgreSQL; for SQLite one is made and kept beside the database. Better given in the environment than here."`
	LogFormat   string `name:"log-format" env:"GATEHOUSE_LOG_FORMAT" default:"json" placeholder:"json|text" help:"Form of the log (${default})."`
}

// Config is everything the server can be told.
type Config struct {
	Data `embed:""`

	Addr                 string `name:"addr" env:"GATEHOUSE_ADDR" default:"127.0.0.1:8080" placeholder:"HOST:PORT" help:"Address to listen on (${default})."`
	URL                  string `name:"url" env:"GATEHOUSE_URL" placeholder:"URL" help:"Public address of the console, such as https://console.northwind.example. Not needed when it listens on loopback."`
	Insecure             Switch `name:"insecure" env:"GATEHOUSE_INSECURE" help:"Allow a public address without https. Cookies and passwords then travel in clear."`
	SMTPURL              string `name:"smtp-url" env:"GATEHOUSE_SMTP_URL" placeholder:"URL" help:"Mail server: smtp://user:password@host:587 (tls=starttls, implicit or none) or smtps://. Without one, links are shown instead of sent."`
	MailFrom             string `name:"mail-from" env:"GATEHOUSE_MAIL_FROM" placeholder:"ADDRESS" help:"Sender of the console's messages."`
	TrustedProxies       string `name:"trusted-proxies" env:"GATEHOUSE_TRUSTED_PROXIES" placeholder:"CIDR,…" help:"Networks of the proxies in front, whose X-Forwarded-For is believed."`
	MetricsAddr          string `name:"metrics-addr" env:"GATEHOUSE_METRICS_ADDR" placeholder:"HOST:PORT" help:"Address for metrics, apart from the console (off)."`
	OrganizationCreation string `name:"organization-creation" env:"GATEHOUSE_ORGANIZATION_CREATION" placeholder:"WHO" help:"Whose accounts may create organizations: nobody, administrators (of some organization), or everybody (nobody)."`
	DNSServer            string `name:"dns-server" env:"GATEHOUSE_DNS_SERVER" placeholder:"HOST:PORT" help:"Name server that is asked for the records of domains (those of the machine)."`
	AllowPrivateMetadata Switch `name:"allow-private-metadata" env:"GATEHOUSE_ALLOW_PRIVATE_METADATA" help:"Let identity provider metadata be fetched from private and loopback addresses."`
}

// Switch is a flag without a value, or a variable that says true or false. Anything else is a problem that Check names.
type Switch string

// Decode implements kong.MapperValue.
func (s *Switch) Decode(ctx *kong.DecodeContext) error {
	*s = "true"
	if ctx.Scan.Peek().Type == kong.FlagValueToken {
		*s = Switch(ctx.Scan.Pop().String())
	}
	return nil
}

// IsBool implements kong.BoolMapperValue: the flag stands alone.
func (*Switch) IsBool() bool { return true }
