package models

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"
)

// chain makes nodes of "id<input+input" words.
func chain(words ...string) []Node {
	nodes := make([]Node, 0, len(words))
	for _, word := range words {
		id, inputs, _ := strings.Cut(word, "<")
		n := Node{ID: id}
		if inputs != "" {
			n.Inputs = strings.Split(inputs, "+")
		}
		nodes = append(nodes, n)
	}
	return nodes
}

func TestCheckNodes(t *testing.T) {
	many := make([]string, 0, MaxNodes+1)
	for i := range MaxNodes + 1 {
		many = append(many, "n"+string(rune('a'+i)))
	}
	for name, c := range map[string]struct {
		nodes []Node
		want  string // "field: the beginning of the sentence", several parted by |
	}{
		"none":                     {nil, "nodes: A workflow has at least one node."},
		"one":                      {chain("detect"), ""},
		"as many as there may be":  {chain(many[:MaxNodes]...), ""},
		"one more":                 {chain(many...), "nodes: A workflow has at most 20"},
		"a chain":                  {chain("a", "b<a", "c<b"), ""},
		"a diamond":                {chain("a", "b<a", "c<a", "d<b+c"), ""},
		"in whatever order":        {chain("d<b+c", "c<a", "b<a", "a"), ""},
		"without an ID":            {chain("", "b"), "node-1: Give this node"},
		"a wrong ID":               {chain("a", "b c"), "node-2: Use letters"},
		"a long ID":                {chain(strings.Repeat("a", 49)), "node-1: An ID has at most 48"},
		"what pages reserve is ok": {chain("new", "all<new"), ""},
		"twice":                    {chain("Detect", "detect"), "node-2: There is another node “Detect”"},
		"an unknown input":         {chain("a", "b<x"), "inputs-2: There is no node “x”"},
		"its own":                  {chain("a<a"), "inputs-1: A node cannot take its own"},
		"an input twice":           {chain("a", "b<a+A"), "inputs-2: “a” is named twice"},
		"a circle of two":          {chain("a<b", "b<a"), "inputs-1: This makes a circle: a → b → a."},
		"a circle behind a node":   {chain("z", "a<c+z", "b<a", "c<b"), "inputs-2: This makes a circle: a → b → c → a."},
		"several problems":         {chain("", "b<x", "b"), "node-1: Give|node-3: There is another|inputs-2: There is no node"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := CheckNodes(c.nodes)
			got := RefusalsOf(err)
			if (err == nil) != (c.want == "") {
				t.Fatalf("got %v, want %q", err, c.want)
			}
			if c.want == "" {
				return
			}
			want := strings.Split(c.want, "|")
			if len(got) != len(want) {
				t.Fatalf("%d problems, want %d: %v", len(got), len(want), got)
			}
			for i, refusal := range got {
				if said := refusal.Field + ": " + refusal.Sentence; !strings.HasPrefix(said, want[i]) {
					t.Errorf("says %q, want %q", said, want[i])
				}
			}
			if !Is(err, Invalid) {
				t.Error("is no refusal of the kind Invalid")
			}
		})
	}
}

func TestInputsComeBackAsTheNodesAreSpelled(t *testing.T) {
	before := chain("Detect", "sort<DETECT")
	checked, err := CheckNodes(before)
	if err != nil || !slices.Equal(checked[1].Inputs, []string{"Detect"}) {
		t.Errorf("got %v, %v", checked, err)
	}
	if before[1].Inputs[0] != "DETECT" {
		t.Error("what was given was changed")
	}
}

// Whatever the graph: it has a circle exactly when taking away nodes without inputs, again and again, leaves something.
func FuzzCircles(f *testing.F) {
	f.Add([]byte{0, 1, 1, 0})
	f.Add([]byte{0, 1, 1, 2, 2, 3})
	f.Fuzz(func(t *testing.T, edges []byte) {
		nodes := chain("a", "b", "c", "d", "e", "f")
		for i := 0; i+1 < len(edges); i += 2 {
			from, to := int(edges[i])%len(nodes), int(edges[i+1])%len(nodes)
			if from != to && !slices.Contains(nodes[to].Inputs, nodes[from].ID) {
				nodes[to].Inputs = append(nodes[to].Inputs, nodes[from].ID)
			}
		}
		left := slices.Clone(nodes)
		for again := true; again; {
			again = false
			for i, n := range left {
				free := !slices.ContainsFunc(n.Inputs, func(id string) bool {
					return slices.ContainsFunc(left, func(other Node) bool { return other.ID == id })
				})
				if free {
					left, again = slices.Delete(slices.Clone(left), i, i+1), true
					break
				}
			}
		}
		if _, err := CheckNodes(nodes); (err != nil) != (len(left) > 0) {
			t.Errorf("%v: %v, but %d nodes stay", nodes, err, len(left))
		}
	})
}

func TestParseModelRef(t *testing.T) {
	for typed, want := range map[string]string{
		"detector": "detector", " vision/detector ": "vision/detector", "": "!", "a/b/c": "!", "/b": "!", "a/": "!", "a b": "!", "ä": "!",
		strings.Repeat("x", 49): "!", "Vision/Detector": "Vision/Detector",
	} {
		ref, err := ParseModelRef("model-1", typed)
		if want == "!" {
			if !Is(err, Invalid) {
				t.Errorf("%q: %v", typed, err)
			}
			continue
		}
		if err != nil || ref.String() != want {
			t.Errorf("%q: %q, %v", typed, ref, err)
		}
	}
	if got := (ModelRef{App: "Arm", Model: "m"}).In("arm").String(); got != "m" {
		t.Errorf("at home it is %q", got)
	}
	if got := (ModelRef{App: "Arm", Model: "m"}).In("leg").String(); got != "Arm/m" {
		t.Errorf("elsewhere it is %q", got)
	}
}

func TestProblemsAreRefusalsTogether(t *testing.T) {
	var problems Problems
	if problems.Err() != nil {
		t.Error("none are an error")
	}
	fault := errors.New("the disk is full")
	if err := problems.Add(fault); !errors.Is(err, fault) || len(problems) != 0 {
		t.Errorf("a fault became %v", err)
	}
	for _, field := range []string{"a", "b"} {
		if err := problems.Add(RefuseField(field, field)); err != nil {
			t.Error(err)
		}
	}
	all := RefusalsOf(problems.Err())
	if first, ok := RefusalOf(problems.Err()); !ok || first.Field != "a" || len(all) != 2 || all[1].Field != "b" {
		t.Errorf("got %v", all)
	}
	if one := RefusalsOf(ErrNotFound); len(one) != 1 || one[0].Kind != NotFound {
		t.Errorf("one alone: %v", one)
	}
	if none := RefusalsOf(fault); none != nil {
		t.Errorf("of a fault: %v", none)
	}
}

func TestTheBaseWorkflowStays(t *testing.T) {
	if err := (Workflow{Base: true}).MayDelete(); !Is(err, Impossible) {
		t.Errorf("got %v", err)
	}
	if err := (Workflow{}).MayDelete(); err != nil {
		t.Error(err)
	}
	if err := (Workflow{DeprecatedAt: time.Now()}).MayBeBase(); !Is(err, Impossible) {
		t.Errorf("got %v", err)
	}
	if err := (Workflow{}).MayBeBase(); err != nil {
		t.Error(err)
	}
}
