package markdown

import (
	"net/url"
	"regexp"
	"strings"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/renderer"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// rel is what every link says: nobody vouches for it, and where it leads learns nothing of this console.
const rel = "nofollow noopener noreferrer"

var relation = regexp.MustCompile("^" + rel + "$")

// outline makes headings follow those of the page: the first is of level 3, and none skips a level.
type outline struct{}

// Transform implements parser.ASTTransformer.
func (outline) Transform(document *ast.Document, _ text.Reader, _ parser.Context) {
	const first, last = 3, 6
	var open []int                                                                      // the levels as typed that the heading stands within
	_ = ast.Walk(document, func(node ast.Node, entering bool) (ast.WalkStatus, error) { // the function never fails
		heading, ok := node.(*ast.Heading)
		if !ok || !entering {
			return ast.WalkContinue, nil
		}
		for len(open) > 0 && open[len(open)-1] >= heading.Level {
			open = open[:len(open)-1]
		}
		open = append(open, heading.Level)
		heading.Level = min(first+len(open)-1, last)
		return ast.WalkContinue, nil
	})
}

// asTyped draws HTML that was typed as the text it is, and an image as a link to it: the page loads nothing from elsewhere.
type asTyped struct{}

// RegisterFuncs implements renderer.NodeRenderer.
func (asTyped) RegisterFuncs(r renderer.NodeRendererFuncRegisterer) {
	r.Register(ast.KindRawHTML, rawHTML)
	r.Register(ast.KindHTMLBlock, htmlBlock)
	r.Register(ast.KindImage, image)
	r.Register(ast.KindLink, link)
	r.Register(ast.KindAutoLink, autoLink)
}

func rawHTML(w util.BufWriter, source []byte, node ast.Node, entering bool) (ast.WalkStatus, error) {
	if raw, ok := node.(*ast.RawHTML); ok && entering {
		for i := range raw.Segments.Len() {
			segment := raw.Segments.At(i)
			_, _ = w.Write(util.EscapeHTML(segment.Value(source)))
		}
	}
	return ast.WalkSkipChildren, nil
}

func htmlBlock(w util.BufWriter, source []byte, node ast.Node, entering bool) (ast.WalkStatus, error) {
	block, ok := node.(*ast.HTMLBlock)
	if !ok || !entering {
		return ast.WalkContinue, nil
	}
	_, _ = w.WriteString("<pre><code>")
	for i := range block.Lines().Len() {
		line := block.Lines().At(i)
		_, _ = w.Write(util.EscapeHTML(line.Value(source)))
	}
	if block.HasClosure() {
		_, _ = w.Write(util.EscapeHTML(block.ClosureLine.Value(source)))
	}
	_, _ = w.WriteString("</code></pre>\n")
	return ast.WalkContinue, nil
}

// leads says whether an address leads somewhere outside, and does nothing else.
func leads(destination []byte) bool {
	parsed, err := url.Parse(string(util.URLEscape(destination, true)))
	if err != nil {
		return false
	}
	scheme := strings.ToLower(parsed.Scheme)
	return scheme == "mailto" || (scheme == "http" || scheme == "https") && parsed.Host != ""
}

func open(w util.BufWriter, destination []byte) {
	_, _ = w.WriteString(`<a rel="` + rel + `" href="`)
	_, _ = w.Write(util.EscapeHTML(util.URLEscape(destination, true)))
	_, _ = w.WriteString(`">`)
}

func link(w util.BufWriter, _ []byte, node ast.Node, entering bool) (ast.WalkStatus, error) {
	l, ok := node.(*ast.Link)
	switch {
	case !ok || inLink(node) || !leads(l.Destination):
	case entering:
		open(w, l.Destination)
		if !node.HasChildren() {
			_, _ = w.Write(util.EscapeHTML(l.Destination))
		}
	default:
		_, _ = w.WriteString("</a>")
	}
	return ast.WalkContinue, nil
}

func autoLink(w util.BufWriter, source []byte, node ast.Node, entering bool) (ast.WalkStatus, error) {
	l, ok := node.(*ast.AutoLink)
	switch {
	case !ok || !entering:
	case inLink(node) || l.AutoLinkType == ast.AutoLinkURL && !leads(l.URL(source)):
		_, _ = w.Write(util.EscapeHTML(l.Label(source)))
	default:
		address := l.URL(source)
		if l.AutoLinkType == ast.AutoLinkEmail {
			address = append([]byte("mailto:"), address...)
		}
		open(w, address)
		_, _ = w.Write(util.EscapeHTML(l.Label(source)))
		_, _ = w.WriteString("</a>")
	}
	return ast.WalkContinue, nil
}

// image draws the link around the image's words; an image of a link, or within one, only the words: a link holds no second one.
func image(w util.BufWriter, _ []byte, node ast.Node, entering bool) (ast.WalkStatus, error) {
	i, ok := node.(*ast.Image)
	switch {
	case !ok || inLink(node) || !leads(i.Destination):
	case !entering:
		_, _ = w.WriteString("</a>")
	default:
		open(w, i.Destination)
		if !node.HasChildren() {
			_, _ = w.WriteString("Image")
		}
	}
	return ast.WalkContinue, nil
}

// inLink says whether the node stands in what is drawn as a link.
func inLink(node ast.Node) bool {
	for parent := node.Parent(); parent != nil; parent = parent.Parent() {
		if parent.Kind() == ast.KindLink || parent.Kind() == ast.KindImage {
			return true
		}
	}
	return false
}
