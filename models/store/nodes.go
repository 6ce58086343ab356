package store

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"gatehouse/internal/authz"
	"gatehouse/models"
)

type nodeRow struct {
	OrganizationID string `gorm:"column:organization_id"`
	WorkflowID     string `gorm:"column:workflow_id;primaryKey"`
	Position       int    `gorm:"column:position;primaryKey"`
	Slug           string `gorm:"column:slug"`
	ModelID        ref    `gorm:"column:model_id"`
	LostModel      string `gorm:"column:lost_model"`
	Inputs         string `gorm:"column:inputs"` // JSON
}

func (nodeRow) TableName() string { return "workflow_nodes" }

// openerRow is what opens an app to a person, besides their role.
type openerRow struct {
	AppVisibility ref  `gorm:"column:app_visibility"`
	Level         ref  `gorm:"column:level"`
	Shared        bool `gorm:"column:shared"`
}

// reads says whether the person may read a thing of that visibility in the app, by what authz.Decide says of the app.
func (g openerRow) reads(subject authz.Subject, visibility string) bool {
	app := &authz.App{Visibility: visibilityOf(string(g.AppVisibility)), Collaborator: levelOf(string(g.Level))}
	subject.Teams = nil
	if g.Shared {
		subject.Teams, app.Teams = []string{"shared"}, []string{"shared"}
	}
	return authz.Decide(subject, authz.SidebarView, authz.Object{App: app}).Reads(visibilityOf(visibility))
}

// thingAnywhere is a model or a module of the organization, in whatever app, with what decides whether a person reads it.
type thingAnywhere struct {
	ID         ref       `gorm:"column:id"`
	Slug       ref       `gorm:"column:slug"`
	Type       ref       `gorm:"column:type"` // of a model
	Visibility ref       `gorm:"column:visibility"`
	App        ref       `gorm:"column:app"`
	Grants     openerRow `gorm:"embedded"`
}

// grantColumns are what opens an app a; they take the account twice.
const grantColumns = `a.visibility AS app_visibility, (SELECT c.level FROM collaborators c WHERE c.app_id = a.id AND c.user_id = ?) AS level,
	EXISTS (SELECT 1 FROM team_apps ta JOIN team_members tm ON tm.team_id = ta.team_id WHERE ta.app_id = a.id AND tm.user_id = ?) AS shared`

// anywhereColumns are those of thingAnywhere, of a thing y in an app a.
const anywhereColumns = "y.id, y.slug, y.visibility, a.slug AS app, " + grantColumns

func (m thingAnywhere) readable(subject authz.Subject) bool {
	return m.Grants.reads(subject, string(m.Visibility))
}

func (m thingAnywhere) ref() models.ModelRef {
	return models.ModelRef{App: string(m.App), Model: string(m.Slug)}
}

// nodesOf reads the nodes of a workflow in their order. What a workflow names is part of it, so a model is named to whoever reads the
// workflow; whether they can open the model's page is another question, and answered too.
func (t Tenant) nodesOf(u *unit, r models.Reached, workflowID string) ([]models.Node, error) {
	var rows []struct {
		Node  string        `gorm:"column:node"`
		Lost  string        `gorm:"column:lost_model"`
		In    string        `gorm:"column:inputs"`
		Model thingAnywhere `gorm:"embedded"`
	}
	err := u.all(&rows, `SELECT n.slug AS node, n.lost_model, n.inputs, y.type, `+anywhereColumns+` FROM workflow_nodes n
		LEFT JOIN models y ON y.id = n.model_id LEFT JOIN apps a ON a.id = y.app_id
		WHERE n.organization_id = ? AND n.workflow_id = ? ORDER BY n.position`, t.actor.User.ID, t.actor.User.ID, t.organization(), workflowID)
	if err != nil {
		return nil, err
	}
	nodes := make([]models.Node, 0, len(rows))
	for _, row := range rows {
		n := models.Node{ID: row.Node, ModelID: string(row.Model.ID), Type: models.ModelType(row.Model.Type), Lost: row.Model.ID == ""}
		if err := json.Unmarshal([]byte(row.In), &n.Inputs); err != nil {
			return nil, fmt.Errorf("inputs of a node: %w", err)
		}
		if n.Lost {
			n.Model.App, n.Model.Model, _ = strings.Cut(row.Lost, "/")
		} else {
			n.Model, n.Readable = row.Model.ref(), row.Model.readable(r.Subject)
		}
		n.Model = n.Model.In(r.App.Slug)
		nodes = append(nodes, n)
	}
	return nodes, nil
}

// withModels finds the model of each node: one that the person can read, or one that the workflow already uses. The models are kept from
// being deleted until the workflow is saved.
func (t Tenant) withModels(u *unit, r models.Reached, nodes, before []models.Node) ([]models.Node, error) {
	found, err := t.modelsNamed(u, r, nodes)
	if err != nil {
		return nil, err
	}
	kept := func(id string) bool {
		return slices.ContainsFunc(before, func(n models.Node) bool { return n.ModelID == id })
	}
	var problems models.Problems
	ready := slices.Clone(nodes)
	for i := range ready {
		n := &ready[i]
		at := slices.IndexFunc(found, func(m thingAnywhere) bool {
			return strings.EqualFold(string(m.Slug), n.Model.Model) && strings.EqualFold(string(m.App), appOf(n.Model, r))
		})
		if at < 0 || !found[at].readable(r.Subject) && !kept(string(found[at].ID)) {
			problems = append(problems, &models.Refusal{
				Kind: models.Invalid, Field: models.NodeField("model", i+1), Sentence: "There is no model “" + n.Model.String() + "” that you can read.",
			})
			continue
		}
		n.ModelID, n.Model, n.Type = string(found[at].ID), found[at].ref().In(r.App.Slug), models.ModelType(found[at].Type)
	}
	return ready, problems.Err()
}

func appOf(m models.ModelRef, r models.Reached) string {
	if m.App == "" {
		return r.App.Slug
	}
	return m.App
}

func (t Tenant) modelsNamed(u *unit, r models.Reached, nodes []models.Node) ([]thingAnywhere, error) {
	q := (&query{}).add("SELECT y.type, "+anywhereColumns+" FROM models y JOIN apps a ON a.id = y.app_id WHERE y.organization_id = ? AND (false",
		t.actor.User.ID, t.actor.User.ID, t.organization())
	for _, n := range nodes {
		if n.Model.App == "" {
			q.add(" OR (y.app_id = ? AND y.slug_norm = ?)", r.App.ID, strings.ToLower(n.Model.Model))
		} else {
			q.add(" OR (a.organization_id = ? AND a.slug_norm = ? AND y.slug_norm = ?)", t.organization(), strings.ToLower(n.Model.App), strings.ToLower(n.Model.Model))
		}
	}
	q.add(") ORDER BY y.id" + u.dialect.forShare("y"))
	var found []thingAnywhere
	err := u.rows(&found, q)
	return found, err
}

// keepNodes makes the nodes of a workflow, which has none.
func (t Tenant) keepNodes(u *unit, workflowID string, nodes []models.Node) error {
	rows := make([]nodeRow, 0, len(nodes))
	for i, n := range nodes {
		inputs, err := json.Marshal(append([]string{}, n.Inputs...))
		if err != nil {
			return err
		}
		rows = append(rows, nodeRow{OrganizationID: t.organization(), WorkflowID: workflowID, Position: i, Slug: n.ID, ModelID: ref(n.ModelID), Inputs: string(inputs)})
	}
	return u.insert(&rows)
}
