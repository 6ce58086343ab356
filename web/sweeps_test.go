//go:build !race

package web

import "testing"

// The sweeps send thousands of requests, one after the other. The race detector would see nothing in them that the other tests do not show it,
// and take as long for them as for everything else together; so `make test-go` runs this package a second time, without it.

func TestEverythingOfferedIsAllowedAndEverythingAllowedIsOffered(t *testing.T) { everythingOffered(t) }

func TestTheWholeTableOverHTTP(t *testing.T) { theWholeTable(t) }

func TestTheExplainerAgreesWithTheWholeTable(t *testing.T) { theExplainerAgrees(t) }

func TestEveryFieldThatNamesAThingIsListed(t *testing.T) { everyFieldListed(t) }
