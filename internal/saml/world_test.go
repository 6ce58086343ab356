package saml

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"math/big"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/beevik/etree"

	"gatehouse/internal/saml/samltest"
)

// world is a connection, its identity provider, and somebody else's identity provider.
type world struct {
	now              time.Time
	connection       Connection
	idp, other       samltest.IDP
	request, another string // IDs of the outstanding request and of one that is not
}

// testKeys are the same in every process, because the workers of a fuzz test have to verify what another process signed, and are
// found once, because that takes a second.
var testKeys = sync.OnceValue(func() [2]*rsa.PrivateKey { return [2]*rsa.PrivateKey{fixedKey("idp"), fixedKey("other")} })

func fixedKey(seed string) *rsa.PrivateKey {
	p, q := fixedPrime(seed+" p"), fixedPrime(seed+" q")
	one := big.NewInt(1)
	phi := new(big.Int).Mul(new(big.Int).Sub(p, one), new(big.Int).Sub(q, one))
	const e = 65537
	key := &rsa.PrivateKey{
		PublicKey: rsa.PublicKey{N: new(big.Int).Mul(p, q), E: e},
		D:         new(big.Int).ModInverse(big.NewInt(e), phi),
		Primes:    []*big.Int{p, q},
	}
	key.Precompute()
	return key
}

// fixedPrime returns a prime of 1,024 bits that follows from the seed.
func fixedPrime(seed string) *big.Int {
	var bits []byte
	for i := range 4 {
		sum := sha256.Sum256([]byte(seed + strconv.Itoa(i)))
		bits = append(bits, sum[:]...)
	}
	p := new(big.Int).SetBytes(bits)
	p.SetBit(p, 1023, 1).SetBit(p, 1022, 1).SetBit(p, 0, 1)
	for !p.ProbablyPrime(20) || new(big.Int).Mod(p, big.NewInt(65537)).Int64() == 1 {
		p.Add(p, big.NewInt(2))
	}
	return p
}

func newWorld(t testing.TB) world {
	t.Helper()
	now := time.Date(2026, 3, 14, 15, 9, 26, 0, time.UTC)
	w := world{now: now, request: "_request-of-ours", another: "_request-of-another"}
	keys := testKeys()
	var err error
	if w.idp, err = samltest.NewIDPWithKey("https://idp.example/metadata", keys[0], now.AddDate(0, -6, 0), now.AddDate(0, 6, 0)); err != nil {
		t.Fatal(err)
	}
	if w.other, err = samltest.NewIDPWithKey("https://other.example/metadata", keys[1], now.AddDate(0, -6, 0), now.AddDate(0, 6, 0)); err != nil {
		t.Fatal(err)
	}
	w.connection = Connection{
		ID:           "c1",
		SPEntityID:   "https://gatehouse.example/saml/c1/metadata",
		ACSURL:       "https://gatehouse.example/saml/c1/acs",
		IDPEntityID:  w.idp.EntityID,
		SSOURL:       "https://idp.example/sso",
		SSOBinding:   BindingRedirect,
		SLOURL:       "https://gatehouse.example/saml/c1/slo",
		IDPSLOURL:    "https://idp.example/slo",
		Certificates: [][]byte{w.idp.Certificate},
	}
	return w
}

// answer is an ordinary good one; mutations change it.
func (w world) answer(mutations ...func(*samltest.Answer)) samltest.Answer {
	a := samltest.Answer{
		ACSURL: w.connection.ACSURL, Audience: w.connection.SPEntityID, InResponseTo: w.request, Now: w.now,
		Attributes: samltest.Person("ada@northwind.example", "Ada", "Byron"),
	}
	for _, m := range mutations {
		m(&a)
	}
	return a
}

func (w world) expectation() Expectation { return Expectation{RequestID: w.request, Now: w.now} }

func respond(t testing.TB, idp samltest.IDP, a samltest.Answer) string {
	t.Helper()
	posted, err := idp.Respond(a)
	if err != nil {
		t.Fatal(err)
	}
	return posted
}

// signed by the identity provider of the connection.
func (w world) posted(t testing.TB, mutations ...func(*samltest.Answer)) string {
	t.Helper()
	return respond(t, w.idp, w.answer(mutations...))
}

// mustAccept fails the test unless the answer is accepted with every check passed.
func mustAccept(t *testing.T, c Connection, posted string, e Expectation) Identity {
	t.Helper()
	identity, checks, err := Finish(c, posted, e)
	if err != nil {
		t.Fatalf("refused: %v", err)
	}
	titles := checkTitles()
	if len(checks) != len(titles) {
		t.Errorf("%d checks recorded, want all %d", len(checks), len(titles))
	}
	seen := map[string]bool{}
	for _, check := range checks {
		if check.Outcome != Passed || seen[check.Name] {
			t.Errorf("check %s: %s (twice: %v)", check.Name, check.Outcome, seen[check.Name])
		}
		seen[check.Name] = true
	}
	return identity
}

// mustRefuse fails the test unless the answer is refused by exactly this check.
func mustRefuse(t *testing.T, c Connection, posted string, e Expectation, check string) {
	t.Helper()
	identity, checks, err := Finish(c, posted, e)
	if err == nil {
		t.Fatalf("accepted as %q; want refused by %s", identity.NameID, check)
	}
	var refusal *Refusal
	if !errors.As(err, &refusal) {
		t.Fatalf("error is %T, not a refusal", err)
	}
	if refusal.Check != check {
		t.Fatalf("refused by %s (%s); want %s", refusal.Check, refusal.Cause, check)
	}
	if identity.NameID != "" || identity.Email != "" || identity.AssertionID != "" {
		t.Errorf("a refused answer gave an identity: %+v", identity)
	}
	failed := 0
	for _, c := range checks {
		if c.Outcome == Failed {
			failed++
			if c.Name != check {
				t.Errorf("recorded as failed: %s", c.Name)
			}
		}
	}
	if failed != 1 || len(checks) != len(checkTitles()) {
		t.Errorf("%d failed of %d recorded, want 1 of %d", failed, len(checks), len(checkTitles()))
	}
	for _, secret := range []string{"ada@northwind.example", "Byron"} {
		if strings.Contains(refusal.Cause, secret) {
			t.Errorf("the cause tells personal data: %s", refusal.Cause)
		}
		for _, c := range checks {
			if strings.Contains(c.Got+c.Expected, secret) {
				t.Errorf("check %s tells personal data: %s", c.Name, c.Got)
			}
		}
	}
	if !strings.HasSuffix(refusal.Cause, ".") || strings.Contains(refusal.Cause, "xml:") || strings.Contains(refusal.Cause, "crypto/") {
		t.Errorf("not a sentence for a person: %q", refusal.Cause)
	}
}

// The mutations that many tests share.

func before(change func(response *etree.Element)) func(*samltest.Answer) {
	return func(a *samltest.Answer) { a.BeforeSigning = change }
}

func after(change func(response *etree.Element)) func(*samltest.Answer) {
	return func(a *samltest.Answer) { a.AfterSigning = change }
}

func rewritten(change func(document string) string) func(*samltest.Answer) {
	return func(a *samltest.Answer) {
		a.AfterWriting = func(document []byte) []byte { return []byte(change(string(document))) }
	}
}

func signing(s samltest.Signing) func(*samltest.Answer) {
	return func(a *samltest.Answer) { a.Signing = s }
}

func responseOnly(a *samltest.Answer) { a.SignResponse, a.LeaveUnsigned = true, true }
func both(a *samltest.Answer)         { a.SignResponse = true }
func unsigned(a *samltest.Answer)     { a.LeaveUnsigned = true }

// set gives the element at the path an attribute, before signing; an empty value removes it.
func set(path, name, value string) func(*samltest.Answer) {
	return before(func(r *etree.Element) {
		el := at(r, path)
		el.RemoveAttr(name)
		if value != "" {
			el.CreateAttr(name, value)
		}
	})
}

// at returns the element at the path below the response.
func at(response *etree.Element, path string) *etree.Element {
	if path == "" {
		return response
	}
	el := response.FindElement("./" + path)
	if el == nil {
		panic("no " + path)
	}
	return el
}

func remove(el *etree.Element) { el.Parent().RemoveChild(el) }

func encode(document string) string { return base64.StdEncoding.EncodeToString([]byte(document)) }

func newKey(t testing.TB, bits int) *rsa.PrivateKey {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, bits)
	if err != nil {
		t.Fatal(err)
	}
	return key
}
