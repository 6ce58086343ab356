package saml

import (
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"net/url"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/beevik/etree"
	dsig "github.com/russellhaering/goxmldsig"

	"gatehouse/internal/saml/samltest"
)

func connectionWithKey(t testing.TB) (world, Connection) {
	t.Helper()
	w := newWorld(t)
	key, err := NewKeyPair("gatehouse.example", w.now)
	if err != nil {
		t.Fatal(err)
	}
	w.connection.Key = key
	return w, w.connection
}

func TestBeginRedirect(t *testing.T) {
	w, c := connectionWithKey(t)
	for _, sso := range []string{"https://idp.example/sso", "https://idp.example/sso?tenant=a%2Fb&x=1"} {
		c.SSOURL = sso
		r, err := Begin(c, "state+/ =", w.now, BeginOptions{})
		if err != nil {
			t.Fatal(err)
		}
		if r.Binding != BindingRedirect || r.SAMLRequest != "" || r.PostURL != "" || r.RelayState != "state+/ =" {
			t.Errorf("request = %+v", r)
		}
		if !strings.HasPrefix(r.RedirectURL, "https://idp.example/sso?") {
			t.Errorf("goes to %s", r.RedirectURL)
		}
		got, err := samltest.ReadRedirect(r.RedirectURL)
		if err != nil {
			t.Fatal(err)
		}
		want := samltest.AuthnRequest{ID: r.ID, Destination: sso, ACSURL: c.ACSURL, Issuer: c.SPEntityID, RelayState: "state+/ ="}
		if got != want {
			t.Errorf("request = %+v, want %+v", got, want)
		}
		u, err := url.Parse(r.RedirectURL)
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasSuffix(sso, "x=1") && u.Query().Get("tenant") != "a/b" {
			t.Error("the address's own parameters are lost")
		}
		verifyQuery(t, u.RawQuery, c.Key)
	}
}

// verifyQuery checks the signature as the binding asks: over the parameters as they are written in the address.
func verifyQuery(t *testing.T, raw string, key KeyPair) {
	t.Helper()
	part := func(name string) string {
		for p := range strings.SplitSeq(raw, "&") {
			if strings.HasPrefix(p, name+"=") {
				return p
			}
		}
		t.Fatalf("no %s", name)
		return ""
	}
	digest := sha256.Sum256([]byte(part("SAMLRequest") + "&" + part("RelayState") + "&" + part("SigAlg")))
	if want := "SigAlg=" + url.QueryEscape(samltest.RSASHA256); part("SigAlg") != want {
		t.Errorf("signed by %s", part("SigAlg"))
	}
	encoded, err := url.QueryUnescape(strings.TrimPrefix(part("Signature"), "Signature="))
	if err != nil {
		t.Fatal(err)
	}
	value, err := base64.StdEncoding.DecodeString(encoded)
	if err != nil {
		t.Fatal(err)
	}
	if err := rsa.VerifyPKCS1v15(&key.PrivateKey.PublicKey, crypto.SHA256, digest[:], value); err != nil {
		t.Errorf("signature of the query: %v", err)
	}
}

func TestBeginRedirectHasNoSignatureInside(t *testing.T) {
	w, c := connectionWithKey(t)
	r, err := Begin(c, "state", w.now, BeginOptions{ForceAuthn: true})
	if err != nil {
		t.Fatal(err)
	}
	got, err := samltest.ReadRedirect(r.RedirectURL)
	if err != nil {
		t.Fatal(err)
	}
	if !got.ForceAuthn {
		t.Error("ForceAuthn is lost")
	}
	if len(r.RedirectURL) > 1500 {
		t.Errorf("%d bytes: with a signature inside?", len(r.RedirectURL))
	}
}

func TestBeginPOST(t *testing.T) {
	w, c := connectionWithKey(t)
	c.SSOBinding = BindingPOST
	r, err := Begin(c, "state", w.now, BeginOptions{ForceAuthn: true})
	if err != nil {
		t.Fatal(err)
	}
	if r.Binding != BindingPOST || r.PostURL != c.SSOURL || r.RedirectURL != "" || r.RelayState != "state" {
		t.Errorf("request = %+v", r)
	}
	got, err := samltest.ReadPOST(r.SAMLRequest, r.RelayState)
	if err != nil {
		t.Fatal(err)
	}
	want := samltest.AuthnRequest{ID: r.ID, Destination: c.SSOURL, ACSURL: c.ACSURL, Issuer: c.SPEntityID, RelayState: "state", ForceAuthn: true}
	if got != want {
		t.Errorf("request = %+v, want %+v", got, want)
	}
	document, err := base64.StdEncoding.DecodeString(r.SAMLRequest)
	if err != nil {
		t.Fatal(err)
	}
	doc := etree.NewDocument()
	if err := doc.ReadFromBytes(document); err != nil {
		t.Fatal(err)
	}
	cert, err := x509.ParseCertificate(c.Key.Certificate)
	if err != nil {
		t.Fatal(err)
	}
	context := dsig.NewDefaultValidationContext(&dsig.MemoryX509CertificateStore{Roots: []*x509.Certificate{everValid(cert)}})
	if _, err := context.Validate(doc.Root()); err != nil {
		t.Errorf("signature: %v", err)
	}
	if got := doc.FindElement("//CanonicalizationMethod").SelectAttrValue("Algorithm", ""); got != samltest.Exclusive {
		t.Errorf("canonicalized by %s", got)
	}
	if doc.FindElement("//RequestedAuthnContext") != nil {
		t.Error("a way of signing in is asked for: many providers refuse that")
	}
	if doc.FindElement("//NameIDPolicy").SelectAttr("Format") != nil {
		t.Error("a name identifier format is asked for: many providers refuse that")
	}
	schemaValid(t, document, "saml-schema-protocol-2.0.xsd")
}

func TestRequestsAreNeverTheSame(t *testing.T) {
	w, c := connectionWithKey(t)
	seen := map[string]bool{}
	for range 20 {
		r, err := Begin(c, "", w.now, BeginOptions{})
		if err != nil {
			t.Fatal(err)
		}
		if seen[r.ID] || len(r.ID) < 20 || r.ID[0] != '_' {
			t.Fatalf("ID %q", r.ID)
		}
		seen[r.ID] = true
	}
	ids := map[string]bool{}
	for range 100 {
		id := NewConnectionID()
		if ids[id] || len(id) < 26 || strings.Trim(id, "abcdefghijklmnopqrstuvwxyz234567") != "" {
			t.Fatalf("connection ID %q", id)
		}
		ids[id] = true
	}
}

func TestKeyPair(t *testing.T) {
	w, c := connectionWithKey(t)
	again, err := ParseKeyPair(c.Key.MarshalPrivate(), c.Key.Certificate)
	if err != nil {
		t.Fatal(err)
	}
	if !again.PrivateKey.Equal(c.Key.PrivateKey) {
		t.Error("another key came back")
	}
	cert, err := x509.ParseCertificate(c.Key.Certificate)
	if err != nil {
		t.Fatal(err)
	}
	if cert.Subject.CommonName != "gatehouse.example" || keyProblem(cert) != "" || cert.NotAfter.Before(w.now.AddDate(9, 11, 0)) || cert.NotBefore.After(w.now) {
		t.Errorf("certificate %v from %v to %v", cert.Subject, cert.NotBefore, cert.NotAfter)
	}
	if _, err := ParseKeyPair(c.Key.MarshalPrivate(), w.idp.Certificate); err == nil {
		t.Error("a certificate of another key was taken")
	}
	if _, err := ParseKeyPair([]byte("x"), c.Key.Certificate); err == nil {
		t.Error("a key that is none was taken")
	}
}

func TestSPMetadata(t *testing.T) {
	w, c := connectionWithKey(t)
	c.ACSURL = "https://gatehouse.example/saml/c1/acs?a=1&b=2"
	for name, o := range map[string]SPMetadataOptions{
		"one key": {}, "keys changing over": {NextCertificate: w.other.Certificate},
	} {
		t.Run(name, func(t *testing.T) {
			document := SPMetadata(c, o)
			doc := etree.NewDocument()
			if err := doc.ReadFromBytes(document); err != nil {
				t.Fatal(err)
			}
			root, err := resolve(doc.Root())
			if err != nil || !root.is("urn:oasis:names:tc:SAML:2.0:metadata", "EntityDescriptor") || root.value("entityID") != c.SPEntityID {
				t.Fatalf("root %s %v", root.tag, err)
			}
			if _, ends := root.attr("validUntil"); ends {
				t.Error("it ends by itself")
			}
			sp := &root.kids[0]
			if sp.value("AuthnRequestsSigned") != "true" || sp.value("WantAssertionsSigned") != "true" || sp.value("protocolSupportEnumeration") != nsProtocol {
				t.Error("its promises are missing")
			}
			var order []string
			for i := range sp.kids {
				order = append(order, sp.kids[i].tag+sp.kids[i].value("use"))
			}
			want := map[string]string{
				"one key":            "KeyDescriptorsigning KeyDescriptorencryption SingleLogoutService SingleLogoutService AssertionConsumerService",
				"keys changing over": "KeyDescriptorsigning KeyDescriptorsigning KeyDescriptorencryption KeyDescriptorencryption SingleLogoutService SingleLogoutService AssertionConsumerService",
			}[name]
			if got := strings.Join(order, " "); got != want {
				t.Errorf("parts %s, want %s", got, want)
			}
			acs := &sp.kids[len(sp.kids)-1]
			if acs.value("Location") != c.ACSURL || acs.value("Binding") != BindingPOST.URI() || acs.value("index") != "0" {
				t.Errorf("answers go to %s", acs.value("Location"))
			}
			if first := doc.FindElement("//EncryptionMethod").SelectAttrValue("Algorithm", ""); !strings.HasSuffix(first, "-gcm") {
				t.Errorf("the first encryption method is %s", first)
			}
			schemaValid(t, document, "saml-schema-metadata-2.0.xsd")
		})
	}
}

// schemaValid holds the document against the OASIS schema, where SimpleSAMLphp's package has brought it and PHP can read it.
func schemaValid(t *testing.T, document []byte, schema string) {
	t.Helper()
	path := filepath.Join("/usr/share/simplesamlphp/schemas", schema)
	const script = `libxml_use_internal_errors(true); $d = new DOMDocument(); $d->loadXML(stream_get_contents(STDIN));
		if (!$d->schemaValidate($argv[1])) { foreach (libxml_get_errors() as $e) { echo $e->message; } exit(1); }`
	if exec.CommandContext(t.Context(), "php", "-r", `exit(class_exists("DOMDocument") && is_readable($argv[1]) ? 0 : 1);`, path).Run() != nil {
		t.Logf("not held against %s: it needs the packages simplesamlphp and php-xml", schema)
		return
	}
	ctx := t.Context()
	command := exec.CommandContext(ctx, "php", "-r", script, path)
	command.Stdin = strings.NewReader(string(document))
	if out, err := command.CombinedOutput(); err != nil {
		t.Errorf("%s: %s", schema, out)
	}
}

func TestSkewIsTwoOrThreeMinutes(t *testing.T) {
	if Skew < 2*time.Minute || Skew > 3*time.Minute {
		t.Errorf("skew is %v", Skew)
	}
}
