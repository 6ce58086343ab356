package models

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Workflow is a graph of models of an app: each node gives its model what its inputs give.
type Workflow struct {
	Resource
	Nodes        []Node // empty in lists
	NodeCount    int
	DeprecatedAt time.Time // zero: it works
	Base         bool      // the app's base workflow
}

// Deprecated says that a model it uses was deleted.
func (w Workflow) Deprecated() bool { return !w.DeprecatedAt.IsZero() }

// Lost are the nodes whose model was deleted.
func (w Workflow) Lost() []Node {
	return slices.DeleteFunc(slices.Clone(w.Nodes), func(n Node) bool { return !n.Lost })
}

// MayDelete refuses to delete what the app starts from.
func (w Workflow) MayDelete() error {
	if w.Base {
		return Refuse(Impossible, "This is the base workflow of the app. Choose another base workflow first.")
	}
	return nil
}

// MayBeBase refuses to start an app from what does not run.
func (w Workflow) MayBeBase() error {
	if w.Deprecated() {
		return Refuse(Impossible, "This workflow is deprecated: a model that it uses was deleted. Give its nodes other models first.")
	}
	return nil
}

// Node is one step of a workflow.
type Node struct {
	ID       string
	Model    ModelRef
	ModelID  string    // of a saved node; empty when the model was deleted
	Type     ModelType // of the model, when the node was read for a page
	Inputs   []string  // the IDs of other nodes
	Lost     bool      // the model was deleted
	Readable bool      // the person who asks can open the model's page
}

// ModelRef names a model: one of the same app by its identifier, one of another app of the organization as app/model.
type ModelRef struct{ App, Model string }

// String is the reference as people write it; home is the app it is written in.
func (r ModelRef) String() string {
	if r.App == "" {
		return r.Model
	}
	return r.App + "/" + r.Model
}

// In is the reference as it is written in an app: a model of that app goes without its name.
func (r ModelRef) In(app string) ModelRef {
	if strings.EqualFold(r.App, app) {
		r.App = ""
	}
	return r
}

// ParseModelRef reads a reference as people write it.
func ParseModelRef(field, typed string) (ModelRef, error) {
	typed = strings.TrimSpace(typed)
	if typed == "" {
		return ModelRef{}, RefuseField(field, "Name the model of this node.")
	}
	app, model, elsewhere := strings.Cut(typed, "/")
	if !elsewhere {
		app, model = "", typed
	}
	if !isSlug(model) || (elsewhere && !isSlug(app)) {
		return ModelRef{}, RefuseField(field, "Write the ID of a model of this app, or app/model for one of another app.")
	}
	return ModelRef{App: app, Model: model}, nil
}

func isSlug(s string) bool { return len(s) <= MaxSlug && slugForm.MatchString(s) }

// MaxNodes is how many nodes a workflow has at most.
const MaxNodes = 20

// WorkflowChange is what creating or editing a workflow saves.
type WorkflowChange struct {
	Slug        Slug // only when created; it never changes
	Description string
	Nodes       []Node
}

// NodeField is the name of a field of a node's row in a form, such as "model-3"; rows are counted from 1.
func NodeField(field string, row int) string { return field + "-" + strconv.Itoa(row) }

// CheckNodes looks at everything about the nodes of a workflow that can be told without knowing the models; each problem names the field
// of the row it is at. Inputs come back as the nodes they name are spelled.
func CheckNodes(nodes []Node) ([]Node, error) {
	var problems Problems
	refuse := func(field string, row int, sentence string) {
		problems = append(problems, &Refusal{Kind: Invalid, Field: NodeField(field, row), Sentence: sentence})
	}
	if len(nodes) == 0 {
		return nil, RefuseField("nodes", "A workflow has at least one node.")
	}
	if len(nodes) > MaxNodes {
		return nil, RefuseField("nodes", fmt.Sprintf("A workflow has at most %d nodes.", MaxNodes))
	}
	spelled := map[string]string{} // as compared → as written
	for i, n := range nodes {
		switch {
		case n.ID == "":
			refuse("node", i+1, "Give this node an ID.")
		case len(n.ID) > MaxSlug:
			refuse("node", i+1, "An ID has at most 48 characters.")
		case !slugForm.MatchString(n.ID):
			refuse("node", i+1, "Use letters, digits, and single - or _ between them.")
		case spelled[strings.ToLower(n.ID)] != "":
			refuse("node", i+1, "There is another node “"+spelled[strings.ToLower(n.ID)]+"”. Choose another ID.")
		default:
			spelled[strings.ToLower(n.ID)] = n.ID
		}
	}
	checked := slices.Clone(nodes)
	for i := range checked {
		n := &checked[i]
		inputs := make([]string, 0, len(n.Inputs))
		for _, named := range n.Inputs {
			input, known := spelled[strings.ToLower(named)]
			switch {
			case !known:
				refuse("inputs", i+1, "There is no node “"+named+"” in this workflow.")
			case strings.EqualFold(input, n.ID):
				refuse("inputs", i+1, "A node cannot take its own output.")
			case slices.Contains(inputs, input):
				refuse("inputs", i+1, "“"+input+"” is named twice.")
			default:
				inputs = append(inputs, input)
			}
		}
		n.Inputs = inputs
	}
	if len(problems) == 0 {
		if circle := circleOf(checked); len(circle) > 0 {
			at := slices.IndexFunc(checked, func(n Node) bool { return n.ID == circle[0] })
			refuse("inputs", at+1, "This makes a circle: "+strings.Join(append(circle, circle[0]), " → ")+". Take one of these inputs away.")
		}
	}
	return checked, problems.Err()
}

// circleOf is a circle among the nodes, each the input of the next one and the last of the first; empty when there is none.
func circleOf(nodes []Node) []string {
	byID := map[string]Node{}
	for _, n := range nodes {
		byID[n.ID] = n
	}
	const (
		entered = 1
		left    = 2
	)
	state, path := map[string]int{}, []string{}
	var visit func(id string) []string
	visit = func(id string) []string {
		switch state[id] {
		case left:
			return nil
		case entered:
			return slices.Clone(path[slices.Index(path, id):])
		}
		state[id], path = entered, append(path, id)
		for _, input := range byID[id].Inputs {
			if circle := visit(input); circle != nil {
				return circle
			}
		}
		state[id], path = left, path[:len(path)-1]
		return nil
	}
	for _, n := range nodes {
		if circle := visit(n.ID); circle != nil {
			slices.Reverse(circle) // it was walked from a node to its inputs, and is told the way the data go
			first := slices.IndexFunc(nodes, func(n Node) bool { return slices.Contains(circle, n.ID) })
			at := slices.Index(circle, nodes[first].ID)
			return append(circle[at:len(circle):len(circle)], circle[:at]...)
		}
	}
	return nil
}
