package saml

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// catalogue are the answers and messages that must be accepted or refused, with the tests that hold each. Those of the protocol stand in this
// package, those of a flow, a browser or a connection's state in the packages of pages and database.
var catalogue = []struct{ line, tests string }{
	{"assertion signed", "TestAccepted/assertion signed"},
	{"response signed", "TestAccepted/response signed"},
	{"both signed", "TestAccepted/both signed"},
	{"SHA-512", "TestAccepted/SHA-512"},
	{"60 s skew either way", "TestClocksMayDiffer"},
	{"no KeyInfo, two configured certificates, either signs", "TestEitherOfTwoCertificatesSigns"},
	{"indented SignatureValue", "TestAccepted/indented SignatureValue in an assertion;TestAccepted/indented SignatureValue in a response"},
	{"comment in NameID (whole text)", "TestWhoSignedIn/comment in NameID: the whole text"},
	{"CDATA in NameID (whole text)", "TestWhoSignedIn/CDATA in NameID: the whole text"},
	{"white space around values", "TestWhoSignedIn/white space around values"},
	{"repeated attributes", "TestWhoSignedIn/repeated attributes are merged"},
	{"AES-GCM encrypted assertion", "TestAcceptedEncrypted/AES-256-GCM, assertion signed"},
	{"CBC inside a signed response", "TestAcceptedEncrypted/AES-256-CBC inside a signed response"},
	{"redirect AuthnRequest", "TestBeginRedirect"},
	{"POST AuthnRequest", "TestBeginPOST"},
	{"XSW1", "TestRefusedSignatureWrapping/XSW1 signed response inside the evil one's signature"},
	{"XSW2", "TestRefusedSignatureWrapping/XSW2 signed response beside the detached signature"},
	{"XSW3", "TestRefusedSignatureWrapping/XSW3 evil assertion before the signed one"},
	{"XSW4", "TestRefusedSignatureWrapping/XSW4 signed assertion inside the evil one"},
	{"XSW5", "TestRefusedSignatureWrapping/XSW5 evil assertion with the signature, signed one after it"},
	{"XSW6", "TestRefusedSignatureWrapping/XSW6 signed assertion inside the signature of the evil one"},
	{"XSW7", "TestRefusedSignatureWrapping/XSW7 evil assertion in Extensions"},
	{"XSW8", "TestRefusedSignatureWrapping/XSW8 signed assertion in an Object of the evil one's signature"},
	{"signature moved into Status", "TestRefusedSignatureWrapping/signature moved into Status"},
	{"signature moved into Extensions", "TestRefusedSignatureWrapping/signature moved into Extensions"},
	{"signature moved into Object", "TestRefusedSignatureWrapping/signed assertion moved into an Object;TestRefusedSignatureWrapping/signature with an Object"},
	{"signature moved into Advice", "TestRefusedSignatureWrapping/signature moved into Advice"},
	{"no signature", "TestRefusedSignatures/no signature"},
	{"empty signature", "TestRefusedSignatures/empty signature"},
	{"pasted certificate in KeyInfo", "TestRefusedSignatures/key of another, our certificate pasted into KeyInfo"},
	{"self-made certificate in KeyInfo", "TestRefusedSignatures/key of another, its certificate in KeyInfo"},
	{"KeyValue", "TestRefusedSignatures/key of another, KeyValue"},
	{"unsigned copy before the signed one", "TestRefusedSignatureWrapping/unsigned copy before the signed one"},
	{"unsigned copy after the signed one", "TestRefusedSignatureWrapping/unsigned copy after the signed one"},
	{"two assertions, signed or not", "TestRefusedSignatureWrapping/two signed assertions;TestRefusedSignatureWrapping/two assertions in a signed response"},
	{"two signatures", "TestRefusedSignatures/two signatures in the assertion"},
	{"two References", "TestRefusedSignatures/two references"},
	{`Reference ""`, "TestRefusedSignatures/reference to the whole document"},
	{"HMAC with the public key", "TestRefusedSignatures/HMAC with the public key"},
	{"algorithm none", "TestRefusedSignatures/algorithm none"},
	{"SHA-1", "TestRefusedSignatures/SHA-1 signature;TestRefusedSignatures/SHA-1 digest"},
	{"XSLT", "TestRefusedSignatures/XSLT"},
	{"XPath", "TestRefusedSignatures/XPath"},
	{"200 transforms", "TestRefusedSignatures/200 transforms"},
	{"inclusive C14N", "TestRefusedSignatures/inclusive canonicalization of the content"},
	{"no C14N", "TestRefusedSignatures/no canonicalization"},
	{"wrong Audience", "TestRefusedForAnother/wrong audience"},
	{"absent Audience", "TestRefusedForAnother/absent audience"},
	{"second Audience", "TestRefusedForAnother/second audience"},
	{"wrong Recipient", "TestRefusedForAnother/wrong recipient"},
	{"absent Recipient", "TestRefusedForAnother/absent recipient"},
	{"wrong Destination", "TestRefusedForAnother/wrong destination"},
	{"absent Destination", "TestRefusedForAnother/absent destination"},
	{"empty Destination", "TestRefusedForAnother/empty destination"},
	{"wrong Issuer, of either", "TestRefusedForAnother/wrong issuer of the response;TestRefusedForAnother/wrong issuer of the assertion"},
	{"absent Issuer, of either", "TestRefusedForAnother/absent issuer of the response;TestRefusedForAnother/absent issuer of the assertion"},
	{"expired", "TestRefusedTimes/conditions expired;TestRefusedTimes/confirmation expired"},
	{"not yet valid, Conditions", "TestRefusedTimes/conditions not yet valid"},
	{"not yet valid, SubjectConfirmationData", "TestRefusedTimes/confirmation not yet valid"},
	{"no SubjectConfirmationData NotOnOrAfter", "TestRefusedTimes/confirmation without an end"},
	{"session past", "TestRefusedTimes/session past"},
	{"IssueInstant missing", "TestRefusedTimes/IssueInstant of the response missing;TestRefusedTimes/IssueInstant of the assertion missing"},
	{"IssueInstant future", "TestRefusedTimes/IssueInstant of the response in the future;TestRefusedTimes/IssueInstant of the assertion in the future"},
	{"InResponseTo absent", "TestRefusedForAnother/InResponseTo absent in the response;TestRefusedForAnother/InResponseTo absent in the assertion"},
	{"InResponseTo other", "TestRefusedForAnother/InResponseTo other"},
	{"InResponseTo differing between Response and assertion", "TestRefusedForAnother/InResponseTo differs in the assertion"},
	{"unsolicited", "TestRefusedForAnother/unsolicited: no InResponseTo at all;TestWhatComesUnaskedBeginsASignInWhereThatIsAllowed"},
	{"replay", "TestAFlowCountsOnceAndForItsConnection;TestAnAssertionIsAcceptedOnceWhateverTheFlow"},
	{"twice at once", "TestOneResponseIsOneSessionOverTwoServers;TestTwentyAnswersAtOnceAreOneSignIn"},
	{"answer to another connection's flow", "TestRefusedForAnother/answer to another connection's flow"},
	{"another connection's genuine response", "TestRefusedForAnother/genuine answer for another connection of the same provider"},
	{"same key and other issuer", "TestRefusedSignatures/same key and other issuer"},
	{"same issuer and other key", "TestRefusedSignatures/same issuer and other key"},
	{"another organization's", "TestRefusedSignatures/another organization's provider"},
	{"disabled, deleted, unknown connection", "TestAConnectionThatIsDisabledOrGone"},
	{"flow begun before it was disabled", "TestAConnectionThatIsDisabledOrGone"},
	{"DOCTYPE", "TestRefusedDocuments/DOCTYPE"},
	{"external entity", "TestRefusedDocuments/external entity"},
	{"billion laughs", "TestRefusedDocuments/billion laughs"},
	{"processing instruction", "TestRefusedDocuments/processing instruction inside"},
	{"second root", "TestRefusedDocuments/second root"},
	{"text after the root", "TestRefusedDocuments/text after the root"},
	{"two top-level StatusCodes", "TestRefusedForAnother/two top-level status codes"},
	{"samlp:ID", "TestRefusedDocuments/samlp:ID"},
	{"duplicate ID", "TestRefusedDocuments/duplicate ID"},
	{"relative namespace URI", "TestRefusedDocuments/relative namespace"},
	{"UTF-16", "TestRefusedDocuments/UTF-16"},
	{"child element in NameID", "TestRefusedPersons/child element in NameID"},
	{"two NameIDs", "TestRefusedPersons/two NameIDs"},
	{"empty NameID", "TestRefusedPersons/empty NameID"},
	{"two SubjectConfirmations", "TestRefusedPersons/two subject confirmations"},
	{"SPNameQualifier of another", "TestRefusedForAnother/SPNameQualifier of another"},
	{"two different e-mail values", "TestRefusedPersons/two different email values"},
	{"1 MiB", "TestRefusedDocuments/1 MiB"},
	{"60,000 attributes", "TestRefusedDocuments/60,000 attributes"},
	{"5,000 elements", "TestRefusedDocuments/5,000 elements"},
	{"depth 1,000", "TestRefusedDocuments/depth 1,000"},
	{"deflated body", "TestRefusedDocuments/deflated body"},
	{"attacker-encrypted assertion in an unsigned response", "TestRefusedEncrypted/attacker-encrypted assertion in an unsigned response"},
	{"RSA 1.5", "TestRefusedEncrypted/RSA 1.5 key transport"},
	{"CBC unsigned", "TestRefusedEncrypted/CBC in an unsigned response"},
	{"evil plain beside encrypted", "TestRefusedEncrypted/evil plain assertion beside the encrypted one"},
	{"flipped ciphertext (one same text)", "TestRefusedEncrypted/flipped ciphertext;TestEveryDecryptionFailureIsTheSame"},
	{"two NameIDs in the decrypted assertion", "TestRefusedEncrypted/inside: two NameIDs"},
	{"DOCTYPE in the decrypted assertion", "TestRefusedEncrypted/inside: DOCTYPE"},
	{"SHA-1 in the decrypted assertion", "TestRefusedEncrypted/inside: SHA-1"},
	{"300 EncryptedKeys, two configured certificates", "TestManyEncryptedKeysAreNotTried"},
	{"200 KB SignatureValue, two configured certificates", "TestExpensiveDocumentsAreNotParsed/200 KB SignatureValue"},
	{"4,900 elements, two configured certificates", "TestExpensiveDocumentsAreNotParsed/4,900 elements"},
	{"LogoutResponse at the ACS", "TestRefusedDocuments/LogoutResponse"},
	{"bare Assertion at the ACS", "TestRefusedDocuments/bare assertion"},
	{"unsigned LogoutRequest", "TestRefusedLogoutRequests/unsigned;TestRefusedLogoutRequests/unsigned, post"},
	{"replayed LogoutRequest", "TestTheIdentityProviderSignsPeopleOut;TestAnOrderEndsTheSessionsItNames"},
	{"another connection's LogoutRequest", "TestRefusedLogoutRequests/another connection's"},
	{"RelayState never leaves our host", "TestTheWayBackOfASignInNeverLeavesTheConsole"},
	{"begun in one browser, answered in another", "TestASignInStaysInItsBrowser"},
}

// TestTheCatalogueIsTested says how many lines there are, and fails for one whose test is gone.
func TestTheCatalogueIsTested(t *testing.T) {
	sources := map[string]string{} // of a test, from its name to the next
	for _, folder := range []string{".", "../../web", "../../models/store"} {
		files, err := filepath.Glob(folder + "/*_test.go")
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			read, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			for part := range strings.SplitSeq(string(read), "\nfunc ") {
				if name, body, found := strings.Cut(part, "("); found && strings.HasPrefix(name, "Test") {
					sources[name] = body
				}
			}
		}
	}
	seen := map[string]bool{}
	for _, c := range catalogue {
		if seen[c.line] {
			t.Errorf("%s stands twice", c.line)
		}
		seen[c.line] = true
		for test := range strings.SplitSeq(c.tests, ";") {
			name, sub, _ := strings.Cut(test, "/")
			body, there := sources[name]
			if !there || sub != "" && !strings.Contains(body, `"`+sub) {
				t.Errorf("%s: there is no %s", c.line, test)
			}
		}
	}
	t.Logf("%d lines of the catalogue, each with its test", len(catalogue))
}
