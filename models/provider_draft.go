package models

// DraftChange is what a step of the guide saves that is no value of the identity provider's own.
type DraftChange struct {
	Name          string
	Product       string
	Attributes    AttributeNames
	AdmitsDomains bool
}

// DraftChange is what the steps of the guide would save if nothing was changed.
func (p IdentityProvider) DraftChange() DraftChange {
	return DraftChange{Name: p.Name, Product: p.Product, Attributes: p.Attributes, AdmitsDomains: p.AdmitsDomains}
}

// GuideStep is a step of setting an identity provider up.
type GuideStep string

// The steps, in their order.
const (
	GuideProduct    GuideStep = "provider"
	GuideOurs       GuideStep = "our-values"
	GuideTheirs     GuideStep = "its-values"
	GuideAttributes GuideStep = "attributes"
	GuideDomains    GuideStep = "domains"
	GuideTest       GuideStep = "test"
	GuideEnable     GuideStep = "enable"
)

// GuideSteps are all of them.
func GuideSteps() []GuideStep {
	return []GuideStep{GuideProduct, GuideOurs, GuideTheirs, GuideAttributes, GuideDomains, GuideTest, GuideEnable}
}

// NextStep is where the guide goes on: at what is missing first. Attributes and domains can be left as they are, so they do not hold it up.
func (p IdentityProvider) NextStep(tested bool) GuideStep {
	switch {
	case len(p.Certificates) == 0:
		return GuideOurs
	case !tested:
		return GuideTest
	}
	return GuideEnable
}
