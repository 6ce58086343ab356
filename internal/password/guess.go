package password

import (
	_ "embed"
	"strings"
	"unicode"
)

//go:embed common.txt
var common string

const (
	pieces      = 3  // what so few easy pieces make up is easy itself
	distinct    = 5  // fewer different characters than this are a repetition of some kind
	repeatable  = 12 // a unit that is repeated must be at least as long as this to be judged by itself
	shortestRun = 3  // of a sequence
	longestFill = 6  // of digits and punctuation between words
	longestWord = 20
)

// rows are what people walk along: the alphabet, the digits, the letters of a keyboard.
var rows = [...]string{
	"abcdefghijklmnopqrstuvwxyz", "zyxwvutsrqponmlkjihgfedcba", "01234567890", "09876543210",
	"qwertyuiop", "poiuytrewq", "asdfghjkl", "lkjhgfdsa", "zxcvbnm", "mnbvcxz", "qwertz", "azerty",
}

// easyToGuess says whether a password is one of those a guesser tries first: few different characters, a repetition, or at most three pieces each of
// which is a common password (where words count), a sequence (where patterns do), or a few digits and signs. It is a fixed list and three rules rather than a strength estimator: those cost
// 50 ms and 10 MB at every start of the program, and cannot say in a sentence why.
func easyToGuess(normal string, words, patterns bool) bool {
	text := []rune(strings.ToLower(normal))
	if patterns && differing(text) < distinct {
		return true
	}
	unit := text[:period(text)]
	if patterns && len(unit) < len(text) && len(unit) < repeatable {
		return true
	}
	return cover(ascii(unit), words, patterns) <= min(pieces, len(unit))
}

func differing(text []rune) int {
	seen := make(map[rune]struct{}, len(text))
	for _, r := range text {
		seen[r] = struct{}{}
	}
	return len(seen)
}

// period returns the length of the shortest unit that the text repeats at least twice, the last time perhaps cut off; the text's own length when none.
func period(text []rune) int {
next:
	for size := 1; size <= len(text)/2; size++ {
		for i := size; i < len(text); i++ {
			if text[i] != text[i-size] {
				continue next
			}
		}
		return size
	}
	return len(text)
}

// ascii keeps the positions: a character outside ASCII becomes one byte that is part of no piece.
func ascii(text []rune) string {
	out := make([]byte, len(text))
	for i, r := range text {
		if r >= 0 && r < unicode.MaxASCII {
			out[i] = byte(r)
		}
	}
	return string(out)
}

// cover returns the smallest number of easy pieces the text is made of, or more than its length when it is not.
func cover(text string, words, patterns bool) int {
	plain1, plain2 := unleet(text, 'i'), unleet(text, 'l')
	best := make([]int, len(text)+1)
	for end := 1; end <= len(text); end++ {
		best[end] = len(text) + 1
		for start := range end {
			if best[start]+1 < best[end] &&
				(patterns && sequence(text[start:end]) || fill(text[start:end]) ||
					words && (listed(text[start:end]) || listed(plain1[start:end]) || listed(plain2[start:end]))) {
				best[end] = best[start] + 1
			}
		}
	}
	return best[len(text)]
}

// unleet takes back the usual replacements of letters by signs.
func unleet(text string, one rune) string {
	return strings.Map(func(r rune) rune {
		switch r {
		case '4', '@':
			return 'a'
		case '3':
			return 'e'
		case '0':
			return 'o'
		case '5', '$':
			return 's'
		case '7', '+':
			return 't'
		case '1', '!', '|':
			return one
		default:
			return r
		}
	}, text)
}

func sequence(piece string) bool {
	if len(piece) < shortestRun {
		return false
	}
	if strings.Count(piece, piece[:1]) == len(piece) {
		return piece[0] != 0
	}
	for _, row := range rows {
		if strings.Contains(row, piece) {
			return true
		}
	}
	return false
}

// fill says whether a piece is the few digits and signs that people put around a word.
func fill(piece string) bool {
	if len(piece) > longestFill {
		return false
	}
	for _, b := range []byte(piece) {
		if b == 0 || b >= 'a' && b <= 'z' {
			return false
		}
	}
	return true
}

// listed finds a piece in the sorted list by halving, which needs no table built at every start.
func listed(piece string) bool {
	if len(piece) < 4 || len(piece) > longestWord {
		return false
	}
	low, high := 0, len(common) // both at the beginning of a line
	for low < high {
		start := strings.LastIndexByte(common[low:low+(high-low)/2], '\n') + 1 + low
		end := start + strings.IndexByte(common[start:], '\n')
		switch line := common[start:end]; {
		case line == piece:
			return true
		case line < piece:
			low = end + 1
		default:
			high = start
		}
	}
	return false
}
