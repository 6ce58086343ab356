package parts

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

func TestTheScaleEndsAtARoundNumber(t *testing.T) {
	for highest, want := range map[int]int{-3: 1, 0: 1, 1: 1, 2: 2, 3: 4, 5: 6, 7: 8, 9: 10, 10: 10, 11: 20, 21: 40, 99: 100, 101: 200, 1_000_000: 1_000_000, 1_000_001: 2_000_000} {
		if got := plotTop(highest); got != want {
			t.Errorf("of %d: %d, want %d", highest, got, want)
		}
	}
	plot := Plot{Ticks: []string{"a"}, Series: []PlotSeries{{Values: []int{7}}}}
	if got := strings.Join(plot.scale(), " "); got != "8 4 0" {
		t.Errorf("the scale is %s", got)
	}
	plot.Series[0].Values[0] = 1
	if got := strings.Join(plot.scale(), " "); got != "1 0" {
		t.Errorf("the scale of one is %s", got)
	}
}

func stacked() Plot {
	return Plot{Label: "Sign-ins", Axis: "Day", Ticks: []string{"1 Mar", "2 Mar", "3 Mar", "4 Mar"}, Empty: "None.",
		Series: []PlotSeries{{"Password", []int{1, 0, 10, 500}}, {"SSO", []int{3, 0, 0, 300}}}}
}

func TestBarsStandOnEachOtherWithinTheDrawing(t *testing.T) {
	p := stacked()
	for tick := range p.Ticks {
		floor := plotHeight
		for i, bar := range p.bars(tick) {
			value := p.Series[i].value(tick)
			switch {
			case bar.x < float64(tick)*250 || bar.x+bar.width > float64(tick+1)*250:
				t.Errorf("bar %d of %s leaves its place: %+v", i, p.Ticks[tick], bar)
			case bar.y+bar.height != floor || bar.y < 0:
				t.Errorf("bar %d of %s does not stand at %g: %+v", i, p.Ticks[tick], floor, bar)
			case value == 0 && bar.height != 0, value > 0 && bar.height < plotLeast:
				t.Errorf("bar %d of %s for %d is %g high", i, p.Ticks[tick], value, bar.height)
			}
			floor = bar.y
		}
	}
	if highest := p.bars(3); highest[1].y != 0 || highest[0].height != 62.5 {
		t.Errorf("500 and 300 of 800 are %+v", highest)
	}
	if one := (Plot{Ticks: []string{"1 Mar"}, Series: []PlotSeries{{"SSO", []int{2}}}}).bars(0)[0]; one.width > 100 || one.x+one.width/2 != 500 {
		t.Errorf("a single bar is %+v", one)
	}
}

func TestALineGoesFromEdgeToEdge(t *testing.T) {
	p := Plot{Line: true, Ticks: []string{"Jan", "Feb", "Mar"}, Series: []PlotSeries{{"Members", []int{0, 5, 10}}}}
	if got := p.line(); got != "M0 100L500 50L1000 0" {
		t.Errorf("the line is %s", got)
	}
	if got := p.area(); got != "M0 100L500 50L1000 0L1000 100L0 100Z" {
		t.Errorf("the area is %s", got)
	}
	one := Plot{Line: true, Ticks: []string{"Mar"}, Series: []PlotSeries{{"Members", []int{4}}}}
	if got := one.line(); got != "M0 0L1000 0" {
		t.Errorf("a single number is %s", got)
	}
	if got := (Plot{Line: true}).line(); got != "" {
		t.Errorf("nothing is %s", got)
	}
}

func TestWhatIsMissingOrNegativeIsZero(t *testing.T) {
	p := Plot{Ticks: []string{"a", "b", "c"}, Series: []PlotSeries{{"x", []int{-5, 3}}}}
	if p.total(0) != 0 || p.total(2) != 0 || p.Series[0].sum() != 3 {
		t.Errorf("totals are %d and %d, the sum is %d", p.total(0), p.total(2), p.Series[0].sum())
	}
}

func TestAPlotSaysTheSameInWords(t *testing.T) {
	var page strings.Builder
	if err := stacked().Render(t.Context(), &page); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		`aria-label="Sign-ins: 814 in all, most on 4 Mar (800)."`, "<title>3 Mar: Password 10, SSO 0</title>", `<th scope="row">2 Mar</th><td>0</td><td>0</td>`, "Password <b>511</b>",
	} {
		if !strings.Contains(page.String(), want) {
			t.Errorf("it does not say %s", want)
		}
	}
	if strings.Contains(page.String(), "style=") || strings.Count(page.String(), "<rect") != 5 {
		t.Errorf("it has a style or %d bars", strings.Count(page.String(), "<rect"))
	}
	empty := stacked()
	empty.Series = []PlotSeries{{"Password", []int{0, 0}}}
	page.Reset()
	if err := empty.Render(t.Context(), &page); err != nil || page.String() != `<p class="muted">None.</p>` {
		t.Errorf("nothing is drawn as %s, %v", page.String(), err)
	}
	grown := Plot{Line: true, Label: "Members", Ticks: []string{"Jan", "Feb"}, Series: []PlotSeries{{"Members", []int{3, 8}}}}
	if got := grown.summary(); got != "Members: 3 at first, 8 at last." {
		t.Errorf("the line says %s", got)
	}
}

func TestTheEndsOfTheTimeAreNamed(t *testing.T) {
	for n, want := range map[int]string{0: "", 1: "0", 2: "0 1", 3: "0 1 2", 4: "0 3", 12: "0 6 11", 30: "0 15 29"} {
		var ticks []string
		for i := range n {
			ticks = append(ticks, fmt.Sprint(i))
		}
		if got := strings.Join((Plot{Ticks: slices.Clone(ticks)}).ends(), " "); got != want {
			t.Errorf("of %d: %q, want %q", n, got, want)
		}
	}
}
