package views

import (
	"net/url"
	"slices"
	"strconv"
	"time"

	"gatehouse/views/parts"
)

// Refresh is what became of looking at the metadata again.
type Refresh struct {
	URL        string // empty: the provider has no address to look at
	Secure     bool   // it is https
	Looked     time.Time
	Changed    time.Time
	Next       time.Time
	Problem    string // of the last look, in a sentence
	Signed     bool
	ValidUntil time.Time
	LookURL    string
	Proposal   *Proposal
}

// Proposal is what the metadata says and somebody has to decide on.
type Proposal struct {
	Key, Version string // hidden: what was looked at
	At           time.Time
	Dismissed    time.Time // zero: it waits for a decision
	Now, Then    ProviderSummary
	Links        int // people who sign in through the provider
	Action       string
}

// LookedWords is what a look came to.
func LookedWords(failed bool, added int, proposed bool) string {
	words := "The metadata was read. Nothing is new."
	switch {
	case failed:
		return "The metadata could not be read. The reason stands below."
	case added == 1:
		words = "The metadata was read. 1 certificate was added."
	case added > 1:
		words = "The metadata was read. " + strconv.Itoa(added) + " certificates were added."
	case proposed:
		words = "The metadata was read."
	}
	if proposed {
		words += " It differs from what is used here: decide below."
	}
	return words
}

func (r Refresh) details(now time.Time) []parts.Detail {
	items := []parts.Detail{
		{Term: "Address", Value: r.URL},
		{Term: "Last looked", Content: parts.Time{At: r.Looked, Now: now, Never: "not since it was saved"}},
		{Term: "Last change", Content: parts.Time{At: r.Changed, Now: now, Never: "none found"}},
	}
	if !r.Next.IsZero() {
		items = append(items, parts.Detail{Term: "Next look", Content: parts.Time{At: r.Next, Now: now}})
	}
	if !r.ValidUntil.IsZero() {
		items = append(items, parts.Detail{Term: "Document valid until", Content: parts.Time{At: r.ValidUntil, Now: now}})
	}
	if r.Signed {
		items = append(items, parts.Detail{Term: "Signature", Value: "The document is signed. The signature is not checked: it is trusted because it comes from this address by https."})
	}
	return items
}

func (r Refresh) lead() string {
	if !r.Secure {
		return "Looked at every few hours. It does not come by https, so nothing is taken from it without your approval."
	}
	return "Looked at every few hours. New certificates are added by themselves; anything else waits for your approval."
}

func (p Proposal) waits() bool { return p.Dismissed.IsZero() }

func (p Proposal) compared() []comparedValue {
	return []comparedValue{
		{label: "Entity ID", theirs: []string{p.Now.EntityID}, typed: []string{p.Then.EntityID}},
		{label: "SSO URL", theirs: []string{p.Now.SSOURL}, typed: []string{p.Then.SSOURL}},
		{label: "Binding", theirs: []string{p.Now.SSOBinding}, typed: []string{p.Then.SSOBinding}},
		{label: "SLO URL", theirs: []string{p.Now.SLOURL}, typed: []string{p.Then.SLOURL}},
		{label: "SLO response URL", theirs: []string{p.Now.SLOResponseURL}, typed: []string{p.Then.SLOResponseURL}},
		{label: "Certificates (SHA-256)", theirs: p.Now.fingerprints(), typed: p.Then.fingerprints(), hashes: true},
	}
}

// consequences are what approving does, worst first.
func (p Proposal) consequences() []string {
	var words []string
	if p.Now.EntityID != p.Then.EntityID {
		words = append(words, "Another entity ID is another identity provider: "+forgotten(p.Links)+" Ask its administrator before you approve this.")
	}
	if was, is := hostOf(p.Now.SSOURL), hostOf(p.Then.SSOURL); was != is {
		words = append(words, "People will sign in at "+is+" instead of "+was+". Approve it only when you know that address.")
	} else if p.Now.SSOURL != p.Then.SSOURL {
		words = append(words, "People will sign in at another address of "+is+".")
	}
	then := p.Then.fingerprints()
	if slices.ContainsFunc(p.Now.fingerprints(), func(sum string) bool { return !slices.Contains(then, sum) }) {
		words = append(words, "A certificate goes: answers signed with it are refused from then on, and whoever came in through this identity provider is signed out.")
	}
	return words
}

func forgotten(links int) string {
	switch links {
	case 0:
		return "nobody is linked through this one yet."
	case 1:
		return "the 1 person linked through this one is forgotten and signed out."
	}
	return "the " + parts.Number(links) + " people linked through this one are forgotten and signed out."
}

func hostOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return address
	}
	return u.Host
}
