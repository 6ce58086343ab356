package saml

import (
	"strings"
	"testing"

	"github.com/beevik/etree"

	"gatehouse/internal/saml/samltest"
)

// evilCopy returns a copy of the assertion for somebody else, under another identifier and without signature.
func evilCopy(response *etree.Element) *etree.Element {
	evil := at(response, pathAssertion).Copy()
	evil.CreateAttr("ID", "_evil")
	if s := evil.SelectElement("Signature"); s != nil {
		evil.RemoveChild(s)
	}
	evil.FindElement("./Subject/NameID").SetText("administrator")
	return evil
}

// The eight classic ways to wrap a signature (XSW1 to 8), and the same with the signed part moved elsewhere.
func TestRefusedSignatureWrapping(t *testing.T) {
	w := newWorld(t)
	// The signed message goes into place, an evil one takes its position.
	wrapResponse := func(place func(evil, signature, original *etree.Element)) func(*samltest.Answer) {
		return after(func(r *etree.Element) {
			original := r.Copy()
			signature := r.SelectElement("Signature")
			r.RemoveChild(signature)
			original.RemoveChild(original.SelectElement("Signature"))
			r.CreateAttr("ID", "_evil-response")
			at(r, pathAssertion).CreateAttr("ID", "_evil-assertion")
			at(r, pathNameID).SetText("administrator")
			place(r, signature, original)
		})
	}
	wrapAssertion := func(place func(response, signed, evil *etree.Element)) func(*samltest.Answer) {
		return after(func(r *etree.Element) {
			evil := evilCopy(r)
			signed := at(r, pathAssertion)
			r.RemoveChild(signed)
			place(r, signed, evil)
		})
	}
	// elsewhere puts the signed assertion at the end of a path, the evil one into its place.
	elsewhere := func(path ...string) func(*samltest.Answer) {
		return wrapAssertion(func(response, signed, evil *etree.Element) {
			parent := response
			for _, tag := range path {
				if found := parent.FindElement("./" + tag[strings.IndexByte(tag, ':')+1:]); found != nil {
					parent = found
					continue
				}
				parent = parent.CreateElement(tag)
				parent.CreateAttr("xmlns:ds", nsSignature)
			}
			parent.AddChild(signed)
			response.AddChild(evil)
		})
	}
	runRefused(t, w, []refusedLine{
		{"XSW1 signed response inside the evil one's signature", CheckOneAssertion, mutations{responseOnly, wrapResponse(func(evil, signature, original *etree.Element) {
			signature.AddChild(original)
			evil.InsertChildAt(1, signature)
		})}},
		{"XSW2 signed response beside the detached signature", CheckOneAssertion, mutations{responseOnly, wrapResponse(func(evil, signature, original *etree.Element) {
			evil.InsertChildAt(1, original)
			evil.InsertChildAt(2, signature)
		})}},
		{"XSW3 evil assertion before the signed one", CheckOneAssertion, mutations{wrapAssertion(func(response, signed, evil *etree.Element) {
			response.AddChild(evil)
			response.AddChild(signed)
		})}},
		{"XSW4 signed assertion inside the evil one", CheckOneAssertion, mutations{wrapAssertion(func(response, signed, evil *etree.Element) {
			evil.AddChild(signed)
			response.AddChild(evil)
		})}},
		{"XSW5 evil assertion with the signature, signed one after it", CheckOneAssertion, mutations{wrapAssertion(func(response, signed, evil *etree.Element) {
			signature := signed.SelectElement("Signature")
			signed.RemoveChild(signature)
			evil.InsertChildAt(1, signature)
			response.AddChild(evil)
			response.AddChild(signed)
		})}},
		{"XSW6 signed assertion inside the signature of the evil one", CheckOneAssertion, mutations{wrapAssertion(func(response, signed, evil *etree.Element) {
			signature := signed.SelectElement("Signature")
			signed.RemoveChild(signature)
			signature.AddChild(signed)
			evil.InsertChildAt(1, signature)
			response.AddChild(evil)
		})}},
		{"XSW7 evil assertion in Extensions", CheckOneAssertion, mutations{after(func(r *etree.Element) {
			r.CreateElement("samlp:Extensions").AddChild(evilCopy(r))
		})}},
		{"XSW8 signed assertion in an Object of the evil one's signature", CheckOneAssertion, mutations{wrapAssertion(func(response, signed, evil *etree.Element) {
			signature := signed.SelectElement("Signature")
			signed.RemoveChild(signature)
			signature.CreateElement("ds:Object").AddChild(signed)
			evil.InsertChildAt(1, signature)
			response.AddChild(evil)
		})}},
		{"signed assertion moved into Status", CheckOneAssertion, mutations{elsewhere("samlp:Status", "samlp:StatusDetail")}},
		{"signed assertion moved into Extensions", CheckOneAssertion, mutations{elsewhere("samlp:Extensions")}},
		{"signed assertion moved into an Object", CheckOneAssertion, mutations{elsewhere("ds:Object")}},
		{"signed assertion moved into Advice of the evil one", CheckOneAssertion, mutations{wrapAssertion(func(response, signed, evil *etree.Element) {
			evil.CreateElement("saml:Advice").AddChild(signed)
			response.AddChild(evil)
		})}},
		{"only assertion is in Status", CheckOneAssertion, mutations{after(func(r *etree.Element) {
			signed := at(r, pathAssertion)
			r.RemoveChild(signed)
			at(r, "Status").CreateElement("samlp:StatusDetail").AddChild(signed)
		})}},
		{"only assertion is in Extensions", CheckOneAssertion, mutations{after(func(r *etree.Element) {
			signed := at(r, pathAssertion)
			r.RemoveChild(signed)
			r.CreateElement("samlp:Extensions").AddChild(signed)
		})}},
		{"signature moved into Status", CheckSignatureShape, mutations{after(func(r *etree.Element) {
			s := at(r, "Assertion/Signature")
			remove(s)
			at(r, "Status").CreateElement("samlp:StatusDetail").AddChild(s)
		})}},
		{"signature moved into Extensions", CheckSignatureShape, mutations{after(func(r *etree.Element) {
			s := at(r, "Assertion/Signature")
			remove(s)
			r.CreateElement("samlp:Extensions").AddChild(s)
		})}},
		{"signature moved into Advice", CheckSignatureShape, mutations{after(func(r *etree.Element) {
			s := at(r, "Assertion/Signature")
			remove(s)
			at(r, pathAssertion).CreateElement("saml:Advice").AddChild(s)
		})}},
		{"signature moved up into the response", CheckSignatureShape, mutations{after(func(r *etree.Element) {
			s := at(r, "Assertion/Signature")
			remove(s)
			r.InsertChildAt(1, s)
		})}},
		{"signature with an Object", CheckSignatureShape, mutations{after(func(r *etree.Element) {
			at(r, "Assertion/Signature").CreateElement("ds:Object").SetText("x")
		})}},
		{"unsigned copy before the signed one", CheckOneAssertion, mutations{after(func(r *etree.Element) { r.InsertChildAt(at(r, pathAssertion).Index(), evilCopy(r)) })}},
		{"unsigned copy after the signed one", CheckOneAssertion, mutations{after(func(r *etree.Element) { r.AddChild(evilCopy(r)) })}},
		{"two signed assertions", CheckOneAssertion, mutations{after(func(r *etree.Element) {
			second := evilCopy(r)
			if err := w.idp.SignInto(second, samltest.Signing{}); err != nil {
				t.Fatal(err)
			}
			r.AddChild(second)
		})}},
		{"two assertions in a signed response", CheckOneAssertion, mutations{responseOnly, before(func(r *etree.Element) { r.AddChild(evilCopy(r)) })}},
	})
}
