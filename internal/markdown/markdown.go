// Package markdown turns what people write into HTML that is safe to put into a page: CommonMark with tables, strikethrough and bare links,
// without raw HTML, images or scripts, and once more through an allow-list. It is the only package that knows the libraries.
package markdown

import (
	"bytes"
	"strings"

	"github.com/microcosm-cc/bluemonday"
	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/renderer"
	"github.com/yuin/goldmark/renderer/html"
	"github.com/yuin/goldmark/util"
)

// MaxBytes is the longest text that Render reads.
const MaxBytes = 65_536

// Beyond these a text is shown as it was typed, because what it would become is out of proportion to it.
const (
	deepest      = 50     // quotes and lists within each other
	mostCells    = 50_000 // of a table: every row is filled up to the width of the head
	mostBrackets = 1_000  // each may be the other end of every one before it
	mostStars    = 10_000 // and so may each of emphasis
)

// Renderer makes HTML of Markdown. It is safe for concurrent use.
type Renderer struct {
	markdown goldmark.Markdown
	policy   *bluemonday.Policy
}

// New returns a Renderer.
func New() *Renderer {
	return &Renderer{
		markdown: goldmark.New(
			goldmark.WithExtensions(extension.NewTable(extension.WithTableCellAlignMethod(extension.TableCellAlignNone)), extension.Strikethrough, extension.Linkify),
			goldmark.WithParserOptions(parser.WithASTTransformers(util.Prioritized(outline{}, 100))),
			goldmark.WithRendererOptions(html.WithXHTML(), renderer.WithNodeRenderers(util.Prioritized(asTyped{}, 100))),
		),
		policy: allowed(),
	}
}

// allowed is what may stand in a page: text with structure, and links that lead away without telling from where.
func allowed() *bluemonday.Policy {
	p := bluemonday.NewPolicy()
	p.AllowElements("p", "br", "hr", "h3", "h4", "h5", "h6", "ul", "li", "blockquote", "pre", "code", "em", "strong", "del",
		"table", "thead", "tbody", "tr", "th", "td")
	p.AllowAttrs("start").Matching(bluemonday.Integer).OnElements("ol")
	p.AllowElements("ol")
	p.AllowAttrs("href").OnElements("a")
	p.AllowAttrs("rel").Matching(relation).OnElements("a")
	p.AllowURLSchemes("http", "https", "mailto")
	p.RequireParseableURLs(true)
	return p
}

// Render returns the HTML of a text, which may be put into a page as it is.
func (r *Renderer) Render(text string) string {
	if strings.TrimSpace(text) == "" {
		return ""
	}
	var b bytes.Buffer
	if len(text) > MaxBytes || tooMuch(text) || r.markdown.Convert([]byte(text), &b) != nil {
		b.Reset()
		b.WriteString("<pre><code>" + string(util.EscapeHTML([]byte(text))) + "</code></pre>")
	}
	return r.policy.Sanitize(b.String())
}

func tooMuch(text string) bool {
	stars := strings.Count(text, "*") + strings.Count(text, "_") + strings.Count(text, "~")
	return tooDeep(text) || tooWide(text) || strings.Count(text, "[") > mostBrackets || stars > mostStars
}

// tooDeep says whether a line opens more quotes and lists than anybody writes.
func tooDeep(text string) bool {
	for line := range strings.Lines(text) {
		depth := 0
		for i := range len(line) {
			if strings.IndexByte("> \t-*+0123456789.)", line[i]) < 0 {
				break
			}
			if strings.IndexByte(">-*+.)", line[i]) >= 0 {
				depth++
			}
		}
		if depth > deepest && strings.Trim(line, "-*_ \t\r\n") != "" { // a rule is a long row of the same sign
			return true
		}
	}
	return false
}

// tooWide says whether a table could have more cells than anybody reads.
func tooWide(text string) bool {
	lines, columns := 0, 0
	for line := range strings.Lines(text) {
		lines++
		if strings.Trim(line, "|-: \t\r\n") == "" {
			columns = max(columns, strings.Count(line, "|")+1)
		}
	}
	return lines*columns > mostCells
}
