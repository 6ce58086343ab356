package models

import (
	"strings"
	"unicode/utf8"
)

// MaxNotes is how long notes may be, in bytes.
const MaxNotes = 65_536

// ParseNotes reads notes: Markdown of at most 65,536 bytes, which may be empty, with lines that end as everywhere else.
func ParseNotes(field, typed string) (string, error) {
	text := strings.TrimRight(strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(typed), " \t\n")
	switch {
	case !utf8.ValidString(text) || strings.Contains(text, "\x00"):
		return "", RefuseField(field, "These notes could not be read. Type them again.")
	case len(text) > MaxNotes:
		return "", RefuseField(field, "Notes have at most 65,536 bytes. Shorten them.")
	}
	return text, nil
}

// BaseWorkflow is the built-in workflow that an app runs unless it is told another.
type BaseWorkflow string

// The built-in workflows.
const (
	UniversalWorkflow BaseWorkflow = "universal"
	TextWorkflow      BaseWorkflow = "text"
	EmptyWorkflow     BaseWorkflow = "empty"
)

// BaseWorkflows returns the built-in workflows in the order in which they are offered.
func BaseWorkflows() []BaseWorkflow {
	return []BaseWorkflow{UniversalWorkflow, TextWorkflow, EmptyWorkflow}
}

// ParseBaseWorkflow reads the choice of a built-in workflow.
func ParseBaseWorkflow(field, key string) (BaseWorkflow, error) {
	for _, w := range BaseWorkflows() {
		if string(w) == key {
			return w, nil
		}
	}
	return "", RefuseField(field, "Choose a base workflow.")
}

// Label is what people see.
func (w BaseWorkflow) Label() string {
	switch w {
	case TextWorkflow:
		return "Text"
	case EmptyWorkflow:
		return "Empty"
	case UniversalWorkflow:
	}
	return "Universal"
}

// Meaning says what it does, in a sentence.
func (w BaseWorkflow) Meaning() string {
	switch w {
	case TextWorkflow:
		return "Takes text, and passes it on as it is."
	case EmptyWorkflow:
		return "Does nothing with what comes in."
	case UniversalWorkflow:
	}
	return "Takes text, images, audio and video, and understands each in general terms."
}
