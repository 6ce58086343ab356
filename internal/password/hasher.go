// Package password hashes passwords, and says which ones a person may choose.
package password

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"unicode/utf8"

	"github.com/alexedwards/argon2id"
	"golang.org/x/text/unicode/norm"
)

// MaxLength is the longest password in characters. A longer one is refused, never cut.
const MaxLength = 128

// maxBytes is a length that no 128 characters reach, so that normalising is never done over a megabyte somebody posts.
const maxBytes = 4096

// ErrTooLong is returned by Hash for a password of more than MaxLength characters; Policy.Check says it in a sentence before.
var ErrTooLong = errors.New("password: longer than 128 characters")

// Params is what one hash costs.
type Params struct {
	MemoryKiB   uint32
	Iterations  uint32
	Parallelism uint8
}

// DefaultParams returns argon2id with 19 MiB, two iterations and one lane, the first choice of OWASP's Password Storage Cheat Sheet for servers: the
// memory is what the cap of a Hasher multiplies, so it also bounds what a crowd at the sign-in page can take.
func DefaultParams() Params { return Params{MemoryKiB: 19 * 1024, Iterations: 2, Parallelism: 1} }

// Hasher hashes and verifies with argon2id, no more than a fixed number at once: the others wait for their turn, or until their request ends.
type Hasher struct {
	params argon2id.Params
	turns  chan struct{}
}

// New returns a Hasher that makes hashes with params and runs at most limit at once; 0 is as many as the program has processors.
func New(params Params, limit int) *Hasher {
	if limit <= 0 {
		limit = runtime.GOMAXPROCS(0)
	}
	return &Hasher{
		params: argon2id.Params{
			Memory: params.MemoryKiB, Iterations: params.Iterations, Parallelism: params.Parallelism, SaltLength: 16, KeyLength: 32,
		},
		turns: make(chan struct{}, limit),
	}
}

// Hash returns the PHC string ("$argon2id$v=19$…") of a password. The password is brought into Unicode's form NFC first, so that it does not matter which
// keyboard wrote its accents. Errors: ErrTooLong, or the context's while waiting for a turn.
func (h *Hasher) Hash(ctx context.Context, plain string) (string, error) {
	normal, ok := normalise(plain)
	if !ok {
		return "", ErrTooLong
	}
	leave, err := h.enter(ctx)
	if err != nil {
		return "", err
	}
	defer leave()
	return argon2id.CreateHash(normal, &h.params)
}

// Verify says whether hash was made of this password, and when it was, whether it should be made again because the parameters have changed since.
// A wrong password is not an error; an unreadable hash is, and so is a context that ends while waiting for a turn.
func (h *Hasher) Verify(ctx context.Context, plain, hash string) (ok, rehash bool, err error) {
	normal, short := normalise(plain)
	if !short {
		return false, false, nil // VerifyNothing does no work for it either
	}
	leave, err := h.enter(ctx)
	if err != nil {
		return false, false, err
	}
	defer leave()
	ok, made, err := argon2id.CheckHash(normal, hash)
	if err != nil {
		return false, false, fmt.Errorf("password: %w", err)
	}
	return ok, ok && *made != h.params, nil
}

// VerifyNothing does the work of Verify for an account that does not exist or has no password, so that the time of an answer does not tell.
// The only error is the context's.
func (h *Hasher) VerifyNothing(ctx context.Context, plain string) error {
	_, err := h.Hash(ctx, plain)
	if errors.Is(err, ErrTooLong) {
		return nil
	}
	return err
}

func (h *Hasher) enter(ctx context.Context) (leave func(), err error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	select {
	case h.turns <- struct{}{}:
		return func() { <-h.turns }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func normalise(plain string) (string, bool) {
	if len(plain) > maxBytes {
		return "", false
	}
	normal := norm.NFC.String(plain)
	return normal, utf8.RuneCountInString(normal) <= MaxLength
}
