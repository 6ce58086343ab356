// Package parts holds the components the pages are made of. A component without content of its own is a struct that draws itself:
//
//	@parts.Button{Label: "Save", Kind: parts.Primary, Submit: true}
//
// One that wraps content is a function: @parts.Card("Title", "Lead") { … }. Components are given everything they show; they look up
// nothing, and work without a script.
package parts
