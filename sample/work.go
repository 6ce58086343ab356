package sample

import (
	"fmt"
	"strings"

	"gatehouse/models"
)

const (
	disciplines = `Accessibility Accounting Audio Battery_systems Behaviour_planning Billing Calibration Cloud_platform Compliance Controls Customer_success
		Data_engineering Design_systems Developer_tools Documentation Facilities Field_service Firmware Fleet_operations Gripper_design Hardware_test Incident_response
		Internal_audit Inventory Legal_review Localization Machine_learning Manufacturing Mapping Mechanical_design Mobile Motion_control Network Onboarding
		Packaging Payments Perception_research Procurement Product_analytics Quality Recruiting Reliability Safety Sales_engineering Security Simulation
		Site_deployment Supply_chain Technical_support Training`
	places = `Accra Almaty Athens Bangkok Bengaluru Berlin Bogotá Brno Buenos_Aires Cairo Casablanca Cork Dakar Eindhoven Gdańsk Göteborg Hanoi Helsinki İzmir
		Jakarta Kraków Kyoto Lagos Lima Lisboa Lyon Malmö Manila Mexico_City Montréal Mumbai München Nairobi Osaka Porto Reykjavík Riga Santiago São_Paulo
		Seoul Taipei Tallinn Tampere Tel_Aviv Toulouse Trondheim Tunis Valencia Warszawa Zürich`
	// Things that apps work on, in the singular.
	things = `alarm audit badge battery brake cable camera carrier claim contract conveyor crate customs defect delivery dock drawing energy firmware floor
		freight gate gripper hall handover incident inspection invoice label leave lidar map meeting order pallet parcel part password-request payment permit
		picture quote receipt recall repair return review rota route safety-report sensor shelf shift spare-part supplier survey temperature tender ticket
		timesheet tool training translation truck vendor voice-note waste weld`
)

// What apps do, with the sentence that says it of one thing.
var functions = []struct{ slug, sentence string }{
	{"advisor", "Answers questions about %s data in plain words."}, {"assistant", "Helps with everything about a %s, one step at a time."},
	{"checker", "Checks every %s against the rules before it goes on."}, {"classifier", "Sorts each %s into the right category."},
	{"tally", "Counts by %s and reports the difference at the end of a shift."}, {"detector", "Notices when a %s is not where it should be."},
	{"drafts", ""}, {"extractor", "Reads the fields of a scanned %s."}, {"finder", "Finds a similar %s from the last five years."},
	{"forecast", "Expects how much %s work comes next week."}, {"inbox", "Sorts messages about a %s and drafts the first answer."},
	{"matcher", "Matches each %s with its order."}, {"monitor", "Watches every %s and speaks up when something drifts."}, {"notes", ""},
	{"schedule", "Plans the next %s, and plans again when something is in the way."}, {"report", "Writes the weekly %s report from the numbers."},
	{"risk", "Says how risky a %s is, and why."}, {"router", "Sends each %s to the team that handles it."},
	{"search", "Searches every %s by what it means, not by its words."}, {"summary", "Sums up a long %s history in five lines."},
	{"tagger", "Puts tags on each %s so that it is found again."}, {"translator", "Translates what belongs to a %s into eleven languages."},
	{"priority", "Decides which %s comes first."}, {"recognizer", "Recognizes a %s in camera pictures."}, {"watch", "Tells the shift lead about an unusual %s."},
}

// work is the lists, taken apart.
type work struct{ disciplines, places, things []string }

func newWork() work {
	words := func(text string) []string {
		all := strings.Fields(text)
		for i := range all {
			all[i] = strings.ReplaceAll(all[i], "_", " ")
		}
		return all
	}
	return work{words(disciplines), words(places), words(things)}
}

// app is the identifier and description of a number; no two numbers have the same identifier.
func (w work) app(i int) (models.Slug, string) {
	thing, rest := w.things[i%len(w.things)], i/len(w.things)
	function, round := functions[(rest+i)%len(functions)], rest/len(functions)
	description := ""
	if function.sentence != "" {
		description = fmt.Sprintf(function.sentence, strings.ReplaceAll(thing, "-", " "))
	}
	return numbered(thing+"-"+function.slug, round), description
}

// team is the identifier, name and description of a number; no two numbers have the same identifier.
func (w work) team(i int) (slug models.Slug, name, description string) {
	discipline, rest := w.disciplines[i%len(w.disciplines)], i/len(w.disciplines)
	place, round := w.places[(rest+i)%len(w.places)], rest/len(w.places)
	name = discipline + " " + place
	if round > 0 {
		name += fmt.Sprint(" ", round+1)
	}
	if i%4 != 3 {
		description = fmt.Sprintf("%s for the sites around %s.", discipline, place)
	}
	return numbered(strings.ReplaceAll(models.Fold(discipline+" "+place), " ", "-"), round), name, description
}

func numbered(text string, round int) models.Slug {
	if round > 0 {
		text += fmt.Sprint("-", round+1)
	}
	return models.Slug(text)
}
