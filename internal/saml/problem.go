package saml

// Problem is why something that an Administrator gave us cannot be used. The keys are stable; Sentence is what a page shows.
type Problem string

// Problems of a document or of what it says.
const (
	ProblemTooLarge         Problem = "too-large"
	ProblemEncoding         Problem = "not-utf-8"
	ProblemDoctype          Problem = "doctype"
	ProblemNotXML           Problem = "not-xml"
	ProblemNotMetadata      Problem = "not-metadata"
	ProblemServiceProvider  Problem = "service-provider"
	ProblemSeveralProviders Problem = "several-providers"
	ProblemNotSAML2         Problem = "not-saml-2"
	ProblemNoEntityID       Problem = "no-entity-id"
	ProblemExpired          Problem = "expired"
	ProblemNoEndpoint       Problem = "no-endpoint"
)

// Problems of an endpoint or of an address to fetch from.
const (
	ProblemURL            Problem = "not-a-url"
	ProblemHTTP           Problem = "not-https"
	ProblemScheme         Problem = "other-scheme"
	ProblemPort           Problem = "other-port"
	ProblemPrivateAddress Problem = "private-address"
	ProblemUnresolved     Problem = "does-not-resolve"
	ProblemUnreachable    Problem = "unreachable"
	ProblemUntrusted      Problem = "certificate-not-trusted"
	ProblemRedirect       Problem = "redirect"
	ProblemTimeout        Problem = "timeout"
	ProblemStatus         Problem = "status"
)

// Problems of certificates.
const (
	ProblemNoCertificate       Problem = "no-certificate"
	ProblemNotCertificate      Problem = "not-a-certificate"
	ProblemPrivateKey          Problem = "private-key"
	ProblemKeyType             Problem = "not-rsa"
	ProblemShortKey            Problem = "short-key"
	ProblemLongKey             Problem = "long-key"
	ProblemTooManyCertificates Problem = "too-many-certificates"
)

// MetadataError is a refusal of what an Administrator gave us: metadata, a certificate, an endpoint, an address to fetch from.
// Sentence is for them; it never holds text of a library or of the document.
type MetadataError struct {
	Problem  Problem
	Sentence string
}

// Error names the problem, for the log.
func (e *MetadataError) Error() string { return "saml metadata: " + string(e.Problem) }

func problem(p Problem, sentence string) *MetadataError {
	return &MetadataError{Problem: p, Sentence: sentence}
}
