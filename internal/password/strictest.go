package password

// Asked is a policy and whose it is.
type Asked struct {
	Organization string
	Policy       Policy
}

// Combined is the strictest of each rule of several organizations. By is the organization that asks for a rule, by the rule's key; when it is
// empty there is one organization at most, and nobody needs to be told.
type Combined struct {
	Policy

	By map[string]string
}

// Strictest combines policies. Somebody in no organization obeys the recommendation.
func Strictest(all []Asked) Combined {
	if len(all) == 0 {
		return Combined{Policy: Recommended()}
	}
	c := Combined{Policy: all[0].Policy, By: map[string]string{}}
	c.MaxLength = c.longest()
	for _, rule := range c.Rules() {
		c.By[rule.Key] = all[0].Organization
	}
	for _, next := range all[1:] {
		c.tighten(next)
	}
	if len(all) == 1 {
		c.By = nil
	}
	return c
}

func (c *Combined) tighten(next Asked) {
	by := func(key string, stricter bool) bool {
		if stricter {
			c.By[key] = next.Organization
		}
		return stricter
	}
	raise := func(key string, to *int, asked int) {
		if by(key, asked > *to) {
			*to = asked
		}
	}
	n := next.Policy
	raise(TooShort, &c.MinLength, n.MinLength)
	raise(NoUpper, &c.Upper, n.Upper)
	raise(NoLower, &c.Lower, n.Lower)
	raise(NoDigits, &c.Digits, n.Digits)
	raise(NoSpecial, &c.Special, n.Special)
	raise(Reused, &c.History, n.History)
	if by(TooLong, n.longest() < c.MaxLength) {
		c.MaxLength = n.longest()
	}
	if by(Lifetime, n.LifetimeDays > 0 && (c.LifetimeDays == 0 || n.LifetimeDays < c.LifetimeDays)) {
		c.LifetimeDays = n.LifetimeDays
	}
	forbid := func(key string, to *bool, asked bool) {
		if by(key, asked && !*to) {
			*to = true
		}
	}
	forbid(Common, &c.ForbidCommon, n.ForbidCommon)
	forbid(Patterns, &c.ForbidPatterns, n.ForbidPatterns)
	forbid(Personal, &c.ForbidName, n.ForbidName)
	forbid(Personal, &c.ForbidAddress, n.ForbidAddress)
	forbid(Confusing, &c.ForbidConfusing, n.ForbidConfusing)
	forbid(Overlap, &c.ForbidOverlap, n.ForbidOverlap)
	if n.LockAfter > 0 && (c.LockAfter == 0 || n.LockAfter < c.LockAfter) {
		c.LockAfter = n.LockAfter
	}
	c.LockMinutes = max(c.LockMinutes, n.LockMinutes)
}

// Check is Policy.Check, with the organization that asks for what is broken.
func (c Combined) Check(plain string, who Person) []Violation {
	wrong := c.Policy.Check(plain, who)
	for i := range wrong {
		wrong[i].Sentence += c.asks(wrong[i].Key)
	}
	return wrong
}

// Rules is Policy.Rules, with the organization that asks for each.
func (c Combined) Rules() []Rule {
	rules := c.Policy.Rules()
	for i := range rules {
		rules[i].Words += c.asks(rules[i].Key)
	}
	return rules
}

// InWords is Policy.InWords, with the organization that asks for each.
func (c Combined) InWords() []string {
	var words []string
	for _, rule := range c.Rules() {
		words = append(words, rule.Words)
	}
	return words
}

// Reused says that a password was used before, and who asks that it is not.
func (c Combined) Reused() string { return c.ReusedSentence() + c.asks(Reused) }

func (c Combined) asks(key string) string {
	if who := c.By[key]; who != "" {
		return " " + who + " asks for this."
	}
	return ""
}
