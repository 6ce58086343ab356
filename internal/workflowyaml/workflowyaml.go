// Package workflowyaml reads and writes workflows as YAML files. It is strict: what it does not know it refuses, with the line it stands
// on, and it takes neither anchors nor tags, so that a small file cannot become a large one. It is the only package that knows the library.
package workflowyaml

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// MaxBytes is the longest file that Read takes.
const MaxBytes = 65_536

// maxNodes is where reading stops; how many a workflow may have is for its rules to say.
const maxNodes = 200

// File is a workflow as it stands in a file. ID and Description may be empty.
type File struct {
	ID          string
	Description string
	Nodes       []Node
}

// Node is one node; Line is where it begins in the file that was read, from 1.
type Node struct {
	ID     string
	Model  string
	Inputs []string
	Line   int
}

// Error is why a file was refused: a sentence for the person who wrote it, and the line it is about (0 for the whole).
type Error struct {
	Line     int
	Sentence string
}

// Error returns the sentence with its line.
func (e *Error) Error() string {
	if e.Line == 0 {
		return e.Sentence
	}
	return "Line " + strconv.Itoa(e.Line) + ": " + e.Sentence
}

var errEmpty = &Error{Sentence: "The file is empty."}

func at(n *yaml.Node, sentence string) error { return &Error{Line: n.Line, Sentence: sentence} }

// Read returns the workflow of a file. Every error that it returns is an *Error.
func Read(text string) (File, error) {
	if strings.TrimSpace(text) == "" {
		return File{}, errEmpty
	}
	if len(text) > MaxBytes {
		return File{}, &Error{Sentence: fmt.Sprintf("The file is longer than %d KiB.", MaxBytes>>10)}
	}
	decoder := yaml.NewDecoder(strings.NewReader(text))
	var document, second yaml.Node
	if err := decoder.Decode(&document); errors.Is(err, io.EOF) {
		return File{}, errEmpty
	} else if err != nil {
		return File{}, syntax(err)
	}
	if err := decoder.Decode(&second); !errors.Is(err, io.EOF) {
		return File{}, &Error{Sentence: "One file holds one workflow: there is a second document in it."}
	}
	if len(document.Content) != 1 {
		return File{}, errEmpty
	}
	if err := plain(document.Content[0]); err != nil {
		return File{}, err
	}
	return readFile(document.Content[0])
}

var lineOf = regexp.MustCompile(`line (\d+): `)

// syntax makes a sentence of the library's words, which name a line and, after it, what is wrong there.
func syntax(err error) error {
	found := lineOf.FindStringSubmatchIndex(err.Error())
	if found == nil {
		return &Error{Sentence: "This is not YAML."}
	}
	line, _ := strconv.Atoi(err.Error()[found[2]:found[3]]) // digits; a line that is too large for a number is none
	return &Error{Line: line, Sentence: "This is not YAML: " + strings.TrimSuffix(err.Error()[found[1]:], ".") + "."}
}

// plain refuses what could make a file mean more than it says.
func plain(n *yaml.Node) error {
	switch {
	case n.Kind == yaml.AliasNode || n.Anchor != "":
		return at(n, "Anchors and aliases (& and *) are not taken. Write the value out.")
	case n.Style&yaml.TaggedStyle != 0:
		return at(n, "Tags (!) are not taken.")
	}
	for _, child := range n.Content {
		if err := plain(child); err != nil {
			return err
		}
	}
	return nil
}

func readFile(root *yaml.Node) (File, error) {
	var f File
	err := fields(root, "the workflow", map[string]func(*yaml.Node) error{
		"id":          text("id", &f.ID),
		"description": text("description", &f.Description),
		"nodes": func(n *yaml.Node) error {
			if n.Kind != yaml.SequenceNode {
				return at(n, "“nodes” is a list: one “-” for each node.")
			}
			if len(n.Content) > maxNodes {
				return at(n, "There are too many nodes.")
			}
			for _, item := range n.Content {
				node, err := readNode(item)
				if err != nil {
					return err
				}
				f.Nodes = append(f.Nodes, node)
			}
			return nil
		},
	})
	if err == nil && len(f.Nodes) == 0 {
		err = at(root, "The workflow has no nodes. It needs “nodes:” with at least one.")
	}
	return f, err
}

func readNode(item *yaml.Node) (Node, error) {
	n := Node{Line: item.Line}
	err := fields(item, "a node", map[string]func(*yaml.Node) error{
		"id":    text("id", &n.ID),
		"model": text("model", &n.Model),
		"inputs": func(value *yaml.Node) error {
			if value.Kind == yaml.ScalarNode { // of one input people write no list
				var one string
				err := text("inputs", &one)(value)
				if err == nil && one != "" {
					n.Inputs = []string{one}
				}
				return err
			}
			if value.Kind != yaml.SequenceNode {
				return at(value, "“inputs” is a list of the IDs of other nodes, such as [detect, crop].")
			}
			for _, input := range value.Content {
				var one string
				if err := text("inputs", &one)(input); err != nil {
					return err
				}
				n.Inputs = append(n.Inputs, one)
			}
			return nil
		},
	})
	if err == nil && n.ID == "" {
		err = at(item, "This node has no “id”.")
	}
	return n, err
}

// fields reads a mapping whose keys are known; each may stand there once.
func fields(n *yaml.Node, what string, known map[string]func(*yaml.Node) error) error {
	if n.Kind != yaml.MappingNode {
		return at(n, "Expected "+what+" with names and values, such as “id: detect”.")
	}
	seen := map[string]bool{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		read, ok := known[key.Value]
		if key.Kind != yaml.ScalarNode || !ok {
			return at(key, "“"+shortened(key.Value)+"” is nothing that "+what+" has.")
		}
		if seen[key.Value] {
			return at(key, "“"+key.Value+"” stands here twice.")
		}
		seen[key.Value] = true
		if err := read(value); err != nil {
			return err
		}
	}
	return nil
}

// text reads a scalar as it is written: 1.10 stays 1.10, and no is a word.
func text(name string, into *string) func(*yaml.Node) error {
	return func(n *yaml.Node) error {
		if n.Kind != yaml.ScalarNode {
			return at(n, "“"+name+"” is one value.")
		}
		if n.Tag != "!!null" {
			*into = n.Value
		}
		return nil
	}
}

func shortened(s string) string {
	const most = 40
	if runes := []rune(s); len(runes) > most {
		return string(runes[:most]) + "…"
	}
	return s
}

// Write returns the file of a workflow, which Read takes.
func Write(f File) (string, error) {
	type node struct {
		ID     string   `yaml:"id"`
		Model  string   `yaml:"model"`
		Inputs []string `yaml:"inputs,omitempty,flow"`
	}
	out := struct {
		ID          string `yaml:"id"`
		Description string `yaml:"description,omitempty"`
		Nodes       []node `yaml:"nodes"`
	}{ID: f.ID, Description: f.Description}
	for _, n := range f.Nodes {
		out.Nodes = append(out.Nodes, node{n.ID, n.Model, n.Inputs})
	}
	var b bytes.Buffer
	encoder := yaml.NewEncoder(&b)
	encoder.SetIndent(2)
	if err := encoder.Encode(out); err != nil {
		return "", fmt.Errorf("workflowyaml: %w", err)
	}
	return b.String(), encoder.Close()
}
