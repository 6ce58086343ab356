package saml

import (
	"context"
	"crypto/x509"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
	"time"
)

func TestFetchMetadataRefusesBeforeItAsks(t *testing.T) {
	// Nothing of this reaches the network: the resolver is not to be asked, and no connection is made.
	nobody := &net.Resolver{PreferGo: true, Dial: func(context.Context, string, string) (net.Conn, error) {
		t.Error("a name server was asked")
		return nil, errors.New("no name server")
	}}
	for _, c := range []struct {
		url  string
		want Problem
	}{
		{"https://127.0.0.1/metadata", ProblemPrivateAddress},
		{"https://127.1.2.3/metadata", ProblemPrivateAddress},
		{"https://[::1]/metadata", ProblemPrivateAddress},
		{"https://0.0.0.0/metadata", ProblemPrivateAddress},
		{"https://[::]/metadata", ProblemPrivateAddress},
		{"https://10.0.0.1/metadata", ProblemPrivateAddress},
		{"https://172.16.0.1/metadata", ProblemPrivateAddress},
		{"https://192.168.1.1/metadata", ProblemPrivateAddress},
		{"https://169.254.169.254/latest/meta-data", ProblemPrivateAddress},
		{"https://100.64.0.1/metadata", ProblemPrivateAddress},
		{"https://[fd00::1]/metadata", ProblemPrivateAddress},
		{"https://[fe80::1]/metadata", ProblemPrivateAddress},
		{"https://[ff02::1]/metadata", ProblemPrivateAddress},
		{"https://224.0.0.1/metadata", ProblemPrivateAddress},
		{"https://255.255.255.255/metadata", ProblemPrivateAddress},
		{"https://[::ffff:127.0.0.1]/metadata", ProblemPrivateAddress},
		{"https://[::ffff:a00:1]/metadata", ProblemPrivateAddress},
		{"https://[64:ff9b::7f00:1]/metadata", ProblemPrivateAddress},
		{"https://[2002:7f00:1::]/metadata", ProblemPrivateAddress},
		{"http://idp.example/metadata", ProblemHTTP},
		{"https://idp.example:8443/metadata", ProblemPort},
		{"https://idp.example:22/metadata", ProblemPort},
		{"ftp://idp.example/metadata", ProblemScheme},
		{"file:///etc/passwd", ProblemScheme},
		{"gopher://idp.example/_x", ProblemScheme},
		{"https://user:secret@idp.example/", ProblemURL},
		{"idp.example/metadata", ProblemURL},
		{"", ProblemURL},
	} {
		t.Run(c.url, func(t *testing.T) {
			_, err := FetchMetadata(t.Context(), c.url, FetchOptions{Resolver: nobody})
			mustFail(t, err, c.want)
		})
	}
}

func TestFetchMetadataJudgesTheAddressBehindTheName(t *testing.T) {
	// localhost is a name that every machine resolves to itself without asking anybody.
	_, err := FetchMetadata(t.Context(), "https://localhost/metadata", FetchOptions{})
	inside := mustFail(t, err, ProblemPrivateAddress)

	silent := &net.Resolver{PreferGo: true, Dial: func(context.Context, string, string) (net.Conn, error) {
		return nil, &net.DNSError{Err: "no such host", IsNotFound: true}
	}}
	_, err = FetchMetadata(t.Context(), "https://idp.invalid/metadata", FetchOptions{Resolver: silent})
	unknown := mustFail(t, err, ProblemUnresolved)
	if inside != unknown {
		t.Errorf("it tells which names exist inside: %q and %q", inside, unknown)
	}
	_, err = FetchMetadata(t.Context(), "https://idp.invalid/metadata", FetchOptions{Resolver: silent, AllowPrivate: true})
	if own := mustFail(t, err, ProblemUnresolved); own == unknown {
		t.Errorf("with the switch a name that is not known is said to be perhaps inside: %q", own)
	}
}

// Addresses of one link give out a cloud machine's credentials, so the switch does not open them, however they are written.
func TestFetchMetadataSwitchLeavesLinksShut(t *testing.T) {
	for _, host := range []string{
		"169.254.169.254", "169.254.0.1", "0.0.0.0", "0.1.2.3", "224.0.0.1", "239.255.255.250", "255.255.255.255",
		"[::]", "[fe80::1]", "[febf::1]", "[ff02::1]", "[::ffff:169.254.169.254]", "[::ffff:0.0.0.0]", "[::169.254.169.254]", "[64:ff9b::169.254.169.254]",
		"[2002:a9fe:a9fe::]", "[fd00:ec2::254]",
	} {
		_, err := FetchMetadata(t.Context(), "http://"+host+":8080/metadata", FetchOptions{AllowPrivate: true})
		mustFail(t, err, ProblemPrivateAddress)
	}
	for _, host := range []string{"10.0.0.1", "127.0.0.1", "192.168.0.1", "172.16.0.1", "100.64.0.1", "[::1]", "[fd00::1]"} {
		if err := checkAddress(host+":8080", problem(ProblemPort, ""), true); err != nil {
			t.Errorf("%s: %v", host, err)
		}
	}
}

func TestFetchMetadata(t *testing.T) {
	release := make(chan struct{})
	mux := http.NewServeMux()
	mux.HandleFunc("/metadata", func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Cookie") != "" || r.Header.Get("Referer") != "" {
			t.Error("it tells more than it needs to")
		}
		_, _ = w.Write([]byte("<x/>"))
	})
	mux.HandleFunc("/away", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/metadata", http.StatusFound) })
	mux.HandleFunc("/secret", func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "secret body", http.StatusForbidden) })
	mux.HandleFunc("/large", func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte(strings.Repeat("a", MaxMetadata+1)))
	})
	mux.HandleFunc("/slow", func(http.ResponseWriter, *http.Request) { <-release })
	plain := httptest.NewServer(mux)
	secure := httptest.NewTLSServer(mux)
	t.Cleanup(func() { close(release); plain.Close(); secure.Close() })
	trusted := x509.NewCertPool()
	trusted.AddCert(secure.Certificate())
	inside := FetchOptions{AllowPrivate: true, RootCAs: trusted}

	for _, base := range []string{plain.URL, secure.URL} {
		document, err := FetchMetadata(t.Context(), base+"/metadata#part", inside)
		if err != nil || string(document) != "<x/>" {
			t.Errorf("%s: %q, %v", base, document, err)
		}
	}
	for _, c := range []struct {
		name, url string
		options   FetchOptions
		want      Problem
	}{
		{"redirect", secure.URL + "/away", inside, ProblemRedirect},
		{"status", secure.URL + "/secret", inside, ProblemStatus},
		{"not found", secure.URL + "/nowhere", inside, ProblemStatus},
		{"too large", secure.URL + "/large", inside, ProblemTooLarge},
		{"too slow", secure.URL + "/slow", FetchOptions{AllowPrivate: true, RootCAs: trusted, Timeout: 20 * time.Millisecond}, ProblemTimeout},
		{"certificate not trusted", secure.URL + "/metadata", FetchOptions{AllowPrivate: true}, ProblemUntrusted},
		{"nobody there", "http://" + closedPort(t) + "/metadata", inside, ProblemUnreachable},
		{"other port without the switch", secure.URL + "/metadata", FetchOptions{RootCAs: trusted}, ProblemPort},
		{"http without the switch", plain.URL + "/metadata", FetchOptions{}, ProblemHTTP},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := FetchMetadata(t.Context(), c.url, c.options)
			if sentence := mustFail(t, err, c.want); strings.Contains(sentence, "secret") || strings.Contains(sentence, "127.0.0.1") {
				t.Errorf("it tells what it found: %s", sentence)
			}
		})
	}
}

func TestFetchMetadataSwitchChangesNothingOutside(t *testing.T) {
	for _, u := range []string{"http", "https"} {
		var refusal *MetadataError
		ordinary := problem(ProblemHTTP, u)
		if err := checkAddress("93.184.216.34:8080", ordinary, true); !errors.As(err, &refusal) || refusal != ordinary {
			t.Errorf("%s on a public address: %v", u, err)
		}
	}
	if err := checkAddress("93.184.216.34:443", nil, false); err != nil {
		t.Errorf("public address: %v", err)
	}
	if err := checkAddress("10.0.0.1:8080", problem(ProblemPort, ""), true); err != nil {
		t.Errorf("private address with the switch: %v", err)
	}
}

func TestIsPublic(t *testing.T) {
	for address, want := range map[string]bool{
		"93.184.216.34": true, "8.8.8.8": true, "2606:2800:220:1:248:1893:25c8:1946": true, "172.32.0.1": true, "100.128.0.1": true,
		"127.0.0.1": false, "10.255.255.255": false, "172.31.255.255": false, "192.168.0.1": false, "169.254.0.1": false, "100.127.255.255": false,
		"198.18.0.1": false, "192.0.2.1": false, "203.0.113.9": false, "240.0.0.1": false, "0.1.2.3": false, "224.0.0.251": false,
		"::1": false, "::": false, "::7f00:1": false, "fc00::1": false, "fe80::1": false, "fe80::1%eth0": false, "ff02::1": false, "fec0::1": false,
		"::ffff:10.0.0.1": false, "::ffff:8.8.8.8": true, "64:ff9b::8.8.8.8": false, "2001:0:1::": false, "2001:db8::1": false, "2002:808:808::": false,
	} {
		if got := isPublic(netip.MustParseAddr(address)); got != want {
			t.Errorf("isPublic(%s) = %v", address, got)
		}
	}
}

// closedPort returns an address of this machine at which nobody listens.
func closedPort(t *testing.T) string {
	t.Helper()
	var config net.ListenConfig
	listener, err := config.Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := listener.Addr().String()
	if err := listener.Close(); err != nil {
		t.Fatal(err)
	}
	return address
}
