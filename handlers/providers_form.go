package handlers

import (
	"cmp"
	"context"
	"encoding/pem"
	"errors"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"gatehouse/internal/saml"
	"gatehouse/models"
	"gatehouse/views"
)

// readProviderForm reads what was typed, as typed. A file becomes its text, so that it need not be chosen again when something else is
// refused.
func readProviderForm(c echo.Context) (view views.ProviderForm, checkOnly bool, err error) {
	typed, err := form(c)
	if err != nil {
		return view, false, err
	}
	view = views.ProviderForm{
		ConnectionID: typed.Get("connection"), Version: typed.Get("version"), ID: typed.Get("id"), Name: typed.Get("name"),
		Source: typed.Get("source"), MetadataURL: strings.TrimSpace(typed.Get("metadata_url")), MetadataXML: typed.Get("metadata_xml"),
		EntityID: strings.TrimSpace(typed.Get("entity_id")), SSOURL: strings.TrimSpace(typed.Get("sso_url")), SSOBinding: typed.Get("sso_binding"),
		SLOURL: strings.TrimSpace(typed.Get("slo_url")), SLOResponseURL: strings.TrimSpace(typed.Get("slo_response_url")), SLOBinding: typed.Get("slo_binding"), IDPInitiated: typed.Get("idp_initiated") != "",
		Certificate: typed.Get("certificate"), Enabled: typed.Get("enabled") != "", Product: typed.Get("product"), KeepURL: typed.Get("keep_url") != "", Attributes: readAttributes(typed), Errors: map[string]string{},
	}
	if view.SSOBinding != string(saml.BindingPOST) {
		view.SSOBinding = string(saml.BindingRedirect)
	}
	if view.SLOBinding != string(saml.BindingPOST) {
		view.SLOBinding = string(saml.BindingRedirect)
	}
	if view.Source == "file" {
		view.MetadataXML, err = fileText(c, "metadata_file")
		if err != nil {
			return view, false, err
		}
	}
	action := typed.Get("action")
	if action == "replay" {
		view.ReplayOf = cmp.Or(typed.Get("refusal"), "none")
	}
	return view, action == "check" || action == "replay", nil
}

// fileText is an uploaded file's text, cut one byte past the largest metadata; empty when no file was chosen.
func fileText(c echo.Context, field string) (string, error) {
	file, _, err := c.Request().FormFile(field)
	if errors.Is(err, http.ErrMissingFile) || errors.Is(err, http.ErrNotMultipart) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	defer file.Close()
	text, err := io.ReadAll(io.LimitReader(file, saml.MaxMetadata+1))
	return string(text), err
}

// checkProvider makes what is saved of what was typed, and sums up what was read; every problem stands beside its field.
func (h *Handlers) checkProvider(ctx context.Context, view *views.ProviderForm) (models.ProviderChange, error) {
	name, err := models.ParseName("name", view.Name)
	if err != nil {
		noteProblem(view, err)
	}
	change := models.ProviderChange{Name: name, Enabled: view.Enabled, Attributes: checkAttributes(view), AdmitsDomains: view.Attributes.AdmitsDomains, IDPInitiated: view.IDPInitiated}
	if dropPrivateKeys(view) {
		return change, nil
	}
	metadata, err := h.readProvider(ctx, view)
	if _, refused := models.RefusalOf(err); refused {
		noteProblem(view, err)
		return change, nil
	}
	if err != nil {
		return change, err
	}
	takeValues(&change, metadata)
	switch view.Source {
	case "url":
		change.MetadataURL, change.MetadataXML = view.MetadataURL, view.MetadataXML
	case "file", "paste":
		change.MetadataXML = view.MetadataXML
	}
	view.Summary = summaryOf(change)
	view.Summary.Warnings = metadata.Warnings
	return change, nil
}

// takeValues takes into the change what was read of the identity provider.
func takeValues(change *models.ProviderChange, metadata saml.Metadata) {
	change.EntityID, change.SSOURL, change.SSOBinding = metadata.EntityID, metadata.SSOURL, string(metadata.SSOBinding)
	if metadata.SLOURL != "" {
		change.Logout = models.LogoutAddress{URL: metadata.SLOURL, ResponseURL: metadata.SLOResponseURL, Binding: string(metadata.SLOBinding)}
	}
	for _, read := range metadata.Certificates {
		change.Certificates = append(change.Certificates, models.ProviderCertificate{
			DER: read.DER, Subject: read.Subject, SHA256: read.SHA256[:], NotBefore: read.NotBefore, NotAfter: read.NotAfter,
		})
	}
}

func summaryOf(change models.ProviderChange) *views.ProviderSummary {
	summary := &views.ProviderSummary{Name: change.Name, EntityID: change.EntityID, SSOURL: change.SSOURL, SSOBinding: bindingWords(change.SSOBinding),
		SLOURL: change.Logout.URL, SLOResponseURL: change.Logout.ResponseURL, SLOBinding: bindingWords(change.Logout.Binding), IDPInitiated: change.IDPInitiated}
	for _, certificate := range change.Certificates {
		summary.Certificates = append(summary.Certificates, certificateCard(certificate))
	}
	return summary
}

// dropPrivateKeys takes a private key out of the texts wherever it was pasted: what was typed comes back, but not that.
func dropPrivateKeys(view *views.ProviderForm) bool {
	field := "metadata_xml"
	if view.Source == "file" {
		field = "metadata_file"
	}
	for field, typed := range map[string]*string{field: &view.MetadataXML, "certificate": &view.Certificate} {
		if strings.Contains(*typed, "PRIVATE KEY-----") {
			*typed = ""
			view.Errors[field] = "This is a private key. It was not kept, but it has left its place: consider it exposed and replace it. Paste what is asked for instead."
		}
	}
	return len(view.Errors["certificate"]) > 0 || len(view.Errors[field]) > 0
}

// readProvider reads the identity provider from whichever of the four sources was chosen.
func (h *Handlers) readProvider(ctx context.Context, view *views.ProviderForm) (saml.Metadata, error) {
	switch view.Source {
	case "url":
		if view.MetadataURL == "" {
			return saml.Metadata{}, models.RefuseField("metadata_url", "Enter the address of the provider's metadata.")
		}
		document, err := saml.FetchMetadata(ctx, view.MetadataURL, saml.FetchOptions{AllowPrivate: h.allowPrivate, RootCAs: h.rootCAs})
		if err != nil {
			return saml.Metadata{}, metadataProblem("metadata_url", err)
		}
		view.MetadataXML = string(document)
		return h.readDocument("metadata_url", view.MetadataXML)
	case "file":
		if view.MetadataXML == "" {
			return saml.Metadata{}, models.RefuseField("metadata_file", "Choose the provider's metadata file.")
		}
		return h.readDocument("metadata_file", view.MetadataXML)
	case "paste":
		if strings.TrimSpace(view.MetadataXML) == "" {
			return saml.Metadata{}, models.RefuseField("metadata_xml", "Paste the provider's metadata.")
		}
		return h.readDocument("metadata_xml", view.MetadataXML)
	case "manual":
		return h.readByHand(view)
	}
	return saml.Metadata{}, models.RefuseField("source", "Choose how to give the provider's values.")
}

func (h *Handlers) readDocument(field, document string) (saml.Metadata, error) {
	metadata, err := saml.ReadMetadata([]byte(document), saml.MetadataOptions{Now: time.Now().UTC(), AllowHTTPLoopback: h.allowPrivate})
	if err != nil {
		return metadata, metadataProblem(field, err)
	}
	return metadata, nil
}

// readByHand reads the three values typed by hand; all their problems are noted, not only the first.
func (h *Handlers) readByHand(view *views.ProviderForm) (saml.Metadata, error) {
	metadata := saml.Metadata{EntityID: view.EntityID, SSOURL: view.SSOURL, SSOBinding: saml.Binding(view.SSOBinding),
		SLOURL: view.SLOURL, SLOResponseURL: view.SLOResponseURL, SLOBinding: saml.Binding(view.SLOBinding)}
	if err := saml.CheckEntityID(view.EntityID); err != nil {
		noteProblem(view, metadataProblem("entity_id", err))
	}
	if err := saml.CheckEndpoint(view.SSOURL, h.allowPrivate); err != nil {
		noteProblem(view, metadataProblem("sso_url", err))
	}
	if view.SLOURL != "" {
		if err := saml.CheckEndpoint(view.SLOURL, h.allowPrivate); err != nil {
			noteProblem(view, metadataProblem("slo_url", err))
		}
	}
	if view.SLOResponseURL != "" {
		if err := saml.CheckEndpoint(view.SLOResponseURL, h.allowPrivate); err != nil {
			noteProblem(view, metadataProblem("slo_response_url", err))
		} else if view.SLOURL == "" {
			view.Errors["slo_url"] = "Enter where logout messages go, too: answers are sent only to a provider that takes them."
		}
	}
	certificates, err := saml.ReadCertificate(view.Certificate)
	if err != nil {
		var found *saml.MetadataError
		if errors.As(err, &found) && found.Problem == saml.ProblemPrivateKey {
			view.Certificate = "" // what was typed comes back, but not a private key
		}
		return metadata, metadataProblem("certificate", err)
	}
	metadata.Certificates = certificates
	metadata.Warnings = saml.CertificateWarnings(certificates, time.Now().UTC())
	return metadata, nil
}

// metadataProblem puts the sentence of a metadata problem beside a field; anything else is a fault.
func metadataProblem(field string, err error) error {
	var problem *saml.MetadataError
	if errors.As(err, &problem) {
		return models.RefuseField(field, problem.Sentence)
	}
	return err
}

// noteProblem puts a refusal beside its field, or above the form when it has none.
func noteProblem(view *views.ProviderForm, err error) {
	refusal, refused := models.RefusalOf(err)
	if !refused {
		return
	}
	if refusal.Field == "" {
		view.Message = refusal.Sentence
		return
	}
	view.Errors[refusal.Field] = refusal.Sentence
}

// pemOf is the certificates as people paste them.
func pemOf(certificates []models.ProviderCertificate) string {
	var b strings.Builder
	for _, c := range certificates {
		_ = pem.Encode(&b, &pem.Block{Type: "CERTIFICATE", Bytes: c.DER}) // a strings.Builder does not fail
	}
	return b.String()
}
