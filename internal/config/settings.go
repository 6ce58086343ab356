package config

import (
	"net"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"gatehouse/internal/mail"
)

// Settings is the checked form of Config.
type Settings struct {
	DataSettings

	Addr                 string       // host:port to listen on
	URL                  *url.URL     // scheme and host only; begins every link and SAML endpoint
	Secure               bool         // the public address is https: cookies are Secure and HSTS is sent
	SMTP                 *mail.Server // nil: links are shown instead of sent
	MailFrom             string       // set when SMTP is
	TrustedProxies       []*net.IPNet
	MetricsAddr          string // empty: off
	OrganizationCreation string // nobody, administrators or everybody
	DNSServer            string // host:port; empty: the machine's own
	AllowPrivateMetadata bool
}

// Check returns the settings, or Problems that name every wrong variable.
func (c Config) Check() (Settings, error) {
	var problems Problems
	settings := Settings{
		DataSettings:         c.check(&problems),
		Addr:                 address("GATEHOUSE_ADDR", or(c.Addr, "127.0.0.1:8080"), &problems),
		AllowPrivateMetadata: c.AllowPrivateMetadata.on("GATEHOUSE_ALLOW_PRIVATE_METADATA", &problems),
		TrustedProxies:       networks(c.TrustedProxies, &problems),
	}
	settings.OrganizationCreation = or(c.OrganizationCreation, "nobody")
	if !slices.Contains([]string{"nobody", "administrators", "everybody"}, settings.OrganizationCreation) {
		problems.add("GATEHOUSE_ORGANIZATION_CREATION", "is %q; it must be nobody, administrators or everybody.", settings.OrganizationCreation)
	}
	settings.URL = public(c.URL, settings.Addr, c.Insecure.on("GATEHOUSE_INSECURE", &problems), &problems)
	settings.Secure = settings.URL != nil && settings.URL.Scheme == "https"
	if raw := strings.TrimSpace(c.MetricsAddr); raw != "" {
		settings.MetricsAddr = address("GATEHOUSE_METRICS_ADDR", raw, &problems)
		if settings.MetricsAddr != "" && settings.MetricsAddr == settings.Addr {
			problems.add("GATEHOUSE_METRICS_ADDR", "is the address of the console itself; give the metrics their own.")
		}
	}
	if raw := strings.TrimSpace(c.DNSServer); raw != "" {
		settings.DNSServer = nameServer(raw, &problems)
	}
	settings.SMTP, settings.MailFrom = c.mail(&problems)
	return settings, problems.err()
}

func (c Config) mail(problems *Problems) (*mail.Server, string) {
	raw, from := strings.TrimSpace(c.SMTPURL), strings.TrimSpace(c.MailFrom)
	if from != "" {
		if err := mail.CheckFrom(from); err != nil {
			problems.add("GATEHOUSE_MAIL_FROM", "%v.", err)
		}
		if raw == "" {
			problems.add("GATEHOUSE_SMTP_URL", "is missing: GATEHOUSE_MAIL_FROM is set, but there is no mail server to send through.")
		}
	}
	if raw == "" {
		return nil, ""
	}
	if from == "" {
		problems.add("GATEHOUSE_MAIL_FROM", "is missing: GATEHOUSE_SMTP_URL is set, but messages need a sender.")
	}
	server, err := mail.ParseURL(raw)
	if err != nil {
		problems.add("GATEHOUSE_SMTP_URL", "%v.", err)
		return nil, ""
	}
	return &server, from
}

// public reads the public address, or takes the one it listens on when that is loopback.
func public(raw, addr string, insecure bool, problems *Problems) *url.URL {
	const variable = "GATEHOUSE_URL"
	if raw = strings.TrimSpace(raw); raw == "" {
		host, port, _ := net.SplitHostPort(addr)
		switch {
		case addr == "":
			return nil // the address has a problem of its own
		case !loopback(host) || port == "0":
			problems.add(variable, "is missing: say the address people open, because GATEHOUSE_ADDR (%s) does not.", addr)
			return nil
		}
		return &url.URL{Scheme: "http", Host: withoutDefaultPort("http", host, port)}
	}
	u, err := url.Parse(raw)
	if err != nil || u.Opaque != "" || u.Hostname() == "" || u.Scheme != "https" && u.Scheme != "http" || strings.HasSuffix(u.Host, ":") {
		problems.add(variable, "must be an address such as https://console.northwind.example.")
		return nil
	}
	if u.User != nil || strings.Trim(u.Path, "/") != "" || u.RawQuery != "" || u.ForceQuery || u.Fragment != "" {
		problems.add(variable, "must end after the host: the console has a host of its own, without a path, query, or user name.")
		return nil
	}
	host := strings.ToLower(u.Hostname())
	if u.Scheme == "http" && !loopback(host) && !insecure {
		problems.add(variable, "must begin with https://, or passwords and cookies travel in clear; GATEHOUSE_INSECURE=true allows it all the same.")
		return nil
	}
	return &url.URL{Scheme: u.Scheme, Host: withoutDefaultPort(u.Scheme, host, u.Port())}
}

func withoutDefaultPort(scheme, host, port string) string {
	if port == "" || scheme == "http" && port == "80" || scheme == "https" && port == "443" {
		if strings.Contains(host, ":") {
			return "[" + host + "]"
		}
		return host
	}
	return net.JoinHostPort(host, port)
}

func address(variable, raw string, problems *Problems) string {
	_, port, err := net.SplitHostPort(raw)
	if number, atoiErr := strconv.Atoi(port); err != nil || atoiErr != nil || number < 0 || number > 65535 {
		problems.add(variable, "is %q; it must be host:port, such as 127.0.0.1:8080, or :8080 for every address.", raw)
		return ""
	}
	return raw
}

// nameServer reads the address of a name server; 53 is the port when none is said.
func nameServer(raw string, problems *Problems) string {
	if ip, err := netip.ParseAddr(raw); err == nil {
		return netip.AddrPortFrom(ip, 53).String()
	}
	host, port, err := net.SplitHostPort(raw)
	if number, atoiErr := strconv.Atoi(port); err != nil || atoiErr != nil || host == "" || number < 1 || number > 65535 {
		problems.add("GATEHOUSE_DNS_SERVER", "is %q; it must be an address such as 192.0.2.53, or host:port.", raw)
		return ""
	}
	return raw
}

func networks(raw string, problems *Problems) []*net.IPNet {
	var all []*net.IPNet
	for _, text := range strings.FieldsFunc(raw, func(r rune) bool { return r == ',' || r == ' ' }) {
		prefix, err := netip.ParsePrefix(text)
		if single, singleErr := netip.ParseAddr(text); singleErr == nil && single.Zone() == "" {
			prefix, err = single.Prefix(single.BitLen())
		}
		switch {
		case err != nil:
			problems.add("GATEHOUSE_TRUSTED_PROXIES", "has %q in it, which is neither a network such as 10.0.0.0/8 nor an address.", text)
		case prefix.Bits() == 0:
			problems.add("GATEHOUSE_TRUSTED_PROXIES", "has %q in it: then everybody could claim any address.", text)
		default:
			prefix = prefix.Masked()
			all = append(all, &net.IPNet{IP: prefix.Addr().AsSlice(), Mask: net.CIDRMask(prefix.Bits(), prefix.Addr().BitLen())})
		}
	}
	return all
}

// on reads a switch; a value that is neither true nor false is a problem and counts as false.
func (s Switch) on(variable string, problems *Problems) bool {
	value, err := strconv.ParseBool(or(string(s), "false"))
	if err != nil {
		problems.add(variable, "is %q; it must be true or false.", string(s))
	}
	return value
}

func loopback(host string) bool {
	address, err := netip.ParseAddr(host)
	return host == "localhost" || strings.HasSuffix(host, ".localhost") || err == nil && address.Unmap().IsLoopback()
}
