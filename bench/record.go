package main

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"time"

	"gatehouse/handlers"
	"gatehouse/internal/password"
	"gatehouse/internal/session"
	"gatehouse/models/store"
	"gatehouse/web"
)

// recording is what a page costs at the least: the statements it sent, and the bytes it wrote.
type recording struct {
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

// console is the whole console within this process, on the same database as the server under measurement.
func (d *database) console() (http.Handler, error) {
	site := &url.URL{Scheme: "http", Host: "127.0.0.1"}
	sessions, log := session.New(d.store, false), slog.New(slog.DiscardHandler)
	made := handlers.New(handlers.Options{Store: d.store, Sessions: sessions, Passwords: password.New(password.DefaultParams(), 0), URL: site, Log: log})
	return web.New(web.Options{URL: site, Store: d.store, Handlers: made, Sessions: sessions, Log: log})
}

// record serves a page once and writes down the statements that read and the page's bytes.
func record(ctx context.Context, console http.Handler, path, cookie string) (recording, error) {
	var r recording
	var problem error
	seen := store.WithStatements(ctx, func(sql string, args []any) {
		if !strings.HasPrefix(sql, "SELECT") && !strings.HasPrefix(sql, "WITH") {
			return // that somebody was seen, once a minute
		}
		s := statement{SQL: sql}
		for _, value := range args {
			a, err := argumentOf(value)
			problem = errors.Join(problem, err)
			s.Args = append(s.Args, a)
		}
		r.Statements = append(r.Statements, s)
	})
	request := httptest.NewRequestWithContext(seen, http.MethodGet, path, nil)
	request.Header.Set("Cookie", cookie)
	answer := httptest.NewRecorder()
	console.ServeHTTP(answer, request)
	if answer.Code != http.StatusOK {
		return r, fmt.Errorf("%s: status %d", request.URL.Path, answer.Code)
	}
	r.Body = answer.Body.Bytes()
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
