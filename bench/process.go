package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"
)

// process is a server under measurement.
type process struct {
	url  string
	pid  int
	wait func() error
}

// start runs a program on a free loopback port and waits until it is ready.
func start(ctx context.Context, program, argument string, environment ...string) (*process, error) {
	socket, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	address := socket.Addr().String()
	if err := socket.Close(); err != nil {
		return nil, err
	}
	command := exec.CommandContext(ctx, program, argument) //nolint:gosec // our own programs
	command.Env = append(append(os.Environ(), "GATEHOUSE_ADDR="+address), environment...)
	if err := command.Start(); err != nil {
		return nil, err
	}
	p := &process{url: "http://" + address, pid: command.Process.Pid, wait: command.Wait}
	deadline := time.Now().Add(20 * time.Second)
	for time.Now().Before(deadline) {
		if _, err := fetch(ctx, p.url+"/readyz", ""); err == nil {
			return p, nil
		}
		time.Sleep(2 * time.Millisecond) //nolint:forbidigo // a poll with a deadline
	}
	return nil, errors.Join(fmt.Errorf("%s is not ready", program), p.stop())
}

// stop ends the process by its own id.
func (p *process) stop() error {
	if err := syscall.Kill(p.pid, syscall.SIGTERM); err != nil {
		return err
	}
	var exit *exec.ExitError
	if err := p.wait(); err != nil && !errors.As(err, &exit) {
		return err
	}
	return nil
}

// memory is the resident set in KiB.
func (p *process) memory() (int, error) {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.pid))
	if err != nil {
		return 0, err
	}
	for text := range strings.Lines(string(status)) {
		if rest, found := strings.CutPrefix(text, "VmRSS:"); found {
			return strconv.Atoi(strings.TrimSuffix(strings.TrimSpace(rest), " kB"))
		}
	}
	return 0, errors.New("no VmRSS")
}

// used is the CPU time of a process so far, in seconds: that of its threads, which the scheduler counts in nanoseconds.
func used(pid int) (float64, error) {
	threads, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/schedstat", pid))
	if err != nil || len(threads) == 0 {
		return 0, errors.Join(err, fmt.Errorf("process %d has ended", pid))
	}
	total := 0.0
	for _, thread := range threads {
		stat, err := os.ReadFile(thread) //nolint:gosec // a path of the kernel's
		if err != nil {
			continue // it ended meanwhile
		}
		running, _, _ := strings.Cut(string(stat), " ")
		nanoseconds, err := strconv.ParseFloat(running, 64)
		if err != nil {
			return 0, err
		}
		total += nanoseconds / 1e9
	}
	return total, nil
}

// family is a process and its children, of which PostgreSQL has one a connection.
func family(parent int) ([]int, error) {
	entries, err := os.ReadDir("/proc")
	if err != nil {
		return nil, err
	}
	pids := []int{parent}
	for _, entry := range entries {
		pid, err := strconv.Atoi(entry.Name())
		if err != nil {
			continue
		}
		stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
		if err != nil {
			continue // it ended meanwhile
		}
		fields := strings.Fields(string(stat[strings.LastIndexByte(string(stat), ')')+1:]))
		if fields[1] == strconv.Itoa(parent) {
			pids = append(pids, pid)
		}
	}
	return pids, nil
}

func usedBy(pids []int) (total float64) {
	for _, pid := range pids {
		seconds, err := used(pid)
		if err == nil { // a connection may have ended
			total += seconds
		}
	}
	return total
}

// cpu is how many CPU seconds the server and the database spend on one call of work, over n calls by two clients.
func cpu(ctx context.Context, n int, work func(context.Context) error, server *process, postmaster int) (float64, error) {
	database, err := family(postmaster)
	if err != nil {
		return 0, err
	}
	before := usedBy(append(slices.Clone(database), server.pid))
	const clients = 2
	failed := make([]error, clients)
	var group sync.WaitGroup
	for i := range clients {
		group.Go(func() {
			for range n / clients {
				if failed[i] = work(ctx); failed[i] != nil {
					return
				}
			}
		})
	}
	group.Wait()
	if err := errors.Join(failed...); err != nil {
		return 0, err
	}
	after := usedBy(append(database, server.pid))
	return (after - before) / float64(n), nil
}

// signIn signs in by password and returns the cookie.
func (p *process) signIn(ctx context.Context, email string) (string, error) {
	form := url.Values{"email": {email}, "password": {benchPassword}, "next": {"/"}}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, p.url+"/login", strings.NewReader(form.Encode()))
	if err != nil {
		return "", err
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	response, err := client.Do(request)
	if err != nil {
		return "", err
	}
	defer response.Body.Close()
	for _, cookie := range response.Cookies() {
		if cookie.Name == "gatehouse" {
			return cookie.Name + "=" + cookie.Value, nil
		}
	}
	return "", fmt.Errorf("sign-in: status %d and no cookie", response.StatusCode)
}

func median(values []float64) float64 {
	sorted := slices.Sorted(slices.Values(values))
	return sorted[len(sorted)/2]
}
