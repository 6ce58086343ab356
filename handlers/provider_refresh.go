package handlers

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"gatehouse/internal/saml"
	"gatehouse/internal/urls"
	"gatehouse/models"
	"gatehouse/views"
)

// RefreshMetadata looks at the metadata of every identity provider that is due, one after the other, and says how many there were. Nothing
// that a provider publishes is an error here: it stands on the provider's page.
func (h *Handlers) RefreshMetadata(ctx context.Context) (int, error) {
	for n := 0; ; n++ {
		looks, err := h.store.ClaimLooks(ctx, 1)
		if err != nil || len(looks) == 0 {
			return n, err
		}
		found, err := h.lookAt(ctx, looks[0])
		if err != nil {
			return n, err
		}
		_, err = h.store.KeepLook(ctx, looks[0], found)
		if err != nil && !models.Is(err, models.NotFound) { // it was deleted meanwhile
			return n, err
		}
	}
}

// lookAt fetches and reads what a provider publishes now.
func (h *Handlers) lookAt(ctx context.Context, look models.Look) (models.Looked, error) {
	document, err := saml.FetchMetadata(ctx, look.URL, saml.FetchOptions{AllowPrivate: h.allowPrivate, RootCAs: h.rootCAs})
	if err == nil {
		var metadata saml.Metadata
		metadata, err = saml.ReadMetadata(document, saml.MetadataOptions{Now: time.Now().UTC(), AllowHTTPLoopback: h.allowPrivate})
		if err == nil {
			found := models.Looked{Secure: strings.HasPrefix(look.URL, "https:"), Signed: metadata.Signed, ValidUntil: metadata.ValidUntil}
			takeValues(&found.Read, metadata)
			found.Read.MetadataXML = string(document)
			return found, nil
		}
	}
	if ctx.Err() != nil { // we are told to end, which says nothing of the provider
		return models.Looked{}, ctx.Err()
	}
	var problem *saml.MetadataError
	if errors.As(err, &problem) {
		return models.Looked{Problem: problem.Sentence}, nil
	}
	return models.Looked{}, err
}

// IdentityProviderLook looks at the provider's metadata now.
func (h *Handlers) IdentityProviderLook(c echo.Context, a models.Actor) error {
	tenant, ctx := h.store.In(a), c.Request().Context()
	look, err := tenant.Look(ctx, c.Param("idp"))
	if err != nil {
		return err
	}
	found, err := h.lookAt(ctx, look)
	if err != nil {
		return err
	}
	out, err := tenant.KeepLook(ctx, look, found)
	if err != nil {
		return err
	}
	return h.seeWith(c, urls.IdentityProvider.To(a.Organization.Slug, c.Param("idp")), views.LookedWords(out.Problem != "", out.Added, out.Proposed))
}

// IdentityProviderProposal approves or dismisses what the metadata says.
func (h *Handlers) IdentityProviderProposal(c echo.Context, a models.Actor) error {
	typed, err := form(c)
	if err != nil {
		return err
	}
	tenant, slug := h.store.In(a), c.Param("idp")
	sentence := "Approved. The identity provider has the values of its metadata."
	if typed.Get("action") == "approve" {
		version, _ := strconv.Atoi(typed.Get("version")) // what is no number is no current version
		err = tenant.ApproveProposal(c.Request().Context(), slug, version, typed.Get("key"))
	} else {
		sentence = "Dismissed. Nothing changed, and the same difference is not proposed again."
		err = tenant.DismissProposal(c.Request().Context(), slug, typed.Get("key"))
	}
	if refusal, refused := models.RefusalOf(err); refused && refusal.Kind != models.NotFound {
		view, err := h.providerView(c, a)
		if err != nil {
			return err
		}
		view.Message = refusal.Sentence
		return refuse(refusal.Kind, views.ProviderPage(view))
	}
	if err != nil {
		return err
	}
	return h.seeWith(c, urls.IdentityProvider.To(a.Organization.Slug, slug), sentence)
}

// refreshView is what the provider's page says of its metadata.
func (h *Handlers) refreshView(ctx context.Context, a models.Actor, p models.IdentityProvider) (views.Refresh, error) {
	refresh, err := h.store.In(a).Refresh(ctx, p)
	if err != nil || p.MetadataURL == "" {
		return views.Refresh{}, err
	}
	org := a.Organization.Slug
	view := views.Refresh{
		URL: p.MetadataURL, Looked: refresh.LookedAt, Changed: refresh.ChangedAt, Next: refresh.NextAt, Problem: refresh.Problem, Signed: refresh.Signed,
		ValidUntil: refresh.ValidUntil, LookURL: urls.IdentityProviderLook.To(org, p.Slug),
		Secure: strings.HasPrefix(p.MetadataURL, "https:"),
	}
	if proposal := refresh.Proposal; proposal != nil {
		now, then := theirs(p), summaryOf(proposal.Change)
		then.Name = p.Name
		view.Proposal = &views.Proposal{
			Key: proposal.Key, Version: strconv.Itoa(p.Version), At: proposal.At, Dismissed: proposal.DismissedAt, Now: *now, Then: *then, Links: p.Links,
			Action: urls.IdentityProviderProposal.To(org, p.Slug),
		}
	}
	return view, nil
}
