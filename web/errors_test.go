package web

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"syscall"
	"testing"

	"github.com/labstack/echo/v4"
)

// Who breaks off a download is no fault of the server; anything else after the answer has begun is.
func TestABrokenOffDownloadIsNoError(t *testing.T) {
	for err, level := range map[error]string{
		fmt.Errorf("write: %w", syscall.ECONNRESET): "INFO", fmt.Errorf("write: %w", syscall.EPIPE): "INFO", errors.New("the database is gone"): "ERROR",
	} {
		var log bytes.Buffer
		c := echo.New().NewContext(httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/file", nil), httptest.NewRecorder())
		c.Response().Committed = true
		func() {
			defer func() {
				if recovered := recover(); recovered != http.ErrAbortHandler { //nolint:errorlint // what net/http looks for
					t.Errorf("%v: the connection is not cut: %v", err, recovered)
				}
			}()
			(&failures{log: slog.New(slog.NewTextHandler(&log, nil))}).handle(err, c)
		}()
		if !strings.Contains(log.String(), "level="+level+" ") {
			t.Errorf("%v is logged as %s", err, log.String())
		}
	}
}
