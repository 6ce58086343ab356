package authz

import (
	"os"
	"strings"
	"testing"
)

// The golden file is written by hand from the domain's table: a change of who may do what must be made in both places.
func TestMatrixEqualsItsGoldenFile(t *testing.T) {
	want, err := os.ReadFile("testdata/scopes.tsv")
	if err != nil {
		t.Fatal(err)
	}
	got := strings.Split(TSV(), "\n")
	for i, line := range strings.Split(string(want), "\n") {
		if i >= len(got) || got[i] != line {
			t.Fatalf("line %d differs from testdata/scopes.tsv:\n got %q\nwant %q", i+1, at(got, i), line)
		}
	}
	if len(got) != len(strings.Split(string(want), "\n")) {
		t.Errorf("the program has %d lines, the golden file another number", len(got))
	}
}

func at(lines []string, i int) string {
	if i < len(lines) {
		return lines[i]
	}
	return "(none)"
}

func TestMatrixHasTheDomainsNumbers(t *testing.T) {
	if n := len(matrix.Scopes()); n != 22 {
		t.Errorf("the role table has %d rows, want 22", n)
	}
	if n := len(console.Scopes()); n != 7 {
		t.Errorf("the console table has %d rows, want 7", n)
	}
	yes, no := 0, 0
	perRole := map[Role]int{}
	for _, s := range matrix.Scopes() {
		for _, r := range Roles() {
			if s.Holds(r) {
				yes++
				perRole[r]++
			} else {
				no++
			}
		}
	}
	if yes != 59 || no != 29 {
		t.Errorf("%d Yes and %d No, want 59 and 29", yes, no)
	}
	for role, want := range map[Role]int{Administrator: 22, OrganizationContributor: 21, TeamContributor: 12, OrganizationUser: 4} {
		if perRole[role] != want {
			t.Errorf("%s has %d Yes, want %d", role, perRole[role], want)
		}
	}
}

// Every role holds what the roles right of it hold: a promotion never takes anything away.
func TestEachRoleContainsTheNext(t *testing.T) {
	roles := Roles()
	eachRow(func(_ *Table, s Scope) {
		for i := 1; i < len(roles); i++ {
			if s.Holds(roles[i]) && !s.Holds(roles[i-1]) {
				t.Errorf("%s: %s holds it but %s does not", s.Name(), roles[i], roles[i-1])
			}
		}
	})
}

func TestTheZeroScopeAndTheZeroRoleAreGrantedNothing(t *testing.T) {
	for _, r := range append(Roles(), 0, 99) {
		if (Scope{}).Holds(r) {
			t.Errorf("the zero scope is granted to %s", r)
		}
	}
	eachRow(func(_ *Table, s Scope) {
		if s.Holds(0) || s.Holds(99) {
			t.Errorf("%s is granted to no role", s.Name())
		}
	})
}

func TestADuplicateScopeStopsTheProgram(t *testing.T) {
	for name, add := range map[string]func(*Table){
		"same name":  func(t *Table) { t.add(OfApp, "a:b", "Other", Administrator) },
		"same label": func(t *Table) { t.add(OfApp, "c:d", "Label", Administrator) },
		"same role":  func(t *Table) { t.add(OfApp, "e:f", "New", Administrator, Administrator) },
		"no role":    func(t *Table) { t.add(OfApp, "e:f", "New", 0) },
	} {
		t.Run(name, func(t *testing.T) {
			defer func() {
				if recover() == nil {
					t.Error("it was accepted")
				}
			}()
			table := &Table{key: "test"}
			table.add(OfApp, "a:b", "Label", Administrator)
			add(table)
		})
	}
}

func TestKeysAndLabels(t *testing.T) {
	for _, r := range Roles() {
		back, err := ParseRole(r.Key())
		if err != nil || back != r {
			t.Errorf("ParseRole(%q) = %v, %v", r.Key(), back, err)
		}
		if r.Label() == "" || r.Meaning() == "" || r.Plural() == "" {
			t.Errorf("%s lacks a text", r)
		}
	}
	for _, wrong := range []string{"", "Administrator", "owner"} {
		if _, err := ParseRole(wrong); err == nil {
			t.Errorf("ParseRole(%q) was accepted", wrong)
		}
	}
	if s, ok := FindScope("members:manage"); !ok || s != MembersManage {
		t.Error("members:manage is not found")
	}
	if _, ok := FindScope("members:own"); ok {
		t.Error("a scope that does not exist was found")
	}
}

func TestMarkdownShowsEveryRow(t *testing.T) {
	text := Markdown()
	eachRow(func(_ *Table, s Scope) {
		if !strings.Contains(text, "| `"+s.Name()+"` | "+s.Label()+" |") {
			t.Errorf("%s is missing", s.Name())
		}
	})
}
