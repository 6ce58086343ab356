// Package dns asks for TXT records: of a name server that an operator chose, or as the machine is set up.
package dns

import (
	"context"
	"errors"
	"fmt"
	"net"
	"time"
)

// Patience is how long one question may take, all tries together.
const Patience = 8 * time.Second

// ErrUnanswered is returned when no name server answered in time, or one said that it could not.
var ErrUnanswered = errors.New("dns: no answer")

// Resolver asks for records. The zero Resolver asks the name servers of the machine.
type Resolver struct {
	server string
}

// New returns a Resolver that asks the name server at host:port, or those of the machine when it is empty.
func New(server string) Resolver { return Resolver{server: server} }

// TXT returns the texts under a fully qualified name, each record's strings joined (RFC 7208 §3.3 reads them so as well); none when the
// name has no such record, which is no error. Otherwise ErrUnanswered.
func (r Resolver) TXT(ctx context.Context, name string) ([]string, error) {
	ctx, cancel := context.WithTimeout(ctx, Patience)
	defer cancel()
	// With the final dot the machine's search domains are left out of it.
	texts, err := r.resolver().LookupTXT(ctx, name+".")
	var failed *net.DNSError
	switch {
	case err == nil:
		return texts, nil
	case errors.As(err, &failed) && failed.IsNotFound:
		return nil, nil
	}
	return nil, fmt.Errorf("%w: %w", ErrUnanswered, err)
}

func (r Resolver) resolver() *net.Resolver {
	if r.server == "" {
		return net.DefaultResolver
	}
	return &net.Resolver{PreferGo: true, StrictErrors: true, Dial: func(ctx context.Context, network, _ string) (net.Conn, error) {
		return (&net.Dialer{Timeout: Patience / 2}).DialContext(ctx, network, r.server)
	}}
}
