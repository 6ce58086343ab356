package saml

import (
	"net/netip"
	"net/url"
	"strings"
	"unicode/utf8"
)

const longestURL = 2048

// CheckEndpoint refuses an address that people's browsers must not be sent to: anything but https, except http on this very
// machine when that is allowed (in development). The error is a *MetadataError.
func CheckEndpoint(raw string, allowHTTPLoopback bool) error {
	if refusal := checkEndpoint(raw, allowHTTPLoopback); refusal != nil {
		return refusal
	}
	return nil
}

func checkEndpoint(raw string, allowHTTPLoopback bool) *MetadataError {
	u, refusal := parseURL(raw)
	switch {
	case refusal != nil:
		return refusal
	case u.Scheme == "https":
		return nil
	case u.Scheme == "http" && allowHTTPLoopback && isLoopback(u.Hostname()):
		return nil
	case u.Scheme == "http":
		return problem(ProblemHTTP, "The identity provider's sign-on address is http. It must be https, or anybody on the way could sign in as anybody.")
	default:
		return problem(ProblemScheme, "The identity provider's sign-on address is not a web address. It must begin with https://.")
	}
}

// Origin is the scheme, host and port of an address that parseURL takes. It is fit to stand in a header.
func Origin(raw string) (string, bool) {
	u, refusal := parseURL(raw)
	if refusal != nil {
		return "", false
	}
	return u.Scheme + "://" + u.Host, true
}

// parseURL takes absolute URLs with a plain host and without a user, of a decent length, in UTF-8 and without control characters.
func parseURL(raw string) (*url.URL, *MetadataError) {
	malformed := problem(ProblemURL, "This is not a complete web address. It looks like https://idp.example.com/path.")
	if raw == "" || len(raw) > longestURL || !utf8.ValidString(raw) || strings.ContainsFunc(raw, func(r rune) bool { return r <= ' ' || unprintable(r) }) {
		return nil, malformed
	}
	u, err := url.Parse(raw)
	if err != nil || u.Scheme == "" {
		return nil, malformed
	}
	if u.Scheme != "http" && u.Scheme != "https" {
		return nil, problem(ProblemScheme, "This is not a web address. It must begin with https://.")
	}
	if !plainHost(u) || u.User != nil || u.Opaque != "" {
		return nil, malformed
	}
	return u, nil
}

// plainHost takes names and addresses as the network writes them. A zone of an address means something on one machine only, and it
// could hold anything, such as a directive of the header that names the host.
func plainHost(u *url.URL) bool {
	host := u.Hostname()
	if strings.HasPrefix(u.Host, "[") {
		addr, err := netip.ParseAddr(host)
		return err == nil && addr.Zone() == ""
	}
	return host != "" && !strings.ContainsFunc(host, func(r rune) bool {
		letterOrDigit := r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9'
		return !letterOrDigit && r != '.' && r != '-'
	})
}

// isLoopback is true of localhost and of the addresses of this machine, as they are written.
func isLoopback(host string) bool {
	if host == "localhost" || strings.HasSuffix(host, ".localhost") {
		return true
	}
	addr, err := netip.ParseAddr(host)
	return err == nil && addr.Unmap().IsLoopback()
}
