package views_test

import (
	"testing"
	"time"

	"gatehouse/views"
)

func TestARecordedSignInSaysWhatWasWrongAndWhatWouldBeNow(t *testing.T) {
	says(t, content(t, render(t, views.AttemptPage(sampleAttempt()))), "This sign-in was refused", "The answer is meant for another audience", "Got: https://other.example",
		"1 passed, 1 failed, 1 not made because of that.", "The provider's clock is 95 seconds behind ours", "Yes: every check of the answer passes.", "Audience Failed Passed")
	says(t, content(t, render(t, views.AttemptPage(bareAttempt()))), "No reason was recorded.", "None verified the signature", "The checks are no longer kept", "No. The answer is not signed.", "Not measured")
}

func TestATestSaysWhetherItCounts(t *testing.T) {
	v := sampleTest()
	says(t, content(t, render(t, views.AttemptPage(v))), "Test passed", "a sign-in like this would be accepted, as Amara Okafor.", "givenName urn:oid:2.5.4.42 Amara", "staff robots", "empty")
	v.Current = false
	says(t, content(t, render(t, views.AttemptPage(v))), "The configuration was changed since")
	v.Row.AsTester = false
	says(t, content(t, render(t, views.AttemptPage(v))), "another account than the one you test with")
}

func TestClocksFarApartAreSaidInTheList(t *testing.T) {
	for drift, want := range map[time.Duration]string{
		29 * time.Second: "", 30 * time.Second: "30 seconds ahead", -179 * time.Second: "2 minutes behind", 3 * time.Hour: "3 hours ahead", -100 * 24 * time.Hour: "100 days behind",
	} {
		v := sampleProvider(1)
		v.Attempts = v.Attempts[1:2]
		v.Attempts[0].Drift, v.Attempts[0].Drifted = drift, true
		doc := content(t, render(t, views.ProviderPage(v)))
		if want == "" {
			continue
		}
		says(t, doc, want)
	}
}
