// Package dnstest is a small name server on loopback for tests.
package dnstest

import (
	"context"
	"net"
	"strings"
	"sync"
	"testing"

	"golang.org/x/net/dns/dnsmessage"
)

// Server answers for TXT records over UDP (RFC 1035). A name without records does not exist.
type Server struct {
	socket  net.PacketConn
	serving sync.WaitGroup

	mu      sync.Mutex
	records map[string][]string
	failure dnsmessage.RCode
	silent  bool
	asked   int
}

// New starts a server that ends with the test.
func New(t testing.TB) *Server {
	t.Helper()
	s, err := Listen()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}

// Listen starts a server that ends with Close.
func Listen() (*Server, error) {
	socket, err := (&net.ListenConfig{}).ListenPacket(context.Background(), "udp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	s := &Server{socket: socket, records: map[string][]string{}}
	s.serving.Go(s.serve)
	return s, nil
}

// Close ends it, and waits until it has.
func (s *Server) Close() {
	_ = s.socket.Close()
	s.serving.Wait()
}

// Addr is where it listens, as host:port.
func (s *Server) Addr() string { return s.socket.LocalAddr().String() }

// Set makes these the texts under a name; none takes the name away.
func (s *Server) Set(name string, texts ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.records[strings.ToLower(name)+"."] = texts
}

// Fail makes every answer SERVFAIL, until it is told otherwise.
func (s *Server) Fail(failing bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.failure = dnsmessage.RCodeSuccess
	if failing {
		s.failure = dnsmessage.RCodeServerFailure
	}
}

// Silence makes it read questions and answer none.
func (s *Server) Silence(silent bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.silent = silent
}

// Asked is how many questions came.
func (s *Server) Asked() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.asked
}

func (s *Server) serve() {
	buffer := make([]byte, 1500)
	for {
		n, from, err := s.socket.ReadFrom(buffer)
		if err != nil {
			return
		}
		if answer := s.answer(buffer[:n]); answer != nil {
			_, _ = s.socket.WriteTo(answer, from)
		}
	}
}

func (s *Server) answer(question []byte) []byte {
	var message dnsmessage.Message
	if message.Unpack(question) != nil || len(message.Questions) != 1 {
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.asked++
	if s.silent {
		return nil
	}
	asked := message.Questions[0]
	message.Header = dnsmessage.Header{ID: message.ID, Response: true, Authoritative: true, RecursionAvailable: true, RCode: s.failure}
	message.Additionals = nil
	texts := s.records[strings.ToLower(asked.Name.String())]
	if s.failure == dnsmessage.RCodeSuccess && len(texts) == 0 {
		message.RCode = dnsmessage.RCodeNameError
	}
	if s.failure == dnsmessage.RCodeSuccess && asked.Type == dnsmessage.TypeTXT {
		for _, text := range texts {
			message.Answers = append(message.Answers, dnsmessage.Resource{
				Header: dnsmessage.ResourceHeader{Name: asked.Name, Type: dnsmessage.TypeTXT, Class: dnsmessage.ClassINET, TTL: 1},
				Body:   &dnsmessage.TXTResource{TXT: strings.Split(text, "|")},
			})
		}
	}
	packed, err := message.Pack()
	if err != nil {
		return nil
	}
	return packed
}
