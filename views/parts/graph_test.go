package parts

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"
)

// graph makes nodes of "id<input+input" words.
func graph(words ...string) Graph {
	g := Graph{ID: "g", Label: "Graph of x"}
	for _, word := range words {
		id, inputs, _ := strings.Cut(word, "<")
		n := GraphNode{ID: id, Below: "model of " + id}
		if inputs != "" {
			n.Inputs = strings.Split(inputs, "+")
		}
		g.Nodes = append(g.Nodes, n)
	}
	return g
}

func TestNodesStandInColumns(t *testing.T) {
	for name, c := range map[string]struct {
		graph Graph
		want  string // column of each node
		size  string
	}{
		"one":                  {graph("a"), "a0", "188 × 56"},
		"none to the other":    {graph("a", "b"), "a0 b0", "188 × 126"},
		"a chain":              {graph("a", "b<a", "c<b"), "a0 b1 c2", "684 × 56"},
		"backwards":            {graph("c<b", "b<a", "a"), "c2 b1 a0", "684 × 56"},
		"a diamond":            {graph("a", "b<a", "c<a", "d<b+c"), "a0 b1 c1 d2", "684 × 126"},
		"a long arrow":         {graph("a", "b<a", "c<a+b"), "a0 b1 c2", "684 × 126"},
		"an unknown input":     {graph("a<nowhere"), "a0", "188 × 56"},
		"a circle, which ends": {graph("a<b", "b<a"), "a1 b0", ""},
	} {
		t.Run(name, func(t *testing.T) {
			d := c.graph.draw()
			var got []string
			for _, b := range d.boxes {
				got = append(got, fmt.Sprintf("%s%d", b.node.ID, b.column))
			}
			if strings.Join(got, " ") != c.want {
				t.Errorf("columns are %v, want %s", got, c.want)
			}
			if size := fmt.Sprintf("%d × %d", d.width, d.height); c.size != "" && size != c.size {
				t.Errorf("the picture is %s, want %s", size, c.size)
			}
		})
	}
}

func TestFewArrowsCross(t *testing.T) {
	// As they were typed, c and d would stand the other way round than what they take.
	d := graph("a", "b", "c<b", "d<a").draw()
	rows := map[string]int{}
	for _, b := range d.boxes {
		rows[b.node.ID] = b.y
	}
	if (rows["a"] < rows["b"]) != (rows["d"] < rows["c"]) {
		t.Errorf("the arrows cross: %v", rows)
	}
}

var numbers = regexp.MustCompile(`-?\d+`)

// Whatever the graph: boxes lie within the picture and on nobody else, every arrow goes to the right and through no box.
func TestPicturesOfRandomGraphs(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 6))
	for range 500 {
		g := Graph{ID: "g"}
		for i := range 1 + random.IntN(20) {
			n := GraphNode{ID: fmt.Sprintf("n%d", i)}
			for from := range i {
				if random.IntN(4) == 0 {
					n.Inputs = append(n.Inputs, fmt.Sprintf("n%d", from))
				}
			}
			g.Nodes = append(g.Nodes, n)
		}
		random.Shuffle(len(g.Nodes), func(i, j int) { g.Nodes[i], g.Nodes[j] = g.Nodes[j], g.Nodes[i] })
		d := g.draw()
		edges := 0
		for i, b := range d.boxes {
			edges += len(b.node.Inputs)
			if b.x < 0 || b.y < 0 || b.x+boxWidth > d.width || b.y+boxHeight > d.height {
				t.Fatalf("%v lies outside of %d × %d", b, d.width, d.height)
			}
			for _, other := range d.boxes[:i] {
				if b.x == other.x && b.y < other.y+boxHeight && other.y < b.y+boxHeight {
					t.Fatalf("%s lies on %s", b.node.ID, other.node.ID)
				}
			}
		}
		if len(d.lines) != edges {
			t.Fatalf("%d arrows for %d inputs", len(d.lines), edges)
		}
		for _, l := range d.lines {
			straight := strings.Split(l.path, "H")
			for _, piece := range straight[:len(straight)-1] { // where it passes a column it lies level, from left to right of it
				all := numbers.FindAllString(piece, -1)
				var x, y int
				if _, err := fmt.Sscan(all[len(all)-2]+" "+all[len(all)-1], &x, &y); err != nil {
					t.Fatal(err)
				}
				for _, b := range d.boxes {
					if b.x == x && y > b.y && y < b.y+boxHeight {
						t.Fatalf("an arrow crosses %s: %s", b.node.ID, l.path)
					}
				}
			}
		}
	}
}

func TestThePictureIsReadOutAndHoldsNoStyle(t *testing.T) {
	g := graph("see", "say<see")
	g.Nodes[1].Bad = true
	g.Nodes[0].Below = `<script>"&'` + strings.Repeat("long", 20)
	got := draw(t, g)
	for _, want := range []string{`role="img"`, `aria-labelledby="g"`, "say (model of say) takes see.", "takes the input.", `class="node bad"`, `tabindex="0"`, "…"} {
		if !strings.Contains(got, want) {
			t.Errorf("lacks %s: %s", want, got)
		}
	}
	if strings.Contains(got, "style=") || strings.Contains(got, "<script>") {
		t.Errorf("holds style or script: %s", got)
	}
	decoder := xml.NewDecoder(strings.NewReader(got))
	for {
		if _, err := decoder.Token(); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
	}
}
