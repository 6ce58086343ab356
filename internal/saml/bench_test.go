package saml

import (
	"testing"

	"gatehouse/internal/saml/samltest"
)

// The two benchmarks check the same documents: ours with every rule, and gosaml2 alone with the few it has.

func benchmarkAnswers(b *testing.B, run func(b *testing.B, w world, posted string)) {
	w := newWorld(b)
	person := func(a *samltest.Answer) {
		a.Attributes = append(a.Attributes, groups(10))
		a.NameID = "ada@northwind.example"
	}
	for _, c := range []struct {
		name      string
		mutations mutations
	}{
		{"assertion signed", mutations{person}},
		{"response signed", mutations{person, responseOnly}},
		{"both signed", mutations{person, both}},
	} {
		posted := w.posted(b, c.mutations...)
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			run(b, w, posted)
		})
	}
}

func BenchmarkFinish(b *testing.B) {
	benchmarkAnswers(b, func(b *testing.B, w world, posted string) {
		for b.Loop() {
			if _, _, err := Finish(w.connection, posted, w.expectation()); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func BenchmarkBareGosaml2(b *testing.B) {
	benchmarkAnswers(b, func(b *testing.B, w world, posted string) {
		bare, err := samltest.Bare(w.idp, w.answer())
		if err != nil {
			b.Fatal(err)
		}
		for b.Loop() {
			if _, err := bare(posted); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func BenchmarkBegin(b *testing.B) {
	w := newWorld(b)
	key, err := NewKeyPair("bench", w.now)
	if err != nil {
		b.Fatal(err)
	}
	w.connection.Key = key
	for b.Loop() {
		if _, err := Begin(w.connection, "state", w.now, BeginOptions{}); err != nil {
			b.Fatal(err)
		}
	}
}
