package models

import "time"

// PasswordPolicy is an organization's rules for the passwords of its members, and what happens to wrong ones. Zero demands are off.
type PasswordPolicy struct {
	MinLength int
	MaxLength int

	Upper, Lower, Digits, Special int // at least so many of the kind
	History                       int // so many of the last ones are not used again, the present one among them
	LifetimeDays                  int // 0: for ever

	ForbidCommon    bool // no well-known passwords
	ForbidPatterns  bool // no sequences and repetitions
	ForbidName      bool // the person's own name does not count
	ForbidAddress   bool // nor the address
	ForbidConfusing bool // no characters that are taken for each other
	ForbidOverlap   bool // not mostly the present one

	LockAfter, LockMinutes int // so many wrong ones from one place lock it for so long, and then twice as long each time
}

// OrganizationPolicy is a password policy, whose it is, and which edition of it.
type OrganizationPolicy struct {
	Organization string
	Policy       PasswordPolicy
	Version      int
}

// DefaultPasswordPolicy is the policy of a new organization: what NIST SP 800-63B-4 §3.1.1.2 demands of a password that is the only factor.
func DefaultPasswordPolicy() PasswordPolicy {
	return PasswordPolicy{
		MinLength: 15, MaxLength: 128, ForbidCommon: true, ForbidPatterns: true, ForbidName: true, ForbidAddress: true, LockAfter: 5, LockMinutes: 1,
	}
}

// NewPassword is a password that was found good, as its hash. Over is the hash of the one it takes the place of, as it was when that was found:
// when another has taken it meanwhile, the rule about former passwords was asked of the wrong ones.
type NewPassword struct{ Hash, Over string }

// PolicyImpact is what another policy would mean to the members of the organization.
type PolicyImpact struct {
	Members  int // who have a password
	Overdue  int // whose password is older than the policy lets it be: they must choose another at their next sign-in
	Due      int // of the others: who must do so anyhow, because theirs was found to fall short of rules before
	Unknown  int // of the others, when the policy is stricter: nobody can tell before they type theirs, because a hash does not
	Stricter bool
}

// Outlived says whether a password of that age may be used no more. One whose age nobody knows was there before ages were kept.
func (p PasswordPolicy) Outlived(changed, now time.Time) bool {
	return p.LifetimeDays > 0 && !changed.After(now.AddDate(0, 0, -p.LifetimeDays))
}

// Stricter says whether a password that meets the other policy can break this one; how long one is used apart.
func (p PasswordPolicy) Stricter(other PasswordPolicy) bool {
	on := func(is, was bool) bool { return is && !was }
	return p.MinLength > other.MinLength || p.MaxLength < other.MaxLength || p.Upper > other.Upper || p.Lower > other.Lower || p.Digits > other.Digits ||
		p.Special > other.Special || on(p.ForbidCommon, other.ForbidCommon) || on(p.ForbidPatterns, other.ForbidPatterns) || on(p.ForbidName, other.ForbidName) ||
		on(p.ForbidAddress, other.ForbidAddress) || on(p.ForbidConfusing, other.ForbidConfusing)
}
