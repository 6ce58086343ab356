package main

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"os"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"gatehouse/models/store"
)

// barePages is what the bare handler serves: recordings by number.
type barePages struct {
	URL   string
	Pages []recording
}

// serveBare serves each page of the file at /N with net/http and pgx alone: the same statements, read to their last value, and the same
// bytes. Nobody can draw a page for less.
func serveBare(ctx context.Context, file string) error {
	encoded, err := os.ReadFile(file) //nolint:gosec // the bench's own file
	if err != nil {
		return err
	}
	var bare barePages
	if err := json.Unmarshal(encoded, &bare); err != nil {
		return err
	}
	config, err := pgxpool.ParseConfig(bare.URL)
	if err != nil {
		return err
	}
	// As the store connects: the same plans.
	maps.Copy(config.ConnConfig.RuntimeParams, store.PostgreSQLSettings())
	pool, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		return err
	}
	defer pool.Close()
	mux := http.NewServeMux()
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusOK) })
	for i, page := range bare.Pages {
		mux.HandleFunc(fmt.Sprintf("GET /%d", i), page.handler(pool))
	}
	server := &http.Server{Addr: os.Getenv("GATEHOUSE_ADDR"), Handler: mux, ReadHeaderTimeout: 5 * time.Second}
	return server.ListenAndServe()
}

func (r recording) handler(pool *pgxpool.Pool) http.HandlerFunc {
	args := make([][]any, len(r.Statements))
	for i, s := range r.Statements {
		for _, a := range s.Args {
			args[i] = append(args[i], a.value())
		}
	}
	return func(w http.ResponseWriter, request *http.Request) {
		for i, s := range r.Statements {
			rows, err := pool.Query(request.Context(), s.SQL, args[i]...)
			if err == nil {
				err = readAll(rows)
			}
			if err != nil {
				http.Error(w, err.Error(), http.StatusInternalServerError)
				return
			}
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = w.Write(r.Body) // the client has gone
	}
}

func readAll(rows pgx.Rows) error {
	defer rows.Close()
	for rows.Next() {
		if _, err := rows.Values(); err != nil {
			return err
		}
	}
	return rows.Err()
}
