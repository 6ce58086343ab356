package main

import (
	"context"
	"database/sql/driver"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"gatehouse/internal/secret"
	"gatehouse/models"
	"gatehouse/models/store"
)

// recording is what a page costs at the least: the statements it sent, and the bytes it wrote.
type recording struct {
	URL        string
	Statements []statement
	Body       []byte
}

type statement struct {
	SQL  string
	Args []argument
}

// argument is one value of a statement in a form that JSON keeps.
type argument struct {
	Kind  string
	Text  string
	Bytes []byte
	Time  time.Time
	Int   int64
	Bool  bool
}

// record sends what the page sends, through the store, and writes down the statements; then it fetches the page for its bytes.
func record(ctx context.Context, d *database, slug, page, cookie string) (recording, error) {
	r := recording{URL: d.url}
	_, token, _ := strings.Cut(cookie, "=")
	var problem error
	seen := store.WithStatements(ctx, func(sql string, args []any) {
		s := statement{SQL: sql}
		for _, value := range args {
			a, err := argumentOf(value)
			problem = errors.Join(problem, err)
			s.Args = append(s.Args, a)
		}
		r.Statements = append(r.Statements, s)
	})
	asking, err := d.store.Asking(seen, secret.HashToken(token), slug)
	if err != nil {
		return r, err
	}
	actor := models.Actor{Person: asking.Person, Organization: *asking.Organization, Role: asking.Role}
	if _, err := d.store.In(actor).Members(seen, models.MemberFilter{Page: models.Page{Size: models.PageSize}}); err != nil {
		return r, err
	}
	if _, err := d.store.Frame(seen, actor.Person, actor.Organization.ID); err != nil {
		return r, err
	}
	if r.Body, err = fetch(ctx, page, cookie); err != nil {
		return r, err
	}
	return r, problem
}

func argumentOf(value any) (argument, error) {
	if valuer, ok := value.(driver.Valuer); ok {
		plain, err := valuer.Value()
		if err != nil {
			return argument{}, err
		}
		value = plain
	}
	switch v := value.(type) {
	case nil:
		return argument{Kind: "null"}, nil
	case string:
		return argument{Kind: "text", Text: v}, nil
	case []byte:
		return argument{Kind: "bytes", Bytes: v}, nil
	case time.Time:
		return argument{Kind: "time", Time: v}, nil
	case int:
		return argument{Kind: "int", Int: int64(v)}, nil
	case int64:
		return argument{Kind: "int", Int: v}, nil
	case bool:
		return argument{Kind: "bool", Bool: v}, nil
	}
	return argument{}, fmt.Errorf("a statement has a %T", value)
}

func (a argument) value() any {
	switch a.Kind {
	case "text":
		return a.Text
	case "bytes":
		return a.Bytes
	case "time":
		return a.Time
	case "int":
		return a.Int
	case "bool":
		return a.Bool
	}
	return nil
}

// serveBare is the measure: net/http and pgx send the same statements, read every value of every row, and write the same bytes.
func serveBare(ctx context.Context, file string) error {
	encoded, err := os.ReadFile(file) //nolint:gosec // the bench's own file
	if err != nil {
		return err
	}
	var r recording
	if err := json.Unmarshal(encoded, &r); err != nil {
		return err
	}
	config, err := pgxpool.ParseConfig(r.URL)
	if err != nil {
		return err
	}
	config.ConnConfig.RuntimeParams["plan_cache_mode"] = "force_generic_plan"
	pool, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		return err
	}
	defer pool.Close()
	args := make([][]any, len(r.Statements))
	for i, s := range r.Statements {
		for _, a := range s.Args {
			args[i] = append(args[i], a.value())
		}
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusOK) })
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, request *http.Request) {
		for i, s := range r.Statements {
			rows, err := pool.Query(request.Context(), s.SQL, args[i]...)
			if err == nil {
				for rows.Next() {
					if _, err = rows.Values(); err != nil {
						break
					}
				}
				rows.Close()
				err = errors.Join(err, rows.Err())
			}
			if err != nil {
				http.Error(w, err.Error(), http.StatusInternalServerError)
				return
			}
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = w.Write(r.Body) // the client has gone
	})
	server := &http.Server{Addr: os.Getenv("GATEHOUSE_ADDR"), Handler: mux, ReadHeaderTimeout: 5 * time.Second}
	return server.ListenAndServe()
}
