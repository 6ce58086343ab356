package views_test

import (
	"strings"
	"testing"

	"gatehouse/views"
)

func TestABulkChangeSaysWhatWillHappenToWhom(t *testing.T) {
	v := sampleBulk("role")
	doc := byID(render(t, views.BulkPage(v)))["content"]
	says(t, doc, "1 member will be changed, 1 member skipped.", "Becomes Team Contributor", "Has this role already.", "Change the role of 1 member", "Only the first 1,000 are chosen.")
	form := elements(doc, "form")[0]
	if _, off := attr(elements(form, "button")[0], "disabled"); !off {
		t.Error("Enter would confirm")
	}
	sent := map[string]string{}
	for _, field := range elements(form, "input") {
		if kind, _ := attr(field, "type"); kind == "hidden" {
			name, _ := attr(field, "name")
			sent[name], _ = attr(field, "value")
		}
	}
	if sent["members"] != "1 2 3 4" || sent["action"] != "role" {
		t.Errorf("it sends %v", sent)
	}
	for action, words := range map[string][]string{
		"suspend": {"Will be locked out", "Suspend 1 member"}, "reinstate": {"Will be let in again"}, "team": {"Joins Hands", "Add to Hands: 1 member"},
		"remove": {"Type the organization's ID, northwind, to confirm", "Remove 1 member"},
	} {
		says(t, byID(render(t, views.BulkPage(sampleBulk(action))))["content"], words...)
	}
}

func TestABulkChangeOfNobodyCannotBeConfirmed(t *testing.T) {
	v := sampleBulk("remove")
	v.Rows = v.Rows[1:2]
	doc := byID(render(t, views.BulkPage(v)))["content"]
	says(t, doc, "There is nobody whom this would change.")
	hidesWords(t, doc, "to confirm")
}

func TestTheResultOfABulkChangeBeginsWithWhoWasNotChanged(t *testing.T) {
	doc := byID(render(t, views.BulkResultPage(sampleBulk("suspend"))))["content"]
	says(t, doc, "1 member changed", "1 member not changed, 1 member skipped.", "Is suspended", "Select these again")
	whole := text(doc)
	if failed, done := strings.Index(whole, "Is no longer a member."), strings.LastIndex(whole, "Is suspended"); failed < 0 || failed > done {
		t.Errorf("the order is %s", whole)
	}
	again := elements(doc, "form")[0]
	if value, _ := attr(elements(again, "input")[1], "value"); value != "4" {
		t.Errorf("it selects %q again", value)
	}
}
