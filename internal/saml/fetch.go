package saml

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"os"
	"syscall"
	"time"
)

// FetchOptions are the circumstances of fetching metadata.
type FetchOptions struct {
	// AllowPrivate is the operator's switch: addresses inside the operator's own network may be fetched, there also by http and
	// on any port. Outside of it nothing changes, and addresses of one link stay shut: clouds hand out credentials there.
	AllowPrivate bool
	RootCAs      *x509.CertPool // nil for the system's
	Resolver     *net.Resolver  // nil for the system's
	Timeout      time.Duration  // of the whole; zero for ten seconds
}

const fetchTimeout = 10 * time.Second

// FetchMetadata gets the document at an address that an Administrator typed. That makes us a client of whatever they name, so:
// https on port 443, no proxy, no redirects, a public address judged after it was resolved (a name that points inside is the
// usual trick), 1 MiB, ten seconds. The error is a *MetadataError and says nothing of what was found there.
func FetchMetadata(ctx context.Context, rawURL string, o FetchOptions) ([]byte, error) {
	document, refusal := fetch(ctx, rawURL, o)
	if refusal != nil {
		return nil, refusal
	}
	return document, nil
}

func fetch(ctx context.Context, rawURL string, o FetchOptions) ([]byte, *MetadataError) {
	u, refusal := parseURL(rawURL)
	if refusal != nil {
		return nil, refusal
	}
	u.Fragment = ""
	ordinary := ordinaryAddress(u)
	if ordinary != nil && !o.AllowPrivate {
		return nil, ordinary
	}
	timeout := o.Timeout
	if timeout == 0 {
		timeout = fetchTimeout
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	dialer := &net.Dialer{Resolver: o.Resolver, Control: func(_, address string, _ syscall.RawConn) error {
		return checkAddress(address, ordinary, o.AllowPrivate)
	}}
	transport := &http.Transport{
		Proxy:                  nil, // a proxy would resolve the name itself
		DialContext:            dialer.DialContext,
		TLSClientConfig:        &tls.Config{RootCAs: o.RootCAs, MinVersion: tls.VersionTLS12},
		DisableKeepAlives:      true,
		DisableCompression:     true,
		MaxResponseHeaderBytes: 64 << 10,
	}
	client := &http.Client{Transport: transport, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), nil)
	if err != nil {
		return nil, problem(ProblemURL, "This is not a complete web address. It looks like https://idp.example.com/path.")
	}
	request.Header.Set("Accept", "application/samlmetadata+xml, application/xml, text/xml")
	request.Header.Set("User-Agent", "Gatehouse")
	response, err := client.Do(request)
	if err != nil {
		return nil, fetchProblem(err, o.AllowPrivate)
	}
	defer func() { _ = response.Body.Close() }() // it was read, or is not wanted
	switch {
	case response.StatusCode >= 300 && response.StatusCode < 400:
		return nil, problem(ProblemRedirect, "The address leads on to another one. Open it in a browser and use the address where it ends.")
	case response.StatusCode != http.StatusOK:
		return nil, problem(ProblemStatus, "The server at this address did not give the document. Check the address; if it needs a sign-in, download the file and choose it here.")
	}
	document, err := io.ReadAll(io.LimitReader(response.Body, MaxMetadata+1))
	if err != nil {
		return nil, fetchProblem(err, o.AllowPrivate)
	}
	if len(document) > MaxMetadata {
		return nil, scanProblem(&fault{check: CheckSize})
	}
	return document, nil
}

// ordinaryAddress is nil for https on its own port, and else the refusal that applies to a public address.
func ordinaryAddress(u *url.URL) *MetadataError {
	if u.Scheme != "https" {
		return problem(ProblemHTTP, "Metadata is fetched by https only: whoever changes it on the way can sign in as anybody.")
	}
	if port := u.Port(); port != "" && port != "443" {
		return problem(ProblemPort, "Metadata is fetched from port 443 only. Download the file and choose it here, or paste it.")
	}
	return nil
}

// notOnTheInternet is one sentence for a name that nobody knows and for one that leads inside: two would tell whoever may type an
// address which names exist inside.
const notOnTheInternet = "This address is not known on the internet: it does not exist, or it lies inside a private network. Check it, or download the file and choose it here."

// checkAddress runs after the name was resolved and before anything is sent.
func checkAddress(address string, ordinary *MetadataError, allowPrivate bool) error {
	addr, err := netip.ParseAddrPort(address)
	switch {
	case err != nil || !isPublic(addr.Addr()) && !allowPrivate:
		return problem(ProblemPrivateAddress, notOnTheInternet)
	case isShut(addr.Addr()):
		return problem(ProblemPrivateAddress, "This is an address of one network link, of a group or of nothing, and nobody's metadata is fetched from there. Download the file and choose it here, or paste it.")
	case isPublic(addr.Addr()) && ordinary != nil:
		return ordinary
	}
	return nil
}

// isShut is true of addresses that even the operator's switch does not open: those of one link, where clouds answer with their
// machines' credentials, groups, and no address at all; also inside of other addresses.
func isShut(addr netip.Addr) bool {
	addr = addr.Unmap().WithZone("")
	for _, shut := range shutNetworks() {
		if shut.Contains(addr) {
			return true
		}
	}
	return false
}

func shutNetworks() []netip.Prefix {
	return prefixes("0.0.0.0/8", "169.254.0.0/16", "224.0.0.0/4", "255.255.255.255/32", "::/128", "fe80::/10", "ff00::/8",
		"::a9fe:0/112", "64:ff9b::a9fe:0/112", "2002:a9fe::/32", "fd00:ec2::/32")
}

// isPublic is true of addresses of the internet at large. Forms that carry another address inside (mapped, NAT64, 6to4, Teredo)
// are not: what they reach depends on the network we run in.
func isPublic(addr netip.Addr) bool {
	addr = addr.Unmap().WithZone("")
	if !addr.IsGlobalUnicast() || addr.IsPrivate() || addr.IsLoopback() || addr.IsLinkLocalUnicast() {
		return false
	}
	for _, special := range specialNetworks() {
		if special.Contains(addr) {
			return false
		}
	}
	return true
}

// specialNetworks are those of the IANA registries of special-purpose addresses that net/netip has no word for.
func specialNetworks() []netip.Prefix {
	return prefixes(
		"0.0.0.0/8", "100.64.0.0/10", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "198.18.0.0/15", "198.51.100.0/24",
		"203.0.113.0/24", "240.0.0.0/4",
		"::/96", "64:ff9b::/96", "64:ff9b:1::/48", "100::/64", "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20", "5f00::/16", "fec0::/10",
	)
}

func prefixes(written ...string) []netip.Prefix {
	networks := make([]netip.Prefix, len(written))
	for i, w := range written {
		networks[i] = netip.MustParsePrefix(w)
	}
	return networks
}

// fetchProblem turns what the network said into a sentence that says no more than a person may know of our network.
func fetchProblem(err error, allowPrivate bool) *MetadataError {
	var own *MetadataError
	var dns *net.DNSError
	var untrusted *tls.CertificateVerificationError
	var network net.Error
	switch {
	case errors.As(err, &own):
		return own
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, os.ErrDeadlineExceeded):
		return problem(ProblemTimeout, "The server at this address did not answer in time. Try again, or download the file and choose it here.")
	case errors.As(err, &dns) && !allowPrivate:
		return problem(ProblemUnresolved, notOnTheInternet)
	case errors.As(err, &dns):
		return problem(ProblemUnresolved, "This host name is not known. Check the address.")
	case errors.As(err, &untrusted):
		return problem(ProblemUntrusted, "The server's own certificate is not trusted, so nobody can say whose document this is. Download the file and choose it here.")
	case errors.As(err, &network) && network.Timeout():
		return problem(ProblemTimeout, "The server at this address did not answer in time. Try again, or download the file and choose it here.")
	}
	return problem(ProblemUnreachable, "The server at this address could not be reached. Check the address, or download the file and choose it here.")
}
