package static

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func get(t *testing.T, method, url, acceptEncoding string) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), method, url, nil)
	r.Header.Set("Accept-Encoding", acceptEncoding)
	w := httptest.NewRecorder()
	Handler().ServeHTTP(w, r)
	return w
}

func TestVendoredFilesAreTheOnesThatWerePinned(t *testing.T) {
	sums, err := embedded.ReadFile("vendor/SHA256SUMS")
	if err != nil {
		t.Fatal(err)
	}
	pinned := map[string]string{}
	for lines := bufio.NewScanner(bytes.NewReader(sums)); lines.Scan(); {
		sum, name, ok := strings.Cut(lines.Text(), "  ")
		if !ok {
			t.Fatalf("SHA256SUMS has the line %q", lines.Text())
		}
		pinned[name] = sum
	}
	vendor, err := fs.Sub(embedded, "vendor")
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	err = fs.WalkDir(vendor, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || name == "README.md" || name == "SHA256SUMS" {
			return err
		}
		body, err := fs.ReadFile(vendor, name)
		if err != nil {
			return err
		}
		seen[name] = true
		if sum := sha256.Sum256(body); pinned[name] != hex.EncodeToString(sum[:]) {
			t.Errorf("vendor/%s is not the file SHA256SUMS names", name)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for name := range pinned {
		if !seen[name] {
			t.Errorf("SHA256SUMS names %s, which is not there", name)
		}
	}
	for _, folder := range []string{"htmx", "inter", "lucide"} {
		if !seen[folder+"/LICENSE"] {
			t.Errorf("vendor/%s has no licence", folder)
		}
	}
}

func TestEveryFileIsServedForEverUnderItsHashedName(t *testing.T) {
	for _, name := range served() {
		w := get(t, http.MethodGet, URL(name), "")
		if w.Code != http.StatusOK || w.Header().Get("Cache-Control") != "public, max-age=31536000, immutable" {
			t.Errorf("%s: %d, %v", name, w.Code, w.Header())
		}
		if !strings.Contains(w.Header().Get("Content-Type"), "/") || w.Body.Len() == 0 {
			t.Errorf("%s: type %q, %d bytes", name, w.Header().Get("Content-Type"), w.Body.Len())
		}
	}
}

func TestTheStylesheetNamesItsFontsByTheirHashes(t *testing.T) {
	sheet := get(t, http.MethodGet, URL("css/gatehouse.css"), "").Body.String()
	for _, font := range []string{"vendor/inter/inter-latin-wght-normal.woff2", "vendor/inter/inter-latin-ext-wght-normal.woff2"} {
		if !strings.Contains(sheet, `url("`+URL(font)+`")`) {
			t.Errorf("the stylesheet does not refer to %s", URL(font))
		}
	}
	if strings.Contains(sheet, `url("../`) {
		t.Error("the stylesheet still has a name without a hash")
	}
}

func TestCompressedOnlyForThoseWhoTakeIt(t *testing.T) {
	for _, c := range []struct {
		name, accept, want string
	}{
		{"css/gatehouse.css", "gzip, deflate, br", "gzip"},
		{"css/gatehouse.css", "br, gzip;q=0.5", "gzip"},
		{"css/gatehouse.css", "gzip;q=0", ""},
		{"css/gatehouse.css", "", ""},
		{"vendor/inter/inter-latin-wght-normal.woff2", "gzip", ""},
	} {
		w := get(t, http.MethodGet, URL(c.name), c.accept)
		if got := w.Header().Get("Content-Encoding"); got != c.want {
			t.Errorf("%s for %q: encoding %q, want %q", c.name, c.accept, got, c.want)
		}
		if c.want == "" {
			continue
		}
		z, err := gzip.NewReader(w.Body)
		if err != nil {
			t.Fatal(err)
		}
		plain, err := io.ReadAll(z)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(plain, files().byPlain[c.name].body) {
			t.Errorf("%s does not unpack to itself", c.name)
		}
	}
}

func TestWhatIsNotServed(t *testing.T) {
	for _, c := range []struct {
		method, url string
		status      int
	}{
		{http.MethodGet, "/static/css/gatehouse.css", http.StatusNotFound},
		{http.MethodGet, "/static/css/gatehouse.0000000000.css", http.StatusNotFound},
		{http.MethodGet, "/static/vendor/SHA256SUMS", http.StatusNotFound},
		{http.MethodGet, "/static/../static.go", http.StatusNotFound},
		{http.MethodGet, "/static/", http.StatusNotFound},
		{http.MethodPost, URL("css/gatehouse.css"), http.StatusMethodNotAllowed},
	} {
		if w := get(t, c.method, c.url, ""); w.Code != c.status {
			t.Errorf("%s %s: %d, want %d", c.method, c.url, w.Code, c.status)
		}
	}
	if w := get(t, http.MethodHead, URL("js/gatehouse.js"), ""); w.Code != http.StatusOK || w.Body.Len() != 0 {
		t.Errorf("HEAD: %d with %d bytes", w.Code, w.Body.Len())
	}
}
