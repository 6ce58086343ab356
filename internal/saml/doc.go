// Package saml speaks SAML 2.0 as a service provider: it begins a sign-in, checks the answer, reads an identity provider's
// metadata and writes ours. It is pure protocol: no database, no HTTP handlers, no sessions, and the clock comes in as a value.
//
// It is the only package that imports gosaml2 and goxmldsig. What they are trusted with is small: gosaml2 builds and signs our
// requests, goxmldsig decides whether one element carries a signature of one certificate and hands back the bytes that were
// signed, parsed anew. Every other rule of the protocol is checked here, and only on that verified element, because the
// libraries leave the protocol open: they accept any InResponseTo or none, no audience, replayed answers, SHA-1.
//
// Finish works in this order, so that the cheap and the safe come first:
//
//	scan.go       bytes: size, UTF-8, no DOCTYPE, few elements; nothing is parsed before this has passed
//	shape.go      tree: one Response, one Assertion in its place, no identifier twice, signatures where they belong
//	algorithm.go  what a signature may say: RSA with SHA-2, exclusive canonicalization, one reference to its parent
//	signature.go  the libraries' turn: which certificate signed, and what exactly
//	protocol.go   the verified element: for us, from them, to this request, at this time
//	identity.go   who it is: NameID, attributes, one email address
//
// Each rule is a named Check. A refusal carries that name and a sentence for the Administrator, never text of a library and
// never personal data.
package saml
