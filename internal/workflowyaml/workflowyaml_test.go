package workflowyaml

import (
	"errors"
	"reflect"
	"strings"
	"testing"
)

const good = `id: pick
description: "Finds what lies there: and names it"
nodes:
  - id: detect
    model: vision/detector
  - {id: crop, model: crop, inputs: [detect]}
  - id: name
    model: 1.10
    inputs:
      - crop
      - detect
`

func TestAFileIsRead(t *testing.T) {
	got, err := Read(good)
	want := File{ID: "pick", Description: "Finds what lies there: and names it", Nodes: []Node{
		{ID: "detect", Model: "vision/detector", Line: 4}, {ID: "crop", Model: "crop", Inputs: []string{"detect"}, Line: 6},
		{ID: "name", Model: "1.10", Inputs: []string{"crop", "detect"}, Line: 7},
	}}
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, %v", got, err)
	}
}

func TestWordsStayWords(t *testing.T) {
	for value, want := range map[string]string{"no": "no", "0x10": "0x10", "~": "", "null": "", "": "", "'~'": "~", "2026-03-01": "2026-03-01", `"no"`: "no"} {
		got, err := Read("nodes: [{id: a, model: " + value + "}]")
		if err != nil || got.Nodes[0].Model != want {
			t.Errorf("model: %s is %+v, %v", value, got, err)
		}
	}
	if got, err := Read("nodes: [{id: b, inputs: a}]"); err != nil || len(got.Nodes[0].Inputs) != 1 {
		t.Errorf("one input without a list: %+v, %v", got, err)
	}
}

func TestWhatIsRefused(t *testing.T) {
	for name, c := range map[string]struct{ text, want string }{
		"nothing":          {" \n", "The file is empty."},
		"a comment":        {"# nothing", "The file is empty"},
		"no YAML":          {"nodes:\n  - id: [", "Line 2: This is not YAML: did"},
		"a tab":            {"nodes:\n\t- id: a", "Line 2: This is not YAML"},
		"a word":           {"hello", "Line 1: Expected the workflow with names"},
		"no nodes":         {"id: a", "Line 1: The workflow has no nodes"},
		"no list":          {"nodes: {id: a}", "Line 1: “nodes” is a list"},
		"an empty list":    {"nodes: []", "Line 1: The workflow has no nodes"},
		"a word as a node": {"nodes:\n  - detect", "Line 2: Expected a node"},
		"no id":            {"nodes:\n  - model: x", "Line 2: This node has no “id”"},
		"an unknown name":  {"nodes:\n  - id: a\n    modell: x", "Line 3: “modell” is nothing that a node has."},
		"another one":      {"steps: []", "Line 1: “steps” is nothing that the workflow has."},
		"a name twice":     {"nodes:\n  - id: a\n    id: b", "Line 3: “id” stands here twice."},
		"inputs in a map":  {"nodes:\n  - id: a\n    inputs: {b: c}", "Line 3: “inputs” is a list"},
		"a list in a list": {"nodes:\n  - id: a\n    inputs: [[b]]", "Line 3: “inputs” is one value."},
		"a list as an id":  {"nodes:\n  - id: [a]", "Line 2: “id” is one value."},
		"two documents":    {"nodes: [{id: a}]\n---\nnodes: [{id: b}]", "One file holds one workflow"},
		"an anchor":        {"nodes: [&a {id: a}]", "Line 1: Anchors and aliases"},
		"an alias":         {"id: &x a\nnodes:\n  - id: *x", "Line 1: Anchors and aliases"},
		"a merge":          {"nodes:\n  - <<: {id: a}", "Line 2: “<<” is nothing that a node has."},
		"a tag":            {"nodes: [{id: !!binary YQ==}]", "Line 1: Tags (!) are not taken."},
		"a tag of ours":    {"nodes: [{id: !x a}]", "Line 1: Tags (!) are not taken."},
		"too long":         {strings.Repeat("#", MaxBytes+1), "The file is longer than 64 KiB."},
		"too many":         {"nodes: [" + strings.Repeat("{id: a},", 201) + "]", "Line 1: There are too many"},
		"a long name":      {strings.Repeat("k", 60) + ": 1", "Line 1: “" + strings.Repeat("k", 40) + "…” is nothing"},
		"a key of a map":   {"{a: b}: c", "Line 1: “” is nothing"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Read(c.text)
			var refused *Error
			if !errors.As(err, &refused) || !strings.HasPrefix(err.Error(), c.want) {
				t.Errorf("got %v, want %q", err, c.want)
			}
		})
	}
}

// A few hundred bytes that would become billions.
func TestABombDoesNotGoOff(t *testing.T) {
	bomb := "a: &a [x,x,x,x,x,x,x,x,x]\n"
	for letter := 'b'; letter < 'k'; letter++ {
		before := string(letter - 1)
		bomb += string(letter) + ": &" + string(letter) + " [*" + strings.Repeat(before+",*", 8) + before + "]\n"
	}
	if _, err := Read(bomb); err == nil || !strings.Contains(err.Error(), "Anchors") {
		t.Errorf("got %v", err)
	}
	deep := strings.Repeat("[", 30_000)
	if _, err := Read("nodes: " + deep); err == nil {
		t.Error("a deep file was taken")
	}
}

func TestWhatIsWrittenIsRead(t *testing.T) {
	for _, f := range []File{
		{ID: "a", Nodes: []Node{{ID: "n", Model: "m"}}},
		{ID: "no", Description: "yes: # not a comment\u2028 'x' \"y\"", Nodes: []Node{{ID: "1", Model: "0x1/1e3", Inputs: []string{"null", "~", "true"}}, {ID: "null"}, {ID: "~"}, {ID: "true"}}},
	} {
		text, err := Write(f)
		if err != nil {
			t.Fatal(err)
		}
		got, err := Read(text)
		for i := range got.Nodes {
			got.Nodes[i].Line = 0
		}
		if err != nil || !reflect.DeepEqual(got, f) {
			t.Errorf("%s\nis read as %+v, %v", text, got, err)
		}
	}
}

// Whatever comes: an answer of ours, and what is read can be written and read again as the same.
func FuzzRead(f *testing.F) {
	for _, seed := range []string{good, "nodes: [{id: a}]", "nodes: [&a {id: a}, *a]", "id: |\n  x\nnodes: [{id: ? }]", "\ufeffnodes: [{id: a}]", "nodes:\n- {id: \"\\x00\"}", "---\n...\n---"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		file, err := Read(text)
		if err != nil {
			var refused *Error
			if !errors.As(err, &refused) || refused.Sentence == "" {
				t.Fatalf("%q: %v", text, err)
			}
			return
		}
		written, err := Write(file)
		if err != nil {
			t.Fatalf("%q: %v", text, err)
		}
		if len(written) > MaxBytes {
			return
		}
		again, err := Read(written)
		if err != nil {
			t.Fatalf("%q becomes %q: %v", text, written, err)
		}
		for i := range file.Nodes {
			file.Nodes[i].Line = 0
		}
		for i := range again.Nodes {
			again.Nodes[i].Line = 0
		}
		if !reflect.DeepEqual(again, file) {
			t.Errorf("%q becomes %q: %+v is not %+v", text, written, again, file)
		}
	})
}
