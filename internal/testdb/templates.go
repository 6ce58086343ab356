package testdb

import (
	"reflect"
	"sync"
)

// shared is what the tests of one process have in common: it is made once, on first use, and never changes after that.
var shared struct {
	server   sync.Once
	url      string
	err      error
	sqlite   templates[[]byte]
	postgres templates[string]
}

// templates keeps one migrated template per migration function. Its zero value is empty and ready.
type templates[T any] struct {
	mu   sync.Mutex
	made map[uintptr]template[T]
}

type template[T any] struct {
	value T
	err   error
}

// of returns migrate's template and makes it with build when it is asked for the first time. A failure is kept as well: a broken
// migration is reported by every test at once instead of being tried again by each.
func (t *templates[T]) of(migrate Migrate, build func() (T, error)) (T, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	key := reflect.ValueOf(migrate).Pointer()
	if known, ok := t.made[key]; ok {
		return known.value, known.err
	}
	value, err := build()
	if t.made == nil {
		t.made = make(map[uintptr]template[T])
	}
	t.made[key] = template[T]{value, err}
	return value, err
}
