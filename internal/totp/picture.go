package totp

import (
	"fmt"
	"strings"

	"rsc.io/qr"
)

// Picture is a QR code (ISO/IEC 18004) as a path of an SVG: one unit a module, in a square of Size units with the quiet zone of four that
// readers need.
type Picture struct {
	Size int
	Path string
}

const quiet = 4

// NewPicture draws the text.
func NewPicture(text string) (Picture, error) {
	code, err := qr.Encode(text, qr.M)
	if err != nil {
		return Picture{}, fmt.Errorf("totp: draw: %w", err)
	}
	var path strings.Builder
	for y := range code.Size {
		for x := 0; x < code.Size; x++ {
			from := x
			for x < code.Size && code.Black(x, y) {
				x++
			}
			if x > from {
				fmt.Fprintf(&path, "M%d %dh%dv1h-%dz", from+quiet, y+quiet, x-from, x-from)
			}
		}
	}
	return Picture{Size: code.Size + 2*quiet, Path: path.String()}, nil
}
