package store

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"gatehouse/internal/authz"
	"gatehouse/internal/secret"
	"gatehouse/models"
)

var hands, feet = models.TeamRef{Slug: "hands", Name: "Hands"}, models.TeamRef{Slug: "feet", Name: "Feet"}

// inviteInto invites an address to Northwind and some of its teams.
func (w *world) inviteInto(email string, teams ...models.TeamRef) []byte {
	w.t.Helper()
	hash := secret.HashToken(secret.Token())
	_, err := w.in("northwind", "ada@northwind.example").Invite(w.ctx, models.InvitationDraft{Email: email, Role: authz.TeamContributor, Teams: teams, For: week}, hash, models.Mail{})
	must(w.t, err)
	return hash
}

// teamsOf are the teams of an account at Northwind.
func (w *world) teamsOf(email string) string {
	w.t.Helper()
	member, err := w.in("northwind", "ada@northwind.example").Member(w.ctx, w.userID(email))
	must(w.t, err)
	return teamSlugs(member.Teams)
}

// lastAfter is the last audit entry of an action: what it says of afterwards.
func (w *world) lastAfter(action models.Action) map[string]string {
	w.t.Helper()
	log, err := w.in("northwind", "ada@northwind.example").Audit(w.ctx, models.AuditFilter{Action: action})
	must(w.t, err)
	return log.Rows[0].After
}

func TestWhoeverAcceptsIsPutIntoTheTeamsThatAreLeft(t *testing.T) {
	each(t, func(w *world) {
		hash := w.inviteInto("new@x.example", hands, feet)
		equal(w.t, "audit of the invitation", w.lastAfter(models.ActionInvitationSent)["teams"], "hands, feet")
		offer, err := w.InvitationOffer(w.ctx, hash)
		must(w.t, err)
		equal(w.t, "offered", teamSlugs(offer.Teams), "feet, hands") // by name
		w.run("DELETE FROM team_apps WHERE team_id IN (SELECT id FROM teams WHERE slug = 'feet')")
		w.run("DELETE FROM team_members WHERE team_id IN (SELECT id FROM teams WHERE slug = 'feet')")
		w.run("DELETE FROM teams WHERE slug = 'feet'")
		_, err = w.JoinByInvitation(w.ctx, hash, "New Person", hashOf, nil, secret.HashToken("s"), request)
		must(w.t, err)
		equal(w.t, "in", w.teamsOf("new@x.example"), "hands")
		equal(w.t, "put there by who invited", w.number("SELECT count(*) FROM team_members tm JOIN users u ON u.id = tm.added_by WHERE tm.user_id = ? AND u.email_norm = 'ada@northwind.example'", w.userID("new@x.example")), 1)
		equal(w.t, "audit", fmt.Sprint(w.lastAfter(models.ActionMemberJoined)), "map[role:team_contributor teams:hands]")
	})
}

func TestSendingAgainKeepsTheTeamsAndInvitingAgainReplacesThem(t *testing.T) {
	each(t, func(w *world) {
		w.inviteInto("carl@contoso.example", hands)
		id, ada := w.invitationID("carl@contoso.example"), w.in("northwind", "ada@northwind.example")
		must(w.t, ada.ResendInvitation(w.ctx, id, models.InvitationDraft{For: week}, secret.HashToken("again"), models.Mail{Text: "t"}))
		invitation, err := ada.Invitation(w.ctx, id)
		must(w.t, err)
		equal(w.t, "sent again", teamSlugs(invitation.Teams), "hands")
		hash := w.inviteInto("carl@contoso.example", feet)
		invitation, err = ada.Invitation(w.ctx, id)
		must(w.t, err)
		equal(w.t, "invited again", teamSlugs(invitation.Teams), "feet")
		equal(w.t, "audit", w.lastAfter(models.ActionInvitationLinkMade)["teams"], "feet")
		carl := w.person("carl@contoso.example")
		good, failures := atOnce(10, func(int) error {
			_, err := w.AcceptInvitation(w.ctx, carl, hash)
			return err
		})
		equal(w.t, "went well", good, 10)
		equal(w.t, "failures", fmt.Sprint(failures), "[]")
		equal(w.t, "in", w.teamsOf("carl@contoso.example"), "feet")
	})
}

func TestAnInvitationToATeamThatIsNotThereIsRefused(t *testing.T) {
	each(t, func(w *world) {
		ada, before := w.in("northwind", "ada@northwind.example"), ""
		before = w.tables()
		for _, slug := range []string{"sales", "nothing", "../x"} { // the first is Contoso's
			_, err := ada.Invite(w.ctx, models.InvitationDraft{Email: "new@x.example", Role: authz.OrganizationUser, Teams: []models.TeamRef{hands, {Slug: slug}}, For: week}, secret.HashToken(slug), models.Mail{})
			refusedField(w.t, err, "teams")
		}
		equal(w.t, "tables", w.tables(), before)
		known, err := ada.TeamsNamed(w.ctx, []string{"HANDS", "sales", "nothing", "", "a b"})
		must(w.t, err)
		equal(w.t, "known", fmt.Sprint(known), "map[hands:{hands Hands}]")
	})
}

// A team that is being deleted while somebody joins is either joined before, or no longer there.
func TestJoiningWhileATeamIsDeleted(t *testing.T) {
	each(t, func(w *world) {
		idle := models.TeamRef{Slug: "idle"}
		hashes := [][]byte{w.inviteInto("a@x.example", idle), w.inviteInto("b@x.example", idle, hands), w.inviteInto("c@x.example", idle)}
		_, failures := atOnce(len(hashes)+1, func(i int) error {
			if i == len(hashes) {
				return w.write(w.ctx, "delete a team", func(u *unit) error {
					lock := u.dialect.forUpdate("t")
					if err := u.all(&[]string{}, "SELECT t.id FROM teams t WHERE t.slug = 'idle'"+lock); err != nil {
						return err
					}
					return u.do(stmt("DELETE FROM team_members WHERE team_id IN (SELECT id FROM teams WHERE slug = 'idle')"), stmt("DELETE FROM teams WHERE slug = 'idle'"))
				})
			}
			_, err := w.JoinByInvitation(w.ctx, hashes[i], "New Person", hashOf, nil, secret.HashToken(fmt.Sprint(i)), request)
			return err
		})
		equal(w.t, "failures", fmt.Sprint(failures), "[]")
		equal(w.t, "b is in", w.teamsOf("b@x.example"), "hands")
	})
}

func TestInvitationsAreSortedAndFiltered(t *testing.T) {
	each(t, func(w *world) {
		ada := w.in("northwind", "ada@northwind.example")
		invite := func(email string, lasts time.Duration) {
			w.clock.pass(time.Minute)
			_, err := ada.Invite(w.ctx, models.InvitationDraft{Email: email, Role: authz.OrganizationUser, For: lasts}, secret.HashToken(email), models.Mail{})
			must(w.t, err)
		}
		invite("a@x.example", 3*time.Hour)
		invite("b@x.example", time.Hour)
		invite("c@x.example", 2*time.Hour)
		w.clock.pass(90 * time.Minute)
		for _, c := range []struct {
			filter models.InvitationFilter
			want   string
		}{
			{models.InvitationFilter{}, "c b a newt"},
			{models.InvitationFilter{Sort: models.FirstSentFirst}, "newt a b c"},
			{models.InvitationFilter{Sort: models.ExpiresFirst}, "b c a newt"},
			{models.InvitationFilter{Sort: models.ExpiresLast}, "newt a c b"},
			{models.InvitationFilter{Expiry: models.Expired}, "b"},
			{models.InvitationFilter{Expiry: models.Live, Sort: models.ExpiresFirst}, "c a newt"},
			{models.InvitationFilter{Query: "x.example", Sort: models.FirstSentFirst}, "a b c"},
		} {
			// Page by page, forth and back.
			filter, seen := c.filter, []string{}
			for range 5 {
				filter.Page.Size = 1
				page, err := ada.Invitations(w.ctx, filter)
				must(w.t, err)
				local, _, _ := strings.Cut(strings.ToLower(page.Rows[0].Email), "@")
				seen = append(seen, local)
				if page.Newer != "" {
					back, err := ada.Invitations(w.ctx, models.InvitationFilter{Query: filter.Query, Expiry: filter.Expiry, Sort: filter.Sort, Page: models.Page{Size: 1, Before: page.Newer}})
					must(w.t, err)
					before, _, _ := strings.Cut(strings.ToLower(back.Rows[0].Email), "@")
					equal(w.t, "back", before, seen[len(seen)-2])
				}
				if filter.Page.After = page.Older; page.Older == "" {
					break
				}
			}
			equal(w.t, fmt.Sprintf("%+v", c.filter), strings.Join(seen, " "), c.want)
		}
		// A cursor of a list that is sorted otherwise is none.
		foreign := models.Page{Size: 1, After: position{"not a time", newID()}.cursor()}
		page, err := ada.Invitations(w.ctx, models.InvitationFilter{Page: foreign})
		must(w.t, err)
		equal(w.t, "first", page.Rows[0].Email, "c@x.example")
	})
}
