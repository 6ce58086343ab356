package main

import (
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// rule says what the files of some folders must not import, in a sentence for whoever breaks it.
type rule struct {
	folders  []string // below the repository; a trailing /... takes the folders below too
	except   []string
	forbid   []string // import paths; a trailing /... takes those below too
	sentence string
}

var rules = []rule{
	{[]string{"..."}, []string{"models/store", "bench/..."}, []string{"gorm.io/...", "github.com/glebarez/...", "github.com/pressly/goose/..."},
		"Only models/store knows the database: give it a method for the use case instead."},
	{[]string{"..."}, []string{"internal/saml", "internal/saml/samltest"}, []string{"github.com/russellhaering/..."},
		"Only internal/saml knows the SAML library: give it a function instead."},
	{[]string{"..."}, []string{"internal/markdown"}, []string{"github.com/yuin/goldmark/...", "github.com/microcosm-cc/..."},
		"Only internal/markdown makes HTML of what people write: it alone is held to what is harmless."},
	{[]string{"..."}, []string{"internal/passkey"}, []string{"github.com/go-webauthn/..."},
		"Only internal/passkey knows the WebAuthn library: give it a function instead."},
	{[]string{"..."}, []string{"internal/workflowyaml"}, []string{"go.yaml.in/..."},
		"Only internal/workflowyaml knows YAML: it takes what is plain and refuses the rest."},
	{[]string{"..."}, []string{"internal/practiceidp"}, []string{"github.com/crewjam/..."},
		"Only the practice identity provider uses this library; nothing people rely on does."},
	{[]string{"..."}, []string{"cmd/gatehouse"}, []string{"gatehouse/internal/practiceidp"},
		"The practice identity provider is for demo: only cmd may start it."},
	{[]string{"..."}, []string{"cmd/gatehouse", "bench/..."}, []string{"gatehouse/sample"},
		"The made-up organization is for demo and bench only."},
	{[]string{"internal/authz", "internal/urls", "static"}, nil, []string{"gatehouse/...", "github.com/...", "gorm.io/...", "golang.org/..."},
		"These import the standard library only, so that everything can import them."},
	{[]string{"models"}, nil, []string{"gatehouse/models/...", "gatehouse/handlers", "gatehouse/views/...", "gatehouse/web", "gatehouse/internal/saml", "github.com/labstack/..."},
		"The nouns are pure: they know no layer above them and no technology."},
	{[]string{"models/store", "models/migrations"}, nil, []string{"gatehouse/handlers", "gatehouse/views/...", "gatehouse/web", "github.com/labstack/...", "gatehouse/internal/session"},
		"The store knows no HTTP and no pages: return nouns."},
	{[]string{"views/..."}, nil, []string{"gatehouse/models/...", "gatehouse/models", "gatehouse/handlers", "gatehouse/web", "github.com/labstack/...", "gatehouse/internal/saml", "gatehouse/internal/session"},
		"Views draw structs made for them: no nouns, no requests, no database."},
	{[]string{"handlers"}, nil, []string{"gatehouse/web", "gatehouse/internal/config", "github.com/labstack/echo/v4/middleware", "database/sql", "log"},
		"Handlers read, check, call the store once, and draw: the shell is above them."},
	{[]string{"internal/..."}, []string{"internal/session"}, []string{"gatehouse/models/...", "gatehouse/models", "gatehouse/handlers", "gatehouse/views/...", "gatehouse/web"},
		"Packages below internal serve the layers and do not know them (internal/session knows the noun that it loads)."},
}

func TestWhoMayImportWhom(t *testing.T) {
	root := filepath.Join("..", "..")
	files := 0
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name := entry.Name()
		if entry.IsDir() && path != root && (strings.HasPrefix(name, ".") || name == "node_modules" || name == "testdata" || name == "tools") {
			return filepath.SkipDir
		}
		if entry.IsDir() || !strings.HasSuffix(name, ".go") {
			return nil
		}
		files++
		relative, err := filepath.Rel(root, path)
		if err != nil {
			return err
		}
		return imports(t, path, filepath.ToSlash(relative))
	})
	if err != nil {
		t.Fatal(err)
	}
	if files < 50 {
		t.Errorf("only %d files were looked at: is the test in its place?", files)
	}
}

func imports(t *testing.T, path, relative string) error {
	parsed, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
	if err != nil {
		return err
	}
	if strings.HasSuffix(relative, "_test.go") {
		return nil // a test may look from anywhere
	}
	folder := relative[:max(strings.LastIndex(relative, "/"), 0)]
	for _, imported := range parsed.Imports {
		target, err := strconv.Unquote(imported.Path.Value)
		if err != nil {
			return err
		}
		for _, r := range rules {
			if matches(r.folders, folder) && !matches(r.except, folder) && matches(r.forbid, target) && !within(folder, target) {
				t.Errorf("%s imports %s. %s", relative, target, r.sentence)
			}
		}
	}
	return nil
}

// within says whether the import is a part of the folder's own noun, such as views/parts of views.
func within(folder, target string) bool {
	top, _, _ := strings.Cut(folder, "/")
	return top == "views" && strings.HasPrefix(target, "gatehouse/views")
}

func matches(patterns []string, path string) bool {
	for _, p := range patterns {
		prefix, below := strings.CutSuffix(p, "...")
		if p == path || (below && (prefix == "" || path == strings.TrimSuffix(prefix, "/") || strings.HasPrefix(path, prefix))) {
			return true
		}
	}
	return false
}
