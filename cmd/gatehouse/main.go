// Command gatehouse is the console: a server, and what an operator needs around it.
package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/alecthomas/kong"
)

// commands are the program's commands; each has its own file.
type commands struct {
	Serve       serveCommand       `cmd:"" help:"Run the console."`
	Demo        demoCommand        `cmd:"" help:"Run the console with a sample organization and a practice identity provider, on loopback."`
	Migrate     migrateCommand     `cmd:"" help:"Bring the database to this version's schema."`
	Admin       adminCommand       `cmd:"" help:"Help an operator who has no Administrator."`
	Audit       auditCommand       `cmd:"" help:"Look after the audit log."`
	Routes      routesCommand      `cmd:"" help:"Print every route with its scope."`
	Scopes      scopesCommand      `cmd:"" help:"Print both role tables."`
	Healthcheck healthcheckCommand `cmd:"" help:"Ask a running console whether it is ready; exit 1 when it is not."`
	Version     versionCommand     `cmd:"" help:"Print the version."`
}

func main() {
	// The first signal asks everything to end; a second one ends the program at once.
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop)
	code := run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// run parses the arguments and runs one command. It returns the exit code: 0 done, 1 failed, 2 not understood.
func run(ctx context.Context, args []string, in io.Reader, out, errors io.Writer) int {
	exited, code := false, 0
	parser, err := kong.New(&commands{}, kong.Name("gatehouse"), kong.Writers(out, errors),
		kong.Description("Who is in, what each may do, and how they get in: the security console of an organization that builds on an AI platform."),
		kong.UsageOnError(), kong.ConfigureHelp(kong.HelpOptions{Compact: true}),
		kong.Exit(func(c int) { exited, code = true, c }),
		kong.BindTo(ctx, (*context.Context)(nil)), kong.BindTo(in, (*io.Reader)(nil)), kong.BindTo(out, (*io.Writer)(nil)))
	if err != nil {
		_, _ = fmt.Fprintln(errors, "gatehouse:", err)
		return 2
	}
	parsed, err := parser.Parse(args)
	if exited { // --help was printed
		return code
	}
	if err != nil {
		_, _ = fmt.Fprintln(errors, "gatehouse:", err)
		return 2
	}
	if err := parsed.Run(); err != nil {
		_, _ = fmt.Fprintln(errors, "gatehouse:", err)
		return 1
	}
	return 0
}
