package config

import (
	"fmt"
	"strings"
)

// Problem is one thing that is wrong with one variable. The sentence goes on after the variable's name, and repeats no secret.
type Problem struct{ Variable, Sentence string }

// Problems is everything that is wrong with a configuration; the error of Check.
type Problems []Problem

// Error prints all problems, one a line.
func (p Problems) Error() string {
	var text strings.Builder
	if len(p) == 1 {
		text.WriteString("the configuration has a problem:")
	} else {
		fmt.Fprintf(&text, "the configuration has %d problems:", len(p))
	}
	for _, problem := range p {
		fmt.Fprintf(&text, "\n  %s %s", problem.Variable, problem.Sentence)
	}
	return text.String()
}

func (p *Problems) add(variable, format string, values ...any) {
	*p = append(*p, Problem{variable, fmt.Sprintf(format, values...)})
}

// err is nil when there are none, which a nil Problems in an error would not be.
func (p Problems) err() error {
	if len(p) == 0 {
		return nil
	}
	return p
}
