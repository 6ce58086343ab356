# `make` alone lists the targets. `make test` is what CI runs: it needs nothing but Go and says, or installs, what is missing.

.DEFAULT_GOAL := help
.PHONY: help run build generate format check lint generated modules test-go test setup e2e bench fuzz screenshots container clean

# One build for all but the race detector, which needs cgo: the program has none.
export CGO_ENABLED := 0
# SQLite is C translated to Go: instrumented it takes most of the tests' time, and the races we look for are in our own code and the drivers'.
RACE := CGO_ENABLED=1 go test -race '-gcflags=modernc.org/...=-race=false' -vet=off
LINT := go tool -modfile=tools/go.mod golangci-lint
# Thousands of small databases: in memory, where there is enough of it.
test check test-go e2e clean: export TMPDIR := $(shell scripts/test-folder)

# Go files that people wrote, also those not committed yet.
GO_FILES = $(shell git ls-files -co --exclude-standard -- '*.go' ':!*_templ.go' | while read -r f; do [ -f "$$f" ] && echo "$$f"; done)

help: ## list the targets
	@sed -n 's/^\([a-z0-9-]*\):.*## /\1\t/p' Makefile | expand -t 14

run: ## start the demo: sample data, a practice identity provider, everything to sign in printed
	go run ./cmd/gatehouse demo

build: ## build the static binary .bin/gatehouse
	go build -trimpath -ldflags='-s -w' -o .bin/gatehouse ./cmd/gatehouse

generate: ## write the Go files of the templates anew
	go tool templ generate

format: ## format Go files and templates
	gofmt -w $(GO_FILES)
	go tool templ fmt .

check: ## format, lint with vet, generated files, modules, Go tests with -race
	@files="$$(gofmt -l $(GO_FILES))"; [ -z "$$files" ] || { echo "not formatted, run make format:"; echo "$$files"; exit 1; }
	go tool templ fmt -log-level warn -fail .
	$(MAKE) --no-print-directory generated modules
	$(MAKE) --no-print-directory -j2 lint test-go

lint: ## golangci-lint alone
	$(LINT) run

generated:
	scripts/check-generated

modules:
	go mod tidy -diff
	go mod verify

test-go: ## Go tests with -race, and the sweeps of web/sweeps_test.go without; PostgreSQL starts by itself
	$(RACE) ./...
	go test -vet=off ./web -run '^TestSweep'

test: setup check e2e ## everything: installs what is missing or says what to install, check, browser tests
	@scripts/postgres-test stop

setup: ## only the first step of test
	scripts/setup-tests

e2e: ## browser tests alone; e2e FILES="login metadata" takes some of them
	node e2e/run.mjs $(FILES)

bench: ## the budgets as ratios
	go run ./bench

fuzz: ## every fuzz target for FUZZTIME (30s)
	scripts/fuzz

screenshots: ## the pictures of the README and docs
	node e2e/screenshots.mjs

container: build ## run the binary as the container would: no root, read-only root file system
	scripts/check-container

clean: ## delete what was built; keeps ./data
	rm -rf .bin e2e/output
	scripts/postgres-test stop
