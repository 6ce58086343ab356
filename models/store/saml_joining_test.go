package store

import (
	"errors"
	"fmt"
	"testing"

	"gatehouse/internal/authz"
	"gatehouse/internal/secret"
	"gatehouse/models"
)

func TestAnInvitedPersonJoinsThroughTheIdentityProvider(t *testing.T) {
	each(t, func(w *world) {
		ctx := w.ctx
		c := w.provider("okta", true)
		w.records(func() {
			token, _, err := w.enters(c, models.SAMLIdentity{NameID: "newt", Email: "newt@northwind.example", Name: "Newt New"})
			must(w.t, err)
			asking := w.ask(token, "northwind")
			equal(w.t, "role of the invitation", asking.Role, authz.TeamContributor)
			equal(w.t, "name", asking.Person.User.Name, "Newt New")
			equal(w.t, "no password", asking.Person.User.HasPassword, false)
			member, err := w.In(actorOf(asking)).Member(ctx, asking.Person.User.ID)
			must(w.t, err)
			equal(w.t, "source", member.Source, models.FromSSO)
		}, "northwind session.signed-in", "northwind identity.linked", "northwind member.joined")
		equal(w.t, "invitation", w.number("SELECT count(*) FROM invitations WHERE state = 'accepted' AND resolved_at IS NOT NULL"), 1)
	})
}

func TestAnInvitedAccountOfAnotherOrganizationIsLinkedNotMadeAnew(t *testing.T) {
	each(t, func(w *world) {
		c := w.provider("okta", true)
		w.run("UPDATE invitations SET email = 'carl@contoso.example', email_norm = 'carl@contoso.example'")
		users := w.number("SELECT count(*) FROM users")
		token, _, err := w.enters(c, models.SAMLIdentity{NameID: "carl", Email: "Carl@Contoso.example", Name: "Mallory"})
		must(w.t, err)
		p := w.ask(token, "contoso")
		equal(w.t, "the same account", p.Person.User.Name, "Carl Contoso")
		equal(w.t, "accounts", w.number("SELECT count(*) FROM users"), users)
		equal(w.t, "opens Contoso", p.Person.Opens(p.Organization.ID), false)
	})
}

func TestTheSamePersonTwiceAtOnceIsMadeOnce(t *testing.T) {
	each(t, func(w *world) {
		ctx := w.ctx
		c := w.provider("okta", true)
		var results [][]byte
		for range 6 {
			results = append(results, w.accepted(c, models.SAMLIdentity{NameID: "newt", Email: "newt@northwind.example", Name: "Newt"}))
		}
		good, failures := atOnce(len(results), func(i int) error {
			_, err := w.FinishSAML(ctx, results[i], browser, nil, secret.HashToken(fmt.Sprint(i)), request)
			return err
		})
		if good != len(results) {
			w.t.Fatal(errors.Join(failures...))
		}
		equal(w.t, "accounts", w.number("SELECT count(*) FROM users WHERE name = 'Newt'"), 1)
		equal(w.t, "links", w.number("SELECT count(*) FROM identity_links"), 1)
		equal(w.t, "sessions", w.number("SELECT count(*) FROM session_authentications WHERE method = 'saml'"), len(results))
	})
}
