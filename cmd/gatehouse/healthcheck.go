package main

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"time"

	"gatehouse/internal/urls"
)

// healthcheckCommand asks a running console whether it is ready, for containers without any other client.
type healthcheckCommand struct {
	Addr string `env:"GATEHOUSE_ADDR" default:"127.0.0.1:8080" placeholder:"HOST:PORT" help:"Address the console listens on (${default})."`
}

// Run fails unless the console answers 200.
func (h *healthcheckCommand) Run(ctx context.Context) error {
	host, port, err := net.SplitHostPort(h.Addr)
	if err != nil {
		return fmt.Errorf("GATEHOUSE_ADDR is %q; it must be host:port", h.Addr)
	}
	if address := net.ParseIP(host); host == "" || (address != nil && address.IsUnspecified()) {
		host = "127.0.0.1"
	}
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+net.JoinHostPort(host, port)+urls.Readyz.To(), nil)
	if err != nil {
		return err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return fmt.Errorf("not reachable: %w", err)
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("not ready: status %d", response.StatusCode)
	}
	return nil
}
