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

const week = 7 * 24 * time.Hour

// invite invites an address to Northwind as Ada does, and returns the hash of the link's token.
func (w *world) invite(email string, role authz.Role) []byte {
	w.t.Helper()
	hash := secret.HashToken(secret.Token())
	_, err := w.in("northwind", "ada@northwind.example").Invite(w.ctx, models.InvitationDraft{Email: email, Role: role, Note: "Hello", For: week}, hash, models.Mail{})
	must(w.t, err)
	return hash
}

// invitationID is the id of the pending invitation of an address.
func (w *world) invitationID(email string) string {
	w.t.Helper()
	listed, err := w.in("northwind", "ada@northwind.example").Invitations(w.ctx, models.InvitationFilter{Query: email})
	must(w.t, err)
	if len(listed.Rows) != 1 {
		w.t.Fatalf("%d invitations of %s", len(listed.Rows), email)
	}
	return listed.Rows[0].ID
}

func TestInvitingANewAddressAPendingOneAndAMember(t *testing.T) {
	each(t, func(w *world) {
		ada := w.in("northwind", "ada@northwind.example")
		first, second := secret.HashToken("first"), secret.HashToken("second")
		invite := func(email string, role authz.Role, hash []byte) models.InviteOutcome {
			w.t.Helper()
			outcome, err := ada.Invite(w.ctx, models.InvitationDraft{Email: email, Role: role, Note: "n", For: week}, hash, models.Mail{To: "x", Subject: "s", Text: "t"})
			must(w.t, err)
			return outcome
		}
		w.records(func() {
			equal(w.t, "new", invite("Carl@contoso.example", authz.OrganizationUser, first), models.InviteNew)
		}, "northwind invitation.sent")
		claimed, err := w.Claim(w.ctx, 10)
		must(w.t, err)
		equal(w.t, "mails", len(claimed), 1)
		equal(w.t, "mail goes to", claimed[0].To, "Carl@contoso.example")

		w.clock.pass(2 * week) // expired, and still there
		ada = w.in("northwind", "ada@northwind.example")
		w.records(func() {
			equal(w.t, "pending", invite("carl@CONTOSO.example", authz.TeamContributor, second), models.InviteResent)
		}, "northwind invitation.resent")
		equal(w.t, "pending", w.number("SELECT count(*) FROM invitations WHERE email_norm = 'carl@contoso.example'"), 1)
		_, err = w.InvitationOffer(w.ctx, first)
		refused(w.t, err, models.NotFound)
		offer, err := w.InvitationOffer(w.ctx, second)
		must(w.t, err)
		equal(w.t, "role", offer.Role, authz.TeamContributor)
		equal(w.t, "account", offer.Account, true)
		equal(w.t, "inviter", offer.InvitedBy, "Ada Admin")
		equal(w.t, "expired", offer.Expired(w.clock.now()), false)

		w.records(func() {
			before := w.tables()
			equal(w.t, "member", invite("OLGA@northwind.example", authz.Administrator, secret.HashToken("x")), models.InviteMember)
			equal(w.t, "tables", w.tables(), before)
		})
		outcomes, err := ada.InviteOutcomes(w.ctx, []string{"Olga@Northwind.example", "CARL@contoso.example", "new@x.example"})
		must(w.t, err)
		equal(w.t, "outcomes", fmt.Sprint(outcomes), fmt.Sprint(map[string]models.InviteOutcome{"olga@northwind.example": models.InviteMember, "carl@contoso.example": models.InviteResent}))
	})
}

func TestTwoAdministratorsInviteTheSameAddressAtOnce(t *testing.T) {
	each(t, func(w *world) {
		ada := w.in("northwind", "ada@northwind.example")
		_, failures := atOnce(8, func(i int) error {
			_, err := ada.Invite(w.ctx, models.InvitationDraft{Email: "new@x.example", Role: authz.OrganizationUser, For: week}, secret.HashToken(fmt.Sprint(i)), models.Mail{})
			return err
		})
		for _, err := range failures {
			refusedField(w.t, err, "email")
		}
		equal(w.t, "invitations", w.number("SELECT count(*) FROM invitations WHERE email_norm = 'new@x.example'"), 1)
	})
}

func TestInvitationsAreListedFoundAndPaged(t *testing.T) {
	each(t, func(w *world) {
		for i := range 5 {
			w.invite(fmt.Sprintf("p%d@x.example", i), authz.OrganizationUser)
		}
		ada := w.in("northwind", "ada@northwind.example")
		page, err := ada.Invitations(w.ctx, models.InvitationFilter{Page: models.Page{Size: 4}})
		must(w.t, err)
		equal(w.t, "newest", page.Rows[0].Email, "p4@x.example")
		rest, err := ada.Invitations(w.ctx, models.InvitationFilter{Page: models.Page{Size: 4, After: page.Older}})
		must(w.t, err)
		equal(w.t, "rest", len(rest.Rows), 2) // with the seeded one
		equal(w.t, "oldest", rest.Rows[1].Email, "Newt@northwind.example")
		n, err := ada.PendingInvitations(w.ctx)
		must(w.t, err)
		equal(w.t, "count", n, 6)
		found, err := ada.Invitations(w.ctx, models.InvitationFilter{Query: "P3@"})
		must(w.t, err)
		equal(w.t, "found", len(found.Rows), 1)
		other, err := w.in("contoso", "carl@contoso.example").Invitations(w.ctx, models.InvitationFilter{})
		must(w.t, err)
		equal(w.t, "of another organization", len(other.Rows), 0)
	})
}

func TestResendingAndCancelling(t *testing.T) {
	each(t, func(w *world) {
		old := w.invite("new@x.example", authz.TeamContributor)
		id, fresh := w.invitationID("new@x.example"), secret.HashToken("fresh")
		ada, carl := w.in("northwind", "ada@northwind.example"), w.in("contoso", "carl@contoso.example")
		w.records(func() {
			refused(w.t, carl.CancelInvitation(w.ctx, id), models.NotFound)
			refused(w.t, carl.ResendInvitation(w.ctx, id, models.InvitationDraft{For: week}, fresh, models.Mail{}), models.NotFound)
			refused(w.t, ada.CancelInvitation(w.ctx, "nothing"), models.NotFound)
		})
		w.clock.pass(week)
		ada = w.in("northwind", "ada@northwind.example")
		w.records(func() {
			must(w.t, ada.ResendInvitation(w.ctx, id, models.InvitationDraft{For: week}, fresh, models.Mail{Subject: "s", Text: "t"}))
		}, "northwind invitation.resent")
		equal(w.t, "mailed", w.number("SELECT count(*) FROM invitations WHERE id = ? AND mailed", id), 1)
		fresh = secret.HashToken("shown")
		w.records(func() {
			must(w.t, ada.ResendInvitation(w.ctx, id, models.InvitationDraft{For: week}, fresh, models.Mail{}))
		}, "northwind invitation.link-made")
		equal(w.t, "mailed", w.number("SELECT count(*) FROM invitations WHERE id = ? AND mailed", id), 0)
		_, err := w.InvitationOffer(w.ctx, old)
		refused(w.t, err, models.NotFound)
		offer, err := w.InvitationOffer(w.ctx, fresh)
		must(w.t, err)
		equal(w.t, "role and note stay", offer.Role.Key()+offer.Note, "team_contributorHello")
		must(w.t, offer.Usable(w.clock.now()))
		w.records(func() { must(w.t, ada.CancelInvitation(w.ctx, id)) }, "northwind invitation.cancelled")
		w.records(func() {
			refused(w.t, ada.CancelInvitation(w.ctx, id), models.Gone)
			refused(w.t, ada.ResendInvitation(w.ctx, id, models.InvitationDraft{For: week}, secret.HashToken("y"), models.Mail{}), models.Gone)
			_, err = w.JoinByInvitation(w.ctx, fresh, "New", "$h", nil, secret.HashToken("s"), request)
			refused(w.t, err, models.Gone)
			_, err = w.DeclineInvitation(w.ctx, fresh, request)
			refused(w.t, err, models.Gone)
		})
		// A cancelled address can be invited again.
		w.invite("new@x.example", authz.OrganizationUser)
	})
}

func TestAcceptingMakesAMemberOnce(t *testing.T) {
	each(t, func(w *world) {
		hash := w.invite("CARL@contoso.example", authz.TeamContributor)
		carl := w.person("carl@contoso.example")
		w.records(func() {
			_, err := w.AcceptInvitation(w.ctx, w.person("olga@northwind.example"), hash)
			refused(w.t, err, models.Denied)
			_, err = w.AcceptInvitation(w.ctx, carl, secret.HashToken("tampered"))
			refused(w.t, err, models.NotFound)
			bySAML := carl
			bySAML.Methods = []models.Authentication{{Method: models.BySAML, OrganizationID: "x"}}
			_, err = w.AcceptInvitation(w.ctx, bySAML, hash)
			refused(w.t, err, models.Denied)
		}, "northwind session.signed-in")
		w.records(func() {
			good, failures := atOnce(10, func(int) error {
				organization, err := w.AcceptInvitation(w.ctx, carl, hash)
				if err == nil && organization.Slug != "northwind" {
					err = fmt.Errorf("joined %q", organization.Slug)
				}
				return err
			})
			equal(w.t, "went well", good, 10)
			equal(w.t, "failures", fmt.Sprint(failures), "[]")
		}, "northwind member.joined")
		equal(w.t, "memberships", w.number("SELECT count(*) FROM members WHERE user_id = ? AND role = 'team_contributor' AND source = 'invitation'", carl.User.ID), 1)
		// Removed, the used link lets nobody back in.
		w.run("DELETE FROM members WHERE user_id = ? AND role = 'team_contributor'", carl.User.ID)
		_, err := w.AcceptInvitation(w.ctx, carl, hash)
		refused(w.t, err, models.Gone)
	})
}

func TestANewPersonJoinsOnceHoweverOftenAtOnce(t *testing.T) {
	each(t, func(w *world) {
		hash := w.invite("New@x.example", authz.OrganizationUser)
		replica := w.open()
		good, failures := atOnce(10, func(i int) error {
			_, err := []*Store{w.Store, replica}[i%2].JoinByInvitation(w.ctx, hash, "New Person", "$h", nil, secret.HashToken(fmt.Sprint(i)), request)
			return err
		})
		equal(w.t, "went well", good, 1)
		for _, err := range failures {
			refused(w.t, err, models.Gone)
		}
		equal(w.t, "accounts", w.number("SELECT count(*) FROM users WHERE email_norm = 'new@x.example'"), 1)
		equal(w.t, "members", w.number("SELECT count(*) FROM members m JOIN users u ON u.id = m.user_id WHERE u.email_norm = 'new@x.example'"), 1)
		equal(w.t, "sessions", w.number("SELECT count(*) FROM sessions s JOIN users u ON u.id = s.user_id WHERE u.email_norm = 'new@x.example'"), 1)
		member := w.in("northwind", "new@x.example")
		equal(w.t, "role", member.actor.Role, authz.OrganizationUser)
	})
}

func TestAnAddressWithAnAccountGetsNoSecondOne(t *testing.T) {
	each(t, func(w *world) {
		hash := w.invite("carl@contoso.example", authz.OrganizationUser)
		before := w.tables()
		_, err := w.JoinByInvitation(w.ctx, hash, "Not Carl", "$mine", nil, secret.HashToken("s"), request)
		refusedField(w.t, err, "email")
		equal(w.t, "tables", w.tables(), before)
	})
}

func TestExpiredInvitationsJoinNobody(t *testing.T) {
	each(t, func(w *world) {
		hash, carls := w.invite("new@x.example", authz.OrganizationUser), w.invite("carl@contoso.example", authz.OrganizationUser)
		carl := w.person("carl@contoso.example")
		own, err := w.InvitationsFor(w.ctx, carl)
		must(w.t, err)
		equal(w.t, "own", len(own), 1)
		w.clock.pass(week)
		carl = w.person("carl@contoso.example")
		before := w.tables()
		_, err = w.JoinByInvitation(w.ctx, hash, "New", "$h", nil, secret.HashToken("s"), request)
		refused(w.t, err, models.Gone)
		_, err = w.AcceptInvitation(w.ctx, carl, carls)
		refused(w.t, err, models.Gone)
		_, err = w.AcceptOwnInvitation(w.ctx, carl, own[0].ID)
		refused(w.t, err, models.Gone)
		equal(w.t, "tables", w.tables(), before)
		own, err = w.InvitationsFor(w.ctx, carl)
		must(w.t, err)
		equal(w.t, "own, expired", len(own), 0)
		equal(w.t, "and on every page", must1(w.Frame(w.ctx, carl, "")).Invitations, 0)
	})
}

func TestOnesOwnInvitationsAreAnsweredInTheConsole(t *testing.T) {
	each(t, func(w *world) {
		w.invite("carl@contoso.example", authz.OrganizationUser)
		id, carl, olga := w.invitationID("carl@contoso.example"), w.person("carl@contoso.example"), w.person("olga@northwind.example")
		bySAML := carl
		bySAML.Methods = []models.Authentication{{Method: models.BySAML, OrganizationID: "x"}}
		w.records(func() {
			_, err := w.AcceptOwnInvitation(w.ctx, olga, id)
			refused(w.t, err, models.NotFound)
			_, err = w.DeclineOwnInvitation(w.ctx, olga, id)
			refused(w.t, err, models.NotFound)
			_, err = w.AcceptOwnInvitation(w.ctx, bySAML, id)
			refused(w.t, err, models.Denied)
			_, err = w.AcceptOwnInvitation(w.ctx, carl, "nothing")
			refused(w.t, err, models.NotFound)
			own, err := w.InvitationsFor(w.ctx, bySAML)
			must(w.t, err)
			equal(w.t, "by single sign-on", len(own), 0)
			for told, person := range map[int]models.Person{1: carl, 0: olga} {
				equal(w.t, person.User.Name+" is told on every page of", must1(w.Frame(w.ctx, person, w.id("contoso"))).Invitations, told)
			}
			opens := bySAML
			opens.Methods = []models.Authentication{{Method: models.BySAML, OrganizationID: w.id("contoso")}}
			equal(w.t, "by single sign-on, on every page", must1(w.Frame(w.ctx, opens, w.id("contoso"))).Invitations, 0)
		})
		w.records(func() {
			for range 2 {
				_, err := w.DeclineOwnInvitation(w.ctx, carl, id)
				must(w.t, err)
			}
		}, "northwind invitation.declined")
		w.invite("carl@contoso.example", authz.OrganizationUser)
		w.records(func() {
			_, err := w.AcceptOwnInvitation(w.ctx, carl, w.invitationID("carl@contoso.example"))
			must(w.t, err)
		}, "northwind session.signed-in", "northwind member.joined")
	})
}

func TestAcceptingAndDecliningAtOnceEndsOneWay(t *testing.T) {
	each(t, func(w *world) {
		hash := w.invite("carl@contoso.example", authz.OrganizationUser)
		carl := w.person("carl@contoso.example")
		atOnce(10, func(i int) (err error) {
			if i%2 == 0 {
				_, err = w.AcceptInvitation(w.ctx, carl, hash)
			} else {
				_, err = w.DeclineInvitation(w.ctx, hash, request)
			}
			return err
		})
		accepted := w.number("SELECT count(*) FROM invitations WHERE email_norm = 'carl@contoso.example' AND state = 'accepted'")
		equal(w.t, "memberships", w.number("SELECT count(*) FROM members WHERE user_id = ?", carl.User.ID), 1+accepted)
		ends := 0
		for _, line := range w.log() {
			if strings.HasSuffix(line, "member.joined") || strings.HasSuffix(line, "invitation.declined") {
				ends++
			}
		}
		equal(w.t, "ends", ends, 1)
	})
}

func TestAMemberMeanwhileKeepsTheirRole(t *testing.T) {
	each(t, func(w *world) {
		hash := w.invite("carl@contoso.example", authz.Administrator)
		carl := w.person("carl@contoso.example")
		w.run("INSERT INTO members (organization_id, user_id, role, source, sort_name, search, joined_at) SELECT id, ?, 'organization_user', 'sso', 'x', 'x', created_at FROM organizations WHERE slug = 'northwind'", carl.User.ID)
		w.records(func() {
			_, err := w.AcceptInvitation(w.ctx, carl, hash)
			must(w.t, err)
		}, "northwind invitation.accepted")
		equal(w.t, "role", w.number("SELECT count(*) FROM members WHERE user_id = ? AND role = 'organization_user'", carl.User.ID), 1)
	})
}

// Whoever was shown a link may have used it: the password behind it opens that organization alone, and answers no other invitation.
func TestAPasswordBehindAShownLinkOpensOneOrganization(t *testing.T) {
	each(t, func(w *world) {
		ada, carl := w.in("northwind", "ada@northwind.example"), w.in("contoso", "carl@contoso.example")
		for email, message := range map[string]models.Mail{"shown@x.example": {}, "mailed@x.example": {Subject: "s", Text: "t"}} {
			hash := secret.HashToken(email)
			_, err := ada.Invite(w.ctx, models.InvitationDraft{Email: email, Role: authz.OrganizationUser, For: week}, hash, message)
			must(w.t, err)
			_, err = w.JoinByInvitation(w.ctx, hash, "New Person", hashOf, nil, secret.HashToken("session of "+email), request)
			must(w.t, err)
			person := w.person(email)
			equal(w.t, email+" opens Northwind", person.Opens(ada.organization()), true)
			equal(w.t, email+" opens Contoso", person.Opens(carl.organization()), len(message.Text) > 0)

			second := secret.HashToken("second " + email)
			_, err = carl.Invite(w.ctx, models.InvitationDraft{Email: email, Role: authz.OrganizationUser, For: week}, second, models.Mail{})
			must(w.t, err)
			own, err := w.InvitationsFor(w.ctx, person)
			must(w.t, err)
			_, err = w.AcceptInvitation(w.ctx, person, second)
			if message.Text == "" {
				equal(w.t, email+" is told of", len(own), 0)
				refused(w.t, err, models.Denied)
			} else {
				equal(w.t, email+" is told of", len(own), 1)
				must(w.t, err)
			}
		}
	})
}

func TestWhoIsNoAdministratorAnyMoreInvitesNobody(t *testing.T) {
	each(t, func(w *world) {
		w.invite("waiting@x.example", authz.OrganizationUser)
		id, ada := w.invitationID("waiting@x.example"), w.in("northwind", "ada@northwind.example")
		w.run("UPDATE members SET role = 'organization_user' WHERE user_id = ?", ada.actor.User.ID)
		before := w.tables()
		_, err := ada.Invite(w.ctx, models.InvitationDraft{Email: "new@x.example", Role: authz.Administrator, For: week}, secret.HashToken("x"), models.Mail{})
		refused(w.t, err, models.Denied)
		refused(w.t, ada.CancelInvitation(w.ctx, id), models.Denied)
		refused(w.t, ada.ResendInvitation(w.ctx, id, models.InvitationDraft{For: week}, secret.HashToken("y"), models.Mail{}), models.Denied)
		equal(w.t, "tables", w.tables(), before)
	})
}
