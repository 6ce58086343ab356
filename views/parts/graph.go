package parts

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// GraphNode is one box of a Graph. Inputs name the nodes whose arrows lead to it.
type GraphNode struct {
	ID     string
	Below  string // a second line, such as the model
	Bad    bool   // something is wrong with it
	Inputs []string
}

// Graph is a picture of what leads to what, drawn in columns: every arrow goes to the right. It has no circles. The picture is read out as one
// sentence a node, so nothing is lost where it is not seen.
type Graph struct {
	ID    string // of the picture, unique on the page
	Label string // what it shows, such as "Graph of pick-items"
	Nodes []GraphNode
}

// Sizes of the picture, in CSS pixels.
const (
	boxWidth  = 184
	boxHeight = 52
	columnGap = 64
	rowGap    = 18
	margin    = 2 // so that outlines are not cut
)

// box is a node with its place; a place without a node is where a long arrow passes a column.
type box struct {
	node   *GraphNode
	column int
	row    float64 // its place in the column while that is being sorted out
	x, y   int
	before []*box // where its arrows come from, one column to the left each
	after  []*box
}

func (b *box) passing() bool { return b.node == nil }

func (b *box) middle() int { return b.y + boxHeight/2 }

// line is an arrow as the data of a path; it ends at Tip.
type line struct {
	path       string
	tipX, tipY int
}

// drawing is a Graph with every place found.
type drawing struct {
	width, height int
	boxes         []*box
	lines         []line
}

func (g Graph) draw() drawing {
	columns, boxes := g.columns()
	for range 4 { // the order settles after a few rounds; more would change nothing people notice
		for _, column := range columns[min(1, len(columns)):] {
			settle(column, func(b *box) []*box { return b.before })
		}
		for i := len(columns) - 2; i >= 0; i-- {
			settle(columns[i], func(b *box) []*box { return b.after })
		}
	}
	tallest := 0
	for _, column := range columns {
		tallest = max(tallest, len(column))
	}
	d := drawing{
		width:  len(columns)*(boxWidth+columnGap) - columnGap + 2*margin,
		height: tallest*(boxHeight+rowGap) - rowGap + 2*margin,
		boxes:  boxes,
	}
	for i, column := range columns {
		top := margin + (tallest-len(column))*(boxHeight+rowGap)/2
		for row, b := range column {
			b.x, b.y = margin+i*(boxWidth+columnGap), top+row*(boxHeight+rowGap)
		}
	}
	for _, b := range boxes {
		for _, from := range b.before {
			d.lines = append(d.lines, arrow(from, b))
		}
	}
	return d
}

// columns puts every node one column to the right of its last input, and a passing place into each column that an arrow crosses.
func (g Graph) columns() ([][]*box, []*box) {
	boxes, byID := make([]*box, 0, len(g.Nodes)), map[string]*box{}
	for i := range g.Nodes {
		b := &box{node: &g.Nodes[i]}
		boxes, byID[b.node.ID] = append(boxes, b), b
	}
	for range boxes { // the longest way settles after as many rounds as there are nodes
		for _, b := range boxes {
			for _, input := range b.node.Inputs {
				if from := byID[input]; from != nil && from.column < len(boxes)-1 {
					b.column = max(b.column, from.column+1)
				}
			}
		}
	}
	var columns [][]*box
	put := func(b *box) {
		for len(columns) <= b.column {
			columns = append(columns, nil)
		}
		b.row = float64(len(columns[b.column]))
		columns[b.column] = append(columns[b.column], b)
	}
	for _, b := range boxes {
		put(b)
	}
	for _, b := range boxes {
		for _, input := range b.node.Inputs {
			from := byID[input]
			if from == nil {
				continue
			}
			for column := from.column + 1; column < b.column; column++ {
				pass := &box{column: column}
				put(pass)
				join(from, pass)
				from = pass
			}
			join(from, b)
		}
	}
	return columns, boxes
}

func join(from, to *box) {
	from.after, to.before = append(from.after, to), append(to.before, from)
}

// settle sorts a column by the mean place of what each box is joined to, so that fewer arrows cross.
func settle(column []*box, joined func(*box) []*box) {
	for _, b := range column {
		if others := joined(b); len(others) > 0 {
			sum := 0.0
			for _, other := range others {
				sum += other.row
			}
			b.row = sum / float64(len(others))
		}
	}
	slices.SortStableFunc(column, func(a, b *box) int { return cmp.Compare(a.row, b.row) })
	for row, b := range column {
		b.row = float64(row)
	}
}

// arrow leads from the right side of the first real box to the left side of a real one, through the passing places between.
func arrow(from, to *box) line {
	way := []*box{to}
	for at := from; ; at = at.before[0] {
		way = append(way, at)
		if !at.passing() {
			break
		}
	}
	slices.Reverse(way)
	x, y := way[0].x+boxWidth, way[0].middle()
	var path strings.Builder
	fmt.Fprintf(&path, "M%d %d", x, y)
	for _, next := range way[1:] {
		half := x + (next.x-x)/2
		fmt.Fprintf(&path, "C%d %d %d %d %d %d", half, y, half, next.middle(), next.x, next.middle())
		x, y = next.x, next.middle()
		if next.passing() {
			x += boxWidth
			fmt.Fprintf(&path, "H%d", x)
		}
	}
	return line{path: path.String(), tipX: x, tipY: y}
}

// inWords is the picture for those who do not see it.
func (g Graph) inWords() string {
	var b strings.Builder
	b.WriteString(g.Label + ".")
	for _, n := range g.Nodes {
		b.WriteString(" " + n.ID)
		if n.Below != "" {
			b.WriteString(" (" + n.Below + ")")
		}
		if len(n.Inputs) == 0 {
			b.WriteString(" takes the input.")
		} else {
			b.WriteString(" takes " + strings.Join(n.Inputs, ", ") + ".")
		}
	}
	return b.String()
}

// fitted is as much of a text as a box holds.
func fitted(text string, most int) string {
	if runes := []rune(text); len(runes) > most {
		return string(runes[:most-1]) + "…"
	}
	return text
}
