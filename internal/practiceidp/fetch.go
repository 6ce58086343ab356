package practiceidp

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"
)

const maxMetadata = 1 << 20

// FetchFrom returns a function for Options.ServiceProviders that reads a service provider's metadata from its entity ID, when that is a URL of the console at
// base. Every connection made in the console is then known here without being registered.
func FetchFrom(base string) func(ctx context.Context, entityID string) ([]byte, error) {
	prefix := strings.TrimRight(base, "/") + "/saml/"
	client := &http.Client{
		Timeout:       5 * time.Second,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	return func(ctx context.Context, entityID string) ([]byte, error) {
		if !strings.HasPrefix(entityID, prefix) {
			return nil, errors.New("it is not a connection of this console")
		}
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, entityID, nil)
		if err != nil {
			return nil, err
		}
		response, err := client.Do(request)
		if err != nil {
			return nil, errors.New("the console did not answer")
		}
		defer func() { _ = response.Body.Close() }()
		if response.StatusCode != http.StatusOK {
			return nil, fmt.Errorf("the console answered %d for its metadata", response.StatusCode)
		}
		return io.ReadAll(io.LimitReader(response.Body, maxMetadata))
	}
}
