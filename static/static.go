// Package static serves the console's stylesheet, scripts, fonts and icon from inside the binary, under names that carry a hash of their
// content, so that a browser may keep them for ever and never sees an old one.
package static

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"io/fs"
	"net/http"
	"path"
	"regexp"
	"strconv"
	"strings"
	"sync"
)

// Prefix is the path under which Handler expects to be mounted.
const Prefix = "/static/"

//go:embed css js vendor favicon.svg
var embedded embed.FS

type file struct {
	name        string // with the hash in it
	contentType string
	body        []byte
	gzipped     []byte // nil when compressing gains nothing
}

type set struct {
	byPlain  map[string]*file
	byHashed map[string]*file
}

// The files never change while the program runs, so they are read, hashed and compressed once, by the first who asks.
var files = sync.OnceValue(load)

// URL returns the address of an embedded file, such as "/static/css/gatehouse.0a1b2c3d4e.css" for "css/gatehouse.css".
// A name that is not embedded is a mistake in the program and panics.
func URL(name string) string {
	f, ok := files().byPlain[name]
	if !ok {
		panic("static: no file " + name)
	}
	return Prefix + f.name
}

// Handler answers GET and HEAD for the addresses that URL returns and nothing else: a name without the right hash is 404.
func Handler() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			w.Header().Set("Allow", "GET, HEAD")
			http.Error(w, "Method not allowed", http.StatusMethodNotAllowed)
			return
		}
		f, ok := files().byHashed[strings.TrimPrefix(r.URL.Path, Prefix)]
		if !ok {
			http.NotFound(w, r)
			return
		}
		f.serve(w, r)
	})
}

func (f *file) serve(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Content-Type", f.contentType)
	h.Set("Cache-Control", "public, max-age=31536000, immutable")
	h.Set("X-Content-Type-Options", "nosniff")
	body := f.body
	if f.gzipped != nil {
		h.Set("Vary", "Accept-Encoding")
		if acceptsGzip(r) {
			h.Set("Content-Encoding", "gzip")
			body = f.gzipped
		}
	}
	h.Set("Content-Length", strconv.Itoa(len(body)))
	if r.Method == http.MethodGet {
		_, _ = w.Write(body) // the browser went away; there is nobody left to tell
	}
}

func acceptsGzip(r *http.Request) bool {
	for part := range strings.SplitSeq(r.Header.Get("Accept-Encoding"), ",") {
		name, weight, _ := strings.Cut(strings.TrimSpace(part), ";")
		if strings.TrimSpace(name) == "gzip" && strings.TrimSpace(weight) != "q=0" {
			return true
		}
	}
	return false
}

func load() set {
	s := set{byPlain: map[string]*file{}, byHashed: map[string]*file{}}
	var sheets []string
	for _, name := range served() {
		if path.Ext(name) == ".css" {
			sheets = append(sheets, name)
			continue
		}
		s.add(name, read(name))
	}
	// Stylesheets come last, because they name fonts and must name them with their hashes.
	for _, name := range sheets {
		s.add(name, s.withHashedNames(name, read(name)))
	}
	return s
}

// served lists the embedded files that browsers may fetch: not the licences and checksums that stand beside them.
func served() []string {
	var names []string
	err := fs.WalkDir(embedded, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if !d.IsDir() && contentType(name) != "" {
			names = append(names, name)
		}
		return nil
	})
	if err != nil {
		panic("static: " + err.Error()) // the files are inside the binary
	}
	return names
}

func read(name string) []byte {
	body, err := embedded.ReadFile(name)
	if err != nil {
		panic("static: " + err.Error()) // the files are inside the binary
	}
	return body
}

func contentType(name string) string {
	switch path.Ext(name) {
	case ".woff2":
		return "font/woff2"
	case ".js":
		return "text/javascript; charset=utf-8"
	case ".css":
		return "text/css; charset=utf-8"
	case ".svg":
		return "image/svg+xml"
	default:
		return ""
	}
}

func (s set) add(name string, body []byte) {
	sum := sha256.Sum256(body)
	ext := path.Ext(name)
	f := &file{
		name:        strings.TrimSuffix(name, ext) + "." + hex.EncodeToString(sum[:5]) + ext,
		contentType: contentType(name),
		body:        body,
		gzipped:     compress(body),
	}
	s.byPlain[name] = f
	s.byHashed[f.name] = f
}

// compress returns nil when the gain is not worth another copy, as with fonts, which are compressed already.
func compress(body []byte) []byte {
	var b bytes.Buffer
	w, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	if err != nil {
		panic("static: " + err.Error()) // the level is a constant
	}
	_, _ = w.Write(body) // a bytes.Buffer takes everything
	_ = w.Close()
	if b.Len() > len(body)*9/10 {
		return nil
	}
	return b.Bytes()
}

func (s set) withHashedNames(sheet string, body []byte) []byte {
	reference := regexp.MustCompile(`url\("(\.\.?/[^"]+)"\)`)
	return reference.ReplaceAllFunc(body, func(match []byte) []byte {
		target := path.Join(path.Dir(sheet), string(reference.FindSubmatch(match)[1]))
		f, ok := s.byPlain[target]
		if !ok {
			panic("static: " + sheet + " refers to " + target + ", which is not embedded")
		}
		return []byte(`url("` + Prefix + f.name + `")`)
	})
}
