package store

import (
	"strconv"

	"gatehouse/models"
)

// momentPosition is a place in a list that is sorted by a time: microseconds, which both databases keep.
func momentPosition(at moment, id string) position {
	return position{strconv.FormatInt(at.UnixMicro(), 10), id}
}

// momentWindow is the page of such a list that is asked for; a cursor of another order is none.
func momentWindow(p models.Page) window {
	w := windowOf(p)
	if !w.bounded {
		return w
	}
	at, err := parseMicros(w.from.key)
	if err != nil {
		return window{size: w.size}
	}
	w.key = at
	return w
}
