package views

import (
	"strconv"
	"strings"
	"time"

	"gatehouse/views/parts"
)

// Workflow is one workflow's page.
type Workflow struct {
	Page       Page
	Head       ResourceHead
	Nodes      []WorkflowNode
	Deprecated time.Time // zero: it works
	File       string    // where it is to be had as YAML
	Created    time.Time
	Updated    time.Time
	Visibility VisibilityForm
	Base       *BaseChoice // nil for who may not change it
	Danger     parts.DangerZone
}

// BaseChoice makes a workflow the base of its app, or no longer.
type BaseChoice struct {
	Action string
	Is     bool
	Reason string // why it cannot be
}

// WorkflowNode is one node of a workflow as it was saved.
type WorkflowNode struct {
	ID       string
	Model    string // as the workflow names it
	ModelURL string // empty when the person cannot read it
	Type     string
	Inputs   []string
	Lost     bool // the model was deleted
}

// graph is the picture of the nodes.
func (v Workflow) graph() parts.Graph {
	g := parts.Graph{ID: "workflow-graph", Label: "Graph of " + v.Head.Slug}
	for _, n := range v.Nodes {
		below := n.Model
		if n.Lost {
			below += " (deleted)"
		}
		g.Nodes = append(g.Nodes, parts.GraphNode{ID: n.ID, Below: below, Bad: n.Lost, Inputs: n.Inputs})
	}
	return g
}

func (v Workflow) lost() []WorkflowNode {
	var lost []WorkflowNode
	for _, n := range v.Nodes {
		if n.Lost {
			lost = append(lost, n)
		}
	}
	return lost
}

// WorkflowForm creates or edits a workflow. Its rows are fields of their own, so that it works without a script.
type WorkflowForm struct {
	Page        Page
	Action      string
	Cancel      string
	Editing     bool
	Version     string
	ID          string
	Description string
	Rows        []NodeRow
	Full        bool     // there are as many nodes as there may be
	Models      []string // the app's own, as suggestions
	YAML        string
	Errors      map[string]string
	Theirs      *WorkflowTexts // what somebody else saved meanwhile
	Read        bool           // the rows were read from the YAML
}

// NodeRow is a node as it was typed.
type NodeRow struct{ ID, Model, Inputs string }

// WorkflowTexts are the parts of a workflow that are edited.
type WorkflowTexts struct {
	Description string
	Nodes       []NodeRow
}

func nodeField(field string, row int) string { return field + "-" + strconv.Itoa(row+1) }

// problems are the messages of the form in the order of its fields.
func (v WorkflowForm) problems() []parts.Problem {
	var problems []parts.Problem
	add := func(field, prefix string) {
		if message := v.Errors[field]; message != "" {
			problems = append(problems, parts.Problem{Field: field, Message: prefix + message})
		}
	}
	add("id", "")
	add("description", "")
	add("nodes", "")
	for i := range v.Rows {
		for _, field := range []string{"node", "model", "inputs"} {
			add(nodeField(field, i), "Node "+strconv.Itoa(i+1)+": ")
		}
	}
	add("yaml", "YAML: ")
	return problems
}

func (v WorkflowForm) title() string {
	if v.Editing {
		return "Edit " + v.ID
	}
	return "Create workflow"
}

// inWords is a list of nodes for comparing two versions.
func (t WorkflowTexts) inWords() []string {
	said := make([]string, 0, len(t.Nodes))
	for _, n := range t.Nodes {
		text := n.ID + " = " + n.Model
		if n.Inputs != "" {
			text += " ← " + strings.Join(strings.Fields(strings.ReplaceAll(n.Inputs, ",", " ")), ", ")
		}
		said = append(said, text)
	}
	return said
}
