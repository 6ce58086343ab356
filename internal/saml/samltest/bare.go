package samltest

import (
	"crypto/x509"
	"fmt"
	"time"

	saml2 "github.com/russellhaering/gosaml2"
	dsig "github.com/russellhaering/goxmldsig"
)

// Bare returns gosaml2 alone, without any check of ours, as a function of the posted answer: the measure of what our checks may
// cost, and a second opinion on what we accept.
func Bare(idp IDP, a Answer) (func(posted string) (*saml2.AssertionInfo, error), error) {
	cert, err := x509.ParseCertificate(idp.Certificate)
	if err != nil {
		return nil, fmt.Errorf("samltest: certificate: %w", err)
	}
	c := *cert // its own clock judges the certificate; ours does not
	c.NotBefore, c.NotAfter = time.Time{}, time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)
	sp := &saml2.SAMLServiceProvider{
		IdentityProviderIssuer:      idp.EntityID,
		AssertionConsumerServiceURL: a.ACSURL,
		ServiceProviderIssuer:       a.Audience,
		AudienceURI:                 a.Audience,
		IDPCertificateStore:         &dsig.MemoryX509CertificateStore{Roots: []*x509.Certificate{&c}},
		Clock:                       dsig.NewFakeClockAt(a.Now),
		AllowMissingAttributes:      true,
	}
	return sp.RetrieveAssertionInfo, nil
}
