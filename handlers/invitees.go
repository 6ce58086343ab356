package handlers

import (
	"time"

	"github.com/labstack/echo/v4"

	"gatehouse/internal/password"
	"gatehouse/internal/secret"
	"gatehouse/internal/urls"
	"gatehouse/models"
	"gatehouse/views"
)

// InvitationPage draws an invitation for whoever holds its link.
func (h *Handlers) InvitationPage(c echo.Context) error {
	view, offer, p, err := h.offerView(c)
	if err != nil {
		return err
	}
	if offer.State == models.InvitationAccepted && view.Mode == views.OfferAccept {
		return see(c, urls.Organization.To(offer.Organization.Slug)) // the link was followed once more
	}
	if refusal, over := models.RefusalOf(offer.Usable(time.Now())); over {
		return refuse(refusal.Kind, views.InvitationOverPage(h.bare(c, "Invitation"), refusal.Sentence))
	}
	if view.Mode == views.OfferOther {
		return wrongPerson(view, p)
	}
	return draw(c, views.InvitationOfferPage(view))
}

func wrongPerson(view views.InvitationOffer, p models.Person) error {
	view.SignedInAs = p.User.Email
	return refuse(models.Denied, views.InvitationOfferPage(view))
}

// offerView is the page of an invitation for who is asking, who may be nobody.
func (h *Handlers) offerView(c echo.Context) (views.InvitationOffer, models.InvitationOffer, models.Person, error) {
	token := c.Param("token")
	offer, err := h.store.InvitationOffer(c.Request().Context(), secret.HashToken(token))
	if err != nil {
		return views.InvitationOffer{}, offer, models.Person{}, err
	}
	asking, signedIn, err := h.sessions.Asking(c.Request())
	if err != nil {
		return views.InvitationOffer{}, offer, models.Person{}, err
	}
	path := urls.Invitation.To(token)
	view := views.InvitationOffer{
		Bare: h.bare(c, "Join "+offer.Organization.Name), Organization: offer.Organization.Name, Role: offer.Role, Teams: namesOf(offer.Teams), Inviter: offer.InvitedBy, Email: offer.Email,
		Note: offer.Note, Expires: offer.ExpiresAt, Now: time.Now().UTC(), Mode: offerMode(offer, asking.Person, signedIn), Rules: policyOf(offer.Policy).InWords(), Asked: asked(password.Combined{Policy: policyOf(offer.Policy)}, password.Person{Email: offer.Email}),
		AcceptURL: urls.InvitationAccept.To(token), AccountURL: urls.InvitationAccount.To(token), DeclineURL: urls.InvitationDecline.To(token),
		SignInURL: urls.With(urls.Login.To(), "next", path), Errors: map[string]string{},
	}
	if offer.SSO {
		view.SSOURL = urls.With(urls.LoginProviders.To(offer.Organization.Slug), "next", urls.Organization.To(offer.Organization.Slug))
	}
	return view, offer, asking.Person, nil
}

// offerMode is how the invitation can be accepted by who is asking.
func offerMode(offer models.InvitationOffer, p models.Person, signedIn bool) views.OfferMode {
	own := signedIn && models.NormEmail(p.User.Email) == models.NormEmail(offer.Email)
	switch {
	case signedIn && !own:
		return views.OfferOther
	case own && p.OwnsAccount() && p.User.PasswordOf != "" && p.User.PasswordOf != offer.Organization.ID:
		return views.OfferNotOwn
	case own && p.OwnsAccount():
		return views.OfferAccept
	case !offer.Account:
		return views.OfferAccount
	case offer.HasPassword:
		return views.OfferSignIn
	}
	return views.OfferSSOOnly
}

// InvitationAccept accepts for the account that is signed in by password; anybody else is led to the sign-in.
func (h *Handlers) InvitationAccept(c echo.Context) error {
	view, _, p, err := h.offerView(c)
	if err != nil {
		return err
	}
	if view.Mode == views.OfferOther {
		return wrongPerson(view, p)
	}
	if view.Mode != views.OfferAccept {
		return see(c, urls.Invitation.To(c.Param("token")))
	}
	p.Request = RequestOf(c)
	organization, err := h.store.AcceptInvitation(c.Request().Context(), p, secret.HashToken(c.Param("token")))
	if err != nil {
		return h.over(c, err)
	}
	return h.seeWith(c, urls.Organization.To(organization.Slug), "Welcome to "+organization.Name+".")
}

// over draws the page of an invitation that cannot be answered any more.
func (h *Handlers) over(c echo.Context, err error) error {
	if refusal, refused := models.RefusalOf(err); refused && refusal.Kind == models.Gone {
		return refuse(refusal.Kind, views.InvitationOverPage(h.bare(c, "Invitation"), refusal.Sentence))
	}
	return err
}

// InvitationAccount makes an account of the invited address, which the link proves, and signs it in.
func (h *Handlers) InvitationAccount(c echo.Context) error {
	typed, err := form(c)
	if err != nil {
		return err
	}
	view, offer, p, err := h.offerView(c)
	if err != nil {
		return err
	}
	if err := offer.Usable(time.Now()); err != nil {
		return h.over(c, err)
	}
	switch view.Mode {
	case views.OfferOther:
		return wrongPerson(view, p)
	case views.OfferAccount:
	case views.OfferAccept, views.OfferSignIn, views.OfferSSOOnly, views.OfferNotOwn: // there is an account meanwhile
		return see(c, urls.Invitation.To(c.Param("token")))
	}
	view.Name = typed.Get("name")
	name, err := models.ParseName("name", view.Name)
	if refusal, refused := models.RefusalOf(err); refused {
		view.Errors[refusal.Field] = refusal.Sentence
	}
	plain := typed.Get("password")
	view.Violations = violations(password.Combined{Policy: policyOf(offer.Policy)}, plain, password.Person{Name: name, Email: offer.Email})
	if plain != typed.Get("repeat") {
		view.Errors["repeat"] = repeatDiffers
	}
	if len(view.Errors) > 0 || len(view.Violations) > 0 {
		return refuse(models.Invalid, views.InvitationOfferPage(view))
	}
	hash, err := h.passwords.Hash(c.Request().Context(), plain)
	if err != nil {
		return err
	}
	token := secret.Token()
	organization, err := h.store.JoinByInvitation(c.Request().Context(), secret.HashToken(c.Param("token")), name, hash,
		h.sessions.TokenHash(c.Request()), secret.HashToken(token), RequestOf(c))
	if models.Is(err, models.Invalid) { // somebody made the account in the meantime
		return see(c, urls.Invitation.To(c.Param("token")))
	}
	if err != nil {
		return h.over(c, err)
	}
	if err := h.sessions.Issue(c.Request(), c.Response(), token); err != nil {
		return err
	}
	return see(c, urls.Organization.To(organization.Slug))
}

// InvitationDecline declines for whoever holds the link.
func (h *Handlers) InvitationDecline(c echo.Context) error {
	organization, err := h.store.DeclineInvitation(c.Request().Context(), secret.HashToken(c.Param("token")), RequestOf(c))
	if err != nil {
		return h.over(c, err)
	}
	return draw(c, views.InvitationOverPage(h.bare(c, "Invitation declined"), "You have declined the invitation to "+organization.Name+". Nothing else happens."))
}

// AccountInvitationAccept accepts an invitation of the account's own address.
func (h *Handlers) AccountInvitationAccept(c echo.Context, p models.Person) error {
	organization, err := h.store.AcceptOwnInvitation(c.Request().Context(), p, c.Param("invitation"))
	if err != nil {
		return err
	}
	return h.seeWith(c, urls.Organization.To(organization.Slug), "Welcome to "+organization.Name+".")
}

// AccountInvitationDecline declines an invitation of the account's own address.
func (h *Handlers) AccountInvitationDecline(c echo.Context, p models.Person) error {
	organization, err := h.store.DeclineOwnInvitation(c.Request().Context(), p, c.Param("invitation"))
	if err != nil {
		return err
	}
	return h.seeWith(c, urls.Account.To(), "You have declined the invitation to "+organization.Name+".")
}

// invitationNotices are the live invitations of the account, for the pages that show them.
func (h *Handlers) invitationNotices(c echo.Context, p models.Person) ([]views.InvitationNotice, error) {
	invitations, err := h.store.InvitationsFor(c.Request().Context(), p)
	var notices []views.InvitationNotice
	for _, i := range invitations {
		notices = append(notices, views.InvitationNotice{
			Organization: i.Organization.Name, Role: i.Role, Inviter: i.InvitedBy, Expires: i.ExpiresAt,
			AcceptURL: urls.AccountInvitationAccept.To(i.ID), DeclineURL: urls.AccountInvitationDecline.To(i.ID),
		})
	}
	return notices, err
}
