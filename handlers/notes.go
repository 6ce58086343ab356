package handlers

import "github.com/a-h/templ"

// rendered is Markdown as it may stand in a page; nil when there is nothing.
func (h *Handlers) rendered(text string) templ.Component {
	if html := h.notes.Render(text); html != "" {
		return templ.Raw(html)
	}
	return nil
}
