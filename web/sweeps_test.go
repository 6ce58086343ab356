//go:build !race

package web

import "testing"

// The sweeps send thousands of requests, one after the other. The race detector would see nothing in them that the other tests do not show it,
// and take as long for them as for everything else together; so `make test-go` runs them apart, by their name, without it.

func TestSweepEverythingOfferedIsAllowedAndEverythingAllowedIsOffered(t *testing.T) {
	everythingOffered(t)
}

func TestSweepTheWholeTableOverHTTP(t *testing.T) { theWholeTable(t) }

func TestSweepTheExplainerAgreesWithTheWholeTable(t *testing.T) { theExplainerAgrees(t) }

func TestSweepEveryFieldThatNamesAThingIsListed(t *testing.T) { everyFieldListed(t) }

func TestSweepNothingForeignIsWithinReach(t *testing.T) { nothingForeign(t) }

func TestSweepNoFieldReachesWhatIsForeign(t *testing.T) { noFieldReaches(t) }

func TestSweepEveryRouteForEverybody(t *testing.T) { everyRoute(t) }

func TestSweepOneMutationIsOneEntry(t *testing.T) { oneEntry(t) }
