package models

import (
	"slices"
	"time"
)

// CertificateEnd is when a certificate of an enabled identity provider ends: one that its signatures are checked against, or ours, which it
// checks our requests against.
type CertificateEnd struct {
	Organization Organization // identifier and name
	ProviderID   string
	ProviderSlug string
	ProviderName string
	Ours         bool
	SHA256       []byte
	Until        time.Time
	Followed     bool // another one is stored that lasts, so that nobody has to do anything
}

// NoticeDays are how many days before its end a certificate is told of, the last time when it is over.
func NoticeDays() []int { return []int{60, 30, 14, 7, 1, 0} }

const day = 24 * time.Hour

// FollowedFor is how long another certificate has to last to count as a successor.
const FollowedFor = 30 * day

// DueNotices are the notices whose time has come, in days before the end, the most urgent last. Only that one is still worth sending.
func (c CertificateEnd) DueNotices(now time.Time) []int {
	return slices.DeleteFunc(NoticeDays(), func(days int) bool { return c.Until.Sub(now) > time.Duration(days)*day })
}
