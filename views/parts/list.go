package parts

import (
	"net/url"
	"strings"
)

// Listing is the address of a list: its path and what was asked of it. Its methods give the addresses of the same list asked otherwise,
// always from the first page, because a cursor belongs to one question.
type Listing struct {
	Path  string
	Query url.Values
}

// With returns the address with one parameter changed; an empty value removes it.
func (l Listing) With(name, value string) string {
	q := url.Values{}
	for key, values := range l.Query {
		if key != "after" && key != "before" && len(values) > 0 && values[0] != "" {
			q.Set(key, values[0])
		}
	}
	if value == "" {
		q.Del(name)
	} else {
		q.Set(name, value)
	}
	if len(q) == 0 {
		return l.Path
	}
	return l.Path + "?" + q.Encode()
}

// Older returns the address of the page after the cursor, or "" without one.
func (l Listing) Older(cursor string) string { return l.page("after", cursor) }

// Newer returns the address of the page before the cursor, or "" without one.
func (l Listing) Newer(cursor string) string { return l.page("before", cursor) }

func (l Listing) page(direction, cursor string) string {
	if cursor == "" {
		return ""
	}
	return l.With(direction, cursor)
}

// Sorted is which column a list is sorted by and which way, as the parameter "sort" says it: "name" or "-name".
type Sorted string

func (s Sorted) by(key string) bool { return key != "" && strings.TrimPrefix(string(s), "-") == key }

func (s Sorted) descending() bool { return strings.HasPrefix(string(s), "-") }

func (s Sorted) aria() string {
	if s.descending() {
		return "descending"
	}
	return "ascending"
}

// next is what a press on the column's heading asks for: up first, down when it is up already.
func (s Sorted) next(key string) string {
	if s.by(key) && !s.descending() {
		return "-" + key
	}
	return key
}
