package markdown

import (
	"fmt"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

var notes = New()

func TestWhatPeopleWrite(t *testing.T) {
	const link = `<a rel="nofollow noopener noreferrer" href=`
	for typed, want := range map[string]string{
		"":                                      "",
		" \n\t":                                 "",
		"One *two* **three** `four`":            "<p>One <em>two</em> <strong>three</strong> <code>four</code></p>\n",
		"~~gone~~":                              "<p><del>gone</del></p>\n",
		"- a\n- b":                              "<ul>\n<li>a</li>\n<li>b</li>\n</ul>\n",
		"3. a\n4. b":                            "<ol start=\"3\">\n<li>a</li>\n<li>b</li>\n</ol>\n",
		"> so":                                  "<blockquote>\n<p>so</p>\n</blockquote>\n",
		"```go\na < b\n```":                     "<pre><code>a &lt; b\n</code></pre>\n",
		"a  \nb":                                "<p>a<br/>\nb</p>\n",
		"| a | b |\n|---|--:|\n| 1 | 2 |":       "<table>\n<thead>\n<tr>\n<th>a</th>\n<th>b</th>\n</tr>\n</thead>\n<tbody>\n<tr>\n<td>1</td>\n<td>2</td>\n</tr>\n</tbody>\n</table>\n",
		"[here](https://example.com/a?b=c&d)":   "<p>" + link + `"https://example.com/a?b=c&amp;d">here</a></p>` + "\n",
		"https://example.com":                   "<p>" + link + `"https://example.com">https://example.com</a></p>` + "\n",
		"<ada@example.com>":                     "<p>" + link + `"mailto:ada@example.com">ada@example.com</a></p>` + "\n",
		"![A robot](https://example.com/r.png)": "<p>" + link + `"https://example.com/r.png">A robot</a></p>` + "\n",
		"![](https://example.com/r.png)":        "<p>" + link + `"https://example.com/r.png">Image</a></p>` + "\n",
		"[](https://example.com)":               "<p>" + link + `"https://example.com">https://example.com</a></p>` + "\n",
		"[![x](https://a.example)](https://b.example)": "<p>" + link + `"https://b.example">x</a></p>` + "\n",
		"![[x](https://a.example)](https://b.example)": "<p>" + link + `"https://b.example">x</a></p>` + "\n",
		// What is written as HTML is shown, not obeyed.
		"a <b>c</b>":                     "<p>a &lt;b&gt;c&lt;/b&gt;</p>\n",
		"<script>alert(1)</script>":      "<pre><code>&lt;script&gt;alert(1)&lt;/script&gt;</code></pre>\n",
		"<div onclick=x>\n\n*a*\n</div>": "<pre><code>&lt;div onclick=x&gt;\n</code></pre>\n<p><em>a</em></p>\n<pre><code>&lt;/div&gt;</code></pre>\n",
		// An address that is none, or that does something, is no link.
		"[x](javascript:alert(1))":        "<p>x</p>\n",
		"[x](JaVaScRiPt:alert(1))":        "<p>x</p>\n",
		"[x](data:text/html;base64,PA==)": "<p>x</p>\n",
		"[x](vbscript:x)":                 "<p>x</p>\n",
		"[x](/logout)":                    "<p>x</p>\n",
		"[x](//evil.example)":             "<p>x</p>\n",
		"[x](&#106;avascript:alert(1))":   "<p>x</p>\n",
		"[x](java\tscript:alert(1))":      "<p>[x](java\tscript:alert(1))</p>\n",
	} {
		if got := notes.Render(typed); got != want {
			t.Errorf("%q:\n got %q\nwant %q", typed, got, want)
		}
	}
}

// Headings continue the page's: its title is the first level, its cards the second, and none is skipped.
func TestHeadingsFollowThePages(t *testing.T) {
	for typed, want := range map[string]string{
		"# a\n## b\n### c":       "345",
		"### a\n# b":             "33",
		"# a\n### b\n## c\n# d":  "3443",
		"###### a":               "3",
		"# a\n\n> ## b\n\n- # c": "343",
		"# a\n## b\n### c\n#### d\n##### e\n###### f": "345666",
	} {
		levels := ""
		for _, node := range elements(t, notes.Render(typed)) {
			if len(node.Data) == 2 && node.Data[0] == 'h' && node.Data != "hr" {
				levels += node.Data[1:]
			}
		}
		if levels != want {
			t.Errorf("%q: levels %s, want %s", typed, levels, want)
		}
	}
}

func elements(t *testing.T, rendered string) []*html.Node {
	t.Helper()
	root, err := html.Parse(strings.NewReader(rendered))
	if err != nil {
		t.Fatal(err)
	}
	var found []*html.Node
	for node := range root.Descendants() {
		if node.Type == html.ElementNode && node.Data != "html" && node.Data != "head" && node.Data != "body" {
			found = append(found, node)
		}
	}
	return found
}

// harmless holds what was rendered to what may stand in a page, whatever was typed.
func harmless(t *testing.T, typed, rendered string) {
	t.Helper()
	for _, node := range elements(t, rendered) {
		switch node.Data {
		case "p", "br", "hr", "h3", "h4", "h5", "h6", "ul", "ol", "li", "blockquote", "pre", "code", "em", "strong", "del", "table", "thead", "tbody", "tr", "th", "td", "a":
		default:
			t.Fatalf("%q: <%s> in %q", typed, node.Data, rendered)
		}
		for _, a := range node.Attr {
			switch {
			case node.Data == "ol" && a.Key == "start" && strings.Trim(a.Val, "0123456789") == "":
			case node.Data == "a" && a.Key == "rel" && a.Val == rel:
			case node.Data == "a" && a.Key == "href" && (strings.HasPrefix(strings.ToLower(a.Val), "http://") || strings.HasPrefix(strings.ToLower(a.Val), "https://") || strings.HasPrefix(strings.ToLower(a.Val), "mailto:")):
			default:
				t.Fatalf("%q: <%s %s=%q> in %q", typed, node.Data, a.Key, a.Val, rendered)
			}
		}
		for parent := node.Parent; node.Data == "a" && parent != nil; parent = parent.Parent {
			if parent.Data == "a" {
				t.Fatalf("%q: a link in a link in %q", typed, rendered)
			}
		}
	}
}

var hostile = []string{
	`<img src=x onerror=alert(1)>`, `<svg/onload=alert(1)>`, `<iframe src="javascript:alert(1)">`, `<a href="javascript:alert(1)">x</a>`,
	`[x](https://a.example" onmouseover="alert(1))`, `[x](<https://a.example" onmouseover="alert(1)>)`, "[x](https://a.example 'a\" onclick=\"b')",
	`![x" onerror="alert(1)](https://a.example)`, "<style>*{display:none}</style>", "<base href=//evil.example>", "<form action=/logout><button>",
	"</textarea><script>alert(1)</script>", "<!-- --><script>x</script>", "<?php x ?>", "<![CDATA[<script>x</script>]]>", "`</code><script>x</script>`",
	"```\"><script>\nx\n```", "[x]: javascript:alert(1)\n\n[x]", "<javascript:alert(1)>", "<https://a.example/\"onclick=x>", "https://a.example/\"onclick=x", "[a](b\x00c)",
	"| a |\n|--|\n| <script> |", "\xff\xfe<script>", "\u202e<script>", "[x](mailto:a@b.example?body=<script>)", "# <h1 id=content>x</h1>", "<x-y z>", "&lt;script&gt;", "&#60;script&#62;",
	"[](http://\xd7 )",
}

func TestHostileTextIsHarmless(t *testing.T) {
	for _, typed := range hostile {
		harmless(t, typed, notes.Render(typed))
	}
}

// slow is text that was made to be slow, by its shape.
func slow() map[string]string {
	shapes := map[string]string{}
	for _, piece := range []string{
		">", "> ", "- ", "1. ", "*", "_", "*a ", "**a ", "[", "![", "[a](", "[a](b", "<", "<a ", "<!--", "`", "` ", "~~", "~~a", "|", "|-", "a|", "\\", "&", "&#", "[a]: b\n", "[a][b] ", "http://a", "a@b.c ", "www.", "- a\n", "> a\n", "\n", "\r", "\t", "#", "# a\n", "\"", "<?", "<![CDATA[", "*a_ ", "_*", "](", "[](",
	} {
		shapes[piece] = strings.Repeat(piece, MaxBytes/len(piece))
	}
	var stairs strings.Builder
	for i := range 200 {
		stairs.WriteString(strings.Repeat("  ", i) + "- a\n")
	}
	shapes["stairs"] = stairs.String()
	shapes["table"] = strings.Repeat("|a", 500) + "\n" + strings.Repeat("|-", 500) + "\n" + strings.Repeat("|\n", 30_000)
	shapes["table, less wide"] = strings.Repeat("|a", 40) + "\n" + strings.Repeat("|-", 40) + "\n" + strings.Repeat("|\n", 1_100)
	// The same, as many as are still read.
	for _, piece := range []string{"[", "![", "[a](", "[a][b] ", "](["} {
		shapes["fewer "+piece] = strings.Repeat(piece, mostBrackets)
	}
	for _, piece := range []string{"*a ", "**a ", "*a_ ", "_*", "~~a"} {
		shapes["fewer "+piece] = strings.Repeat(piece, mostStars/(strings.Count(piece, "*")+strings.Count(piece, "_")+strings.Count(piece, "~")))
	}
	return shapes
}

func TestNothingBecomesOutOfProportion(t *testing.T) {
	for name, text := range slow() {
		if got := notes.Render(text); len(got) > 60*MaxBytes {
			t.Errorf("%q becomes %d bytes", name, len(got))
		}
	}
}

// How long each takes is for people to look at: a busy machine would change whether a test passes.
func BenchmarkTextMadeToBeSlow(b *testing.B) {
	for name, text := range slow() {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				notes.Render(text)
			}
		})
	}
}

func TestWhatIsTooMuchIsShownAsTyped(t *testing.T) {
	for _, typed := range []string{strings.Repeat("*a* ", MaxBytes/4+1), strings.Repeat("> ", deepest+1) + "*a*", strings.Repeat("- ", deepest+1) + "*a*", "|a|b|\n|-|-|\n" + strings.Repeat("*a*\n", 16_000)} {
		if got := notes.Render(typed); !strings.HasPrefix(got, "<pre><code>") || strings.Contains(got, "<em>") {
			t.Errorf("got %.60q", got)
		}
	}
	if got := notes.Render(strings.Repeat("- ", 60) + "\n"); strings.Contains(got, "<pre>") {
		t.Errorf("a rule is no depth: %q", got)
	}
}

func FuzzRender(f *testing.F) {
	for _, typed := range hostile {
		f.Add(typed)
	}
	f.Fuzz(func(t *testing.T, typed string) { harmless(t, typed, notes.Render(typed)) })
}

func ExampleRenderer_Render() {
	fmt.Print(New().Render("**Hello**"))
	// Output: <p><strong>Hello</strong></p>
}
