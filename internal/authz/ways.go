package authz

import "slices"

// waysIn are the smallest sets of changes that turn a No into a Yes.
func waysIn(who Subject, scope Scope, what Object) [][]Change {
	families := givers(who, what)
	for size := 1; size <= len(families); size++ {
		if found := combine(families, size, nil, func(changes []Change) bool { return after(changes, who, scope, what).Allowed }); len(found) > 0 {
			return found
		}
	}
	return nil
}

// givers are the changes that can give something, by family, from the least power over others to the most. Of a family only the first change
// that does it is a smallest one, except of teams, where each is a choice of its own.
func givers(who Subject, what Object) [][]Change {
	var families [][]Change
	if !who.SignedIn {
		families = append(families, []Change{{Kind: SignIn}})
	}
	if who.Suspended {
		families = append(families, []Change{{Kind: Reinstate}})
	}
	if app := what.App; app != nil {
		for _, team := range app.Teams {
			if !slices.Contains(who.Teams, team) {
				families = append(families, []Change{{Kind: JoinTeam, Team: team}})
			}
		}
		for _, team := range who.Teams {
			if !slices.Contains(app.Teams, team) {
				families = append(families, []Change{{Kind: AddAppToTeam, Team: team}})
			}
		}
		var levels, visibilities []Change
		for level := app.Collaborator + 1; level <= Contributor; level++ {
			levels = append(levels, Change{Kind: SetCollaborator, Level: level})
		}
		for v := app.Visibility + 1; v <= Public; v++ {
			visibilities = append(visibilities, Change{Kind: SetVisibility, Visibility: v})
		}
		families = append(families, levels, visibilities)
	}
	var roles []Change
	for _, role := range slices.Backward(Roles()) {
		if role != who.Role {
			roles = append(roles, Change{Kind: GiveRole, Role: role})
		}
	}
	return append(families, roles)
}

// combine returns every set of that size that does it, with one change of each of several families. Within the last family the first change
// that does it is enough; the others of a set are the first with which anything is.
func combine(families [][]Change, size int, chosen []Change, does func([]Change) bool) [][]Change {
	var found [][]Change
	for i, family := range families {
		for _, change := range family {
			next := append(slices.Clone(chosen), change)
			if size == 1 {
				if does(next) {
					found = append(found, next)
					break
				}
				continue
			}
			if deeper := combine(families[i+1:], size-1, next, does); len(deeper) > 0 {
				found = append(found, deeper...)
				break
			}
		}
	}
	return found
}

// waysOut are the single changes that turn a Yes into a No, and, when several grants say Yes, the set that takes each of them.
func waysOut(who Subject, scope Scope, what Object) [][]Change {
	var ways [][]Change
	denies := func(changes ...Change) bool { return !after(changes, who, scope, what).Allowed }
	for _, family := range takers(who, what, Decide(who, scope, what).Because) {
		for _, change := range family {
			if denies(change) {
				ways = append(ways, []Change{change})
				break
			}
		}
	}
	if each := oneByOne(who, scope, what); len(each) > 1 && smallest(each, denies) {
		ways = append(ways, each)
	}
	return ways
}

// oneByOne takes what says Yes grant by grant, each by the change that takes least, until nothing does.
func oneByOne(who Subject, scope Scope, what Object) []Change {
	var taken []Change
	for d := Decide(who, scope, what); d.Allowed; d = Decide(who, scope, what) {
		change := taker(who, scope, what, d)
		taken = append(taken, change)
		who, what = change.Apply(who, what)
	}
	return taken
}

// taker is the change that takes the first grant that says Yes and puts no other in its place.
func taker(who Subject, scope Scope, what Object, d Decision) Change {
	first := d.Because[slices.IndexFunc(d.Because, saysYes)]
	for _, family := range takers(who, what, []Reason{first}) {
		for _, change := range family {
			left := after([]Change{change}, who, scope, what)
			if change.Kind != Suspend && !slices.Contains(left.Because, first) && yeses(left) < yeses(d) {
				return change
			}
		}
	}
	return Change{Kind: RemoveMember}
}

func saysYes(r Reason) bool { return r.Yes }

func yeses(d Decision) (n int) {
	for _, r := range d.Because {
		if r.Yes {
			n++
		}
	}
	return n
}

func smallest(changes []Change, does func(...Change) bool) bool {
	for i := range changes {
		if does(slices.Delete(slices.Clone(changes), i, i+1)...) {
			return false
		}
	}
	return true
}

// takers are the changes that can take the grants, by family, from what takes least to what takes most.
func takers(who Subject, what Object, because []Reason) [][]Change {
	var families [][]Change
	var roles, narrower []Change
	for _, reason := range because {
		if !reason.Yes {
			continue
		}
		switch reason.Origin {
		case FromRole:
			roles = demotions(who.Role)
		case FromTeam:
			families = append(families, []Change{{Kind: LeaveTeam, Team: reason.Team}}, []Change{{Kind: RemoveAppFromTeam, Team: reason.Team}})
			roles = demotions(who.Role)
		case FromCollaborator:
			families = append(families, []Change{{Kind: SetCollaborator, Level: Viewer}, {Kind: SetCollaborator}})
		case FromOrganizationVisibility, FromPublicVisibility:
			narrower = narrowings(what.App.Visibility)
		}
	}
	families = append(families, narrower, roles)
	if who.Role.Valid() {
		families = append(families, []Change{{Kind: Suspend}}, []Change{{Kind: RemoveMember}})
	}
	return families
}

// demotions are the roles whose columns hold less, the nearest first.
func demotions(from Role) []Change {
	var changes []Change
	for _, role := range Roles() {
		if role > from {
			changes = append(changes, Change{Kind: GiveRole, Role: role})
		}
	}
	return changes
}

// narrowings are the visibilities below one, from the widest.
func narrowings(v Visibility) []Change {
	var changes []Change
	for v > Private {
		v--
		changes = append(changes, Change{Kind: SetVisibility, Visibility: v})
	}
	return changes
}
