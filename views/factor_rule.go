package views

import "gatehouse/views/parts"

// FactorRule is the page on which an organization decides whether a second factor is needed.
type FactorRule struct {
	Page     Page
	URL      string
	Required bool
	Reason   string // why the reader cannot require it; empty: they can
	SetUpURL string // where the reader gets a second factor, and comes back
	NoneURL  string // the members without one

	Members, Have, Asked, NotAsked, Guests int
}

func (v FactorRule) now() string {
	if v.Required {
		return "Who signs in to " + v.Page.Org.Name + " with a password needs a second factor as well."
	}
	return "Everybody decides for themselves whether they have a second factor. Who has one is always asked for it."
}

func (v FactorRule) title() string {
	if v.Required {
		return "Whom it concerns"
	}
	return "What requiring it would mean"
}

// words are the numbers, those first of whom something is asked.
func (v FactorRule) words() []string {
	var words []string
	switch v.Asked {
	case 0:
		words = append(words, "Nobody who signs in with a password is without one.")
	case 1:
		words = append(words, "1 of "+counted(v.Members, "active member")+" has none and signs in with a password. They must add one at their next request, and go on from there.")
	default:
		words = append(words, parts.Number(v.Asked)+" of "+counted(v.Members, "active member")+" have none and sign in with a password. They must add one at their next request, and go on from there.")
	}
	if v.Have == 1 {
		words = append(words, "1 has one.")
	} else if v.Have > 1 {
		words = append(words, parts.Number(v.Have)+" have one.")
	}
	if v.NotAsked == 1 {
		words = append(words, "1 comes by single sign-on and is not asked: that proof is the identity provider’s business.")
	} else if v.NotAsked > 1 {
		words = append(words, parts.Number(v.NotAsked)+" come by single sign-on and are not asked: that proof is the identity provider’s business.")
	}
	if v.Guests == 1 {
		words = append(words, "1 guest of an app has none, and is asked as well.")
	} else if v.Guests > 1 {
		words = append(words, parts.Number(v.Guests)+" guests of apps have none, and are asked as well.")
	}
	return words
}
