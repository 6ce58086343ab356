package parts

import (
	"strconv"
	"strings"
)

// Plot shows numbers over time: bars stacked by series, or with Line the one series as a line. It is drawn here, without a script and without
// a style of its own: the drawing is stretched, the words beside it are not. A table says the same to those who cannot see it or want the
// numbers.
type Plot struct {
	ID     string
	Label  string // what is shown and from when to when, such as "Sign-ins per day in the last 30 days"
	Axis   string // what a place on the time axis is, such as "Day"
	Ticks  []string
	Series []PlotSeries
	Line   bool
	Empty  string // what is said when every number is zero
}

// PlotSeries is one of the numbers at each tick.
type PlotSeries struct {
	Label  string
	Values []int
}

// The drawing's own units: it is stretched to the width that there is.
const (
	plotWidth  = 1000.0
	plotHeight = 100.0
	plotGap    = 0.25 // of a bar's place
	plotLeast  = 1.5  // the height of the smallest number that is not zero, or nobody would see it
)

// shape is a rectangle of the drawing, or a point of the line, in its units; y grows downwards.
type shape struct{ x, y, width, height float64 }

// value is the number of a series at a tick; what is missing or negative is zero.
func (s PlotSeries) value(tick int) int {
	if tick >= len(s.Values) {
		return 0
	}
	return max(s.Values[tick], 0)
}

func (s PlotSeries) sum() int {
	sum := 0
	for _, v := range s.Values {
		sum += max(v, 0)
	}
	return sum
}

// total is the height of everything at a tick.
func (p Plot) total(tick int) int {
	total := 0
	for _, s := range p.Series {
		total += s.value(tick)
	}
	return total
}

// highest is the tick with the largest total.
func (p Plot) highest() (tick, total int) {
	for i := range p.Ticks {
		if t := p.total(i); t > total {
			tick, total = i, t
		}
	}
	return tick, total
}

// plotTop is the end of the scale: the first round number that is not less, with a whole number at its half from 2 on.
func plotTop(highest int) int {
	if highest <= 1 {
		return 1
	}
	for unit := 1; ; unit *= 10 {
		for _, step := range []int{2, 4, 6, 8, 10} {
			if step*unit >= highest {
				return step * unit
			}
		}
	}
}

func (p Plot) top() int {
	_, highest := p.highest()
	return plotTop(highest)
}

// scale are the numbers beside the drawing, from the top down.
func (p Plot) scale() []string {
	top := p.top()
	if top < 2 {
		return []string{Number(top), "0"}
	}
	return []string{Number(top), Number(top / 2), "0"}
}

// bars are the rectangles at a tick, one for each series from the bottom up; one of no height is a number that is zero.
func (p Plot) bars(tick int) []shape {
	place := plotWidth / float64(max(len(p.Ticks), 1))
	width := min(place*(1-plotGap), plotWidth/12) // few bars are not walls
	bars := make([]shape, len(p.Series))
	floor := plotHeight
	for i, s := range p.Series {
		height := float64(s.value(tick)) * plotHeight / float64(p.top())
		if height > 0 {
			height = min(max(height, plotLeast), floor)
		}
		floor -= height
		bars[i] = shape{x: place*(float64(tick)+0.5) - width/2, y: floor, width: width, height: height}
	}
	return bars
}

// points are the places of the first series' numbers; a single one is a line across.
func (p Plot) points() []shape {
	if len(p.Series) == 0 || len(p.Ticks) == 0 {
		return nil
	}
	at := func(x float64, tick int) shape {
		return shape{x: x, y: plotHeight - float64(p.Series[0].value(tick))*plotHeight/float64(p.top())}
	}
	if len(p.Ticks) == 1 {
		return []shape{at(0, 0), at(plotWidth, 0)}
	}
	points := make([]shape, len(p.Ticks))
	for i := range p.Ticks {
		points[i] = at(plotWidth*float64(i)/float64(len(p.Ticks)-1), i)
	}
	return points
}

// line is the points as an SVG path, area the same closed along the bottom.
func (p Plot) line() string {
	var b strings.Builder
	for i, point := range p.points() {
		b.WriteString(map[bool]string{true: "M", false: "L"}[i == 0] + units(point.x) + " " + units(point.y))
	}
	return b.String()
}

func (p Plot) area() string {
	return p.line() + "L" + units(plotWidth) + " " + units(plotHeight) + "L0 " + units(plotHeight) + "Z"
}

// grid is a line at each number of the scale, as an SVG path.
func (p Plot) grid() string {
	var b strings.Builder
	steps := len(p.scale()) - 1
	for i := range steps + 1 {
		b.WriteString("M0 " + units(plotHeight*float64(i)/float64(steps)) + "H" + units(plotWidth))
	}
	return b.String()
}

func units(x float64) string {
	text := strconv.FormatFloat(x, 'f', 2, 64)
	return strings.TrimSuffix(strings.TrimRight(text, "0"), ".")
}

// ends are the words below the drawing: the first tick, the one in the middle and the last.
func (p Plot) ends() []string {
	n := len(p.Ticks)
	switch {
	case n > 2 && n%2 == 1, n > 8:
		return []string{p.Ticks[0], p.Ticks[n/2], p.Ticks[n-1]}
	case n > 1:
		return []string{p.Ticks[0], p.Ticks[n-1]}
	}
	return p.Ticks
}

// words are the numbers at a tick, for the pointer that rests on it.
func (p Plot) words(tick int) string {
	numbers := make([]string, 0, len(p.Series))
	for _, s := range p.Series {
		numbers = append(numbers, s.Label+" "+Number(s.value(tick)))
	}
	return p.Ticks[tick] + ": " + strings.Join(numbers, ", ")
}

// summary is what the drawing says in a sentence.
func (p Plot) summary() string {
	tick, highest := p.highest()
	if p.Line {
		return p.Label + ": " + Number(p.total(0)) + " at first, " + Number(p.total(len(p.Ticks)-1)) + " at last."
	}
	total := 0
	for _, s := range p.Series {
		total += s.sum()
	}
	return p.Label + ": " + Number(total) + " in all, most on " + p.Ticks[tick] + " (" + Number(highest) + ")."
}

func (p Plot) empty() bool {
	_, highest := p.highest()
	return highest == 0
}
