// Command dns is the small name server of the Go tests for the browser tests. It prints where it answers and where it is told its records:
// PUT /NAME with one text a line makes these the TXT records of a name.
package main

import (
	"bufio"
	"fmt"
	"net"
	"net/http"
	"os"
	"strings"
	"time"

	"gatehouse/internal/dns/dnstest"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run() error {
	names, err := dnstest.Listen()
	if err != nil {
		return err
	}
	control, err := net.Listen("tcp", "127.0.0.1:0") //nolint:noctx // it stays as long as the program
	if err != nil {
		return err
	}
	fmt.Printf("answers at %s, told at http://%s\n", names.Addr(), control.Addr())
	server := http.Server{ReadHeaderTimeout: time.Second, Handler: http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		var texts []string
		for lines := bufio.NewScanner(r.Body); lines.Scan(); {
			texts = append(texts, lines.Text())
		}
		names.Set(strings.TrimPrefix(r.URL.Path, "/"), texts...)
	})}
	return server.Serve(control)
}
