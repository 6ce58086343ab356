package password_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"gatehouse/internal/password"
)

// cheap is the smallest cost there is: what is tested here does not depend on it.
var cheap = password.Params{MemoryKiB: 8, Iterations: 1, Parallelism: 1}

func TestVerify(t *testing.T) {
	hasher := password.New(cheap, 0)
	hash, err := hasher.Hash(t.Context(), "Zoë walks to the café")
	if err != nil || !strings.HasPrefix(hash, "$argon2id$v=19$m=8,t=1,p=1$") {
		t.Fatalf("Hash = %q, %v", hash, err)
	}
	for _, c := range []struct {
		name, plain string
		want        bool
	}{
		{"the same", "Zoë walks to the café", true},
		{"accents typed as separate characters", "Zoe\u0308 walks to the cafe\u0301", true},
		{"another case", "zoë walks to the café", false},
		{"white space around it", " Zoë walks to the café", false},
		{"empty", "", false},
		{"too long to be one", strings.Repeat("a", 129), false},
	} {
		if ok, rehash, err := hasher.Verify(t.Context(), c.plain, hash); ok != c.want || rehash || err != nil {
			t.Errorf("%s: %v, %v, %v", c.name, ok, rehash, err)
		}
	}
	if again, _ := hasher.Hash(t.Context(), "Zoë walks to the café"); again == hash {
		t.Error("two hashes of one password are equal: no salt")
	}
	if _, _, err := hasher.Verify(t.Context(), "x", "not a hash"); err == nil {
		t.Error("an unreadable hash is not an error")
	}
}

func TestEveryCharacterCounts(t *testing.T) {
	hasher := password.New(cheap, 0)
	long := strings.Repeat("é", 127)
	hash, err := hasher.Hash(t.Context(), long+"a")
	if err != nil {
		t.Fatal(err)
	}
	if ok, _, _ := hasher.Verify(t.Context(), long+"b", hash); ok {
		t.Error("the 128th character does not count")
	}
	if _, err := hasher.Hash(t.Context(), long+"ab"); !errors.Is(err, password.ErrTooLong) {
		t.Errorf("129 characters: %v", err)
	}
	if _, err := hasher.Hash(t.Context(), strings.Repeat("e\u0301", 128)); err != nil {
		t.Errorf("128 characters that are 256 before NFC: %v", err)
	}
}

func TestHashOfOtherParametersIsMadeAgain(t *testing.T) {
	hash, err := password.New(cheap, 0).Hash(t.Context(), "a long enough one")
	if err != nil {
		t.Fatal(err)
	}
	dearer := password.New(password.Params{MemoryKiB: 16, Iterations: 1, Parallelism: 1}, 0)
	if ok, rehash, err := dearer.Verify(t.Context(), "a long enough one", hash); !ok || !rehash || err != nil {
		t.Errorf("right password: %v, %v, %v", ok, rehash, err)
	}
	if ok, rehash, err := dearer.Verify(t.Context(), "a wrong one", hash); ok || rehash || err != nil {
		t.Errorf("wrong password: %v, %v, %v", ok, rehash, err)
	}
}

func TestNobodyWaitsLongerThanTheirRequest(t *testing.T) {
	hasher := password.New(cheap, 1)
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := hasher.Hash(ended, "x"); !errors.Is(err, context.Canceled) {
		t.Errorf("Hash: %v", err)
	}
	if _, _, err := hasher.Verify(ended, "x", "$"); !errors.Is(err, context.Canceled) {
		t.Errorf("Verify: %v", err)
	}
	if err := hasher.VerifyNothing(ended, "x"); !errors.Is(err, context.Canceled) {
		t.Errorf("VerifyNothing: %v", err)
	}
	if err := hasher.VerifyNothing(t.Context(), "x"); err != nil {
		t.Errorf("the turn was not given back: %v", err)
	}
}

func TestManyAtOnceAllGetTheirTurn(t *testing.T) {
	hasher := password.New(cheap, 2)
	var done atomic.Int32
	var all sync.WaitGroup
	for range 50 {
		all.Go(func() {
			if hasher.VerifyNothing(t.Context(), "some password") == nil {
				done.Add(1)
			}
		})
	}
	all.Wait()
	if done.Load() != 50 {
		t.Errorf("%d of 50", done.Load())
	}
}
