package secret

import (
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
)

// ErrKey is returned by ParseKey; its text is written for the person who configures the server.
var ErrKey = errors.New("must be 32 random bytes in base64, as printed by: openssl rand -base64 32")

// ParseKey reads 32 bytes in base64, standard or URL-safe, with or without padding, with white space around it.
func ParseKey(encoded string) ([32]byte, error) {
	text := strings.TrimRight(strings.TrimSpace(encoded), "=")
	text = strings.NewReplacer("-", "+", "_", "/").Replace(text)
	raw, err := base64.RawStdEncoding.DecodeString(text)
	if err != nil || len(raw) != 32 {
		return [32]byte{}, ErrKey
	}
	return [32]byte(raw), nil
}

// LoadOrCreateKey returns the key kept in the file, making file and key when there is none. Two processes that start at once agree on one key.
// A file that others than its owner may read is refused.
func LoadOrCreateKey(path string) ([32]byte, error) {
	key, err := loadKey(path)
	if !errors.Is(err, fs.ErrNotExist) {
		return key, err
	}
	if err := createKey(path); err != nil && !errors.Is(err, fs.ErrExist) {
		return [32]byte{}, fmt.Errorf("the secret key could not be kept: %w", err)
	}
	return loadKey(path)
}

func loadKey(path string) ([32]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return [32]byte{}, fmt.Errorf("the secret key could not be read: %w", err)
	}
	if loose(info.Mode()) {
		return [32]byte{}, fmt.Errorf("the secret key in %s can be read by other accounts of this machine (mode %04o): run chmod 600 %[1]s, and make a new key if somebody may have read it",
			path, info.Mode().Perm())
	}
	text, err := os.ReadFile(path) //nolint:gosec // the path is the operator's own configuration
	if err != nil {
		return [32]byte{}, fmt.Errorf("the secret key could not be read: %w", err)
	}
	key, err := ParseKey(string(text))
	if err != nil {
		return [32]byte{}, fmt.Errorf("the secret key in %s %w", path, err)
	}
	return key, nil
}

// createKey writes the whole file under another name first and then links it to its own, which fails when that exists: nobody ever reads half a key,
// and the first of two processes wins.
func createKey(path string) error {
	folder := filepath.Dir(path)
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return err
	}
	file, err := os.CreateTemp(folder, ".key-*") // CreateTemp makes files with mode 0600
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(file.Name()) }()
	var key [32]byte
	_, _ = rand.Read(key[:]) // never fails: the standard library stops the program instead
	_, err = fmt.Fprintln(file, base64.StdEncoding.EncodeToString(key[:]))
	if err := errors.Join(err, file.Sync(), file.Close()); err != nil {
		return err
	}
	return os.Link(file.Name(), path)
}

// loose says whether somebody else than the owner may read or write. Windows keeps no such bits.
func loose(mode fs.FileMode) bool { return runtime.GOOS != "windows" && mode.Perm()&0o077 != 0 }
