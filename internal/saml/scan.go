package saml

import (
	"bytes"
	"unicode/utf8"
)

// MaxBody is how many bytes of an answer are looked at, as posted. Callers cut the request's body a little above it.
const MaxBody = 256 << 10

// limits bound the work that a document may cause. They are checked in one pass over its bytes, before anything is parsed.
type limits struct {
	bytes      int
	elements   int
	attributes int // of one element
	depth      int
	namespaces int  // declared around one place: what an element costs grows with them
	sections   int  // comments and CDATA sections together
	allowsPI   bool // processing instructions other than the XML declaration
}

func responseLimits() limits {
	return limits{bytes: MaxBody, elements: 1200, attributes: 64, depth: 40, namespaces: 64, sections: 200}
}

// fault is a document refused by scan: the check that failed and, in a few words, what was found.
type fault struct{ check, got string }

// scan walks over the document's markup once, without building anything. It is strict where XML libraries are known to differ
// or to be slow, and leaves to the parser what the parser checks anyway (names, entities, matching end tags).
func scan(doc []byte, l limits) *fault {
	if len(doc) > l.bytes {
		return &fault{CheckSize, "too large"}
	}
	if !utf8.Valid(doc) || bytes.IndexByte(doc, 0) >= 0 {
		return &fault{CheckEncoding, "not UTF-8"}
	}
	rest, f := afterDeclaration(doc)
	if f != nil {
		return f
	}
	s := scanner{limits: l, rest: rest}
	for len(s.rest) > 0 {
		if f := s.next(); f != nil {
			return f
		}
	}
	if s.level != 0 || s.roots == 0 {
		return &fault{CheckWellFormed, "not complete"}
	}
	return nil
}

// afterDeclaration skips the XML declaration, which may name no other encoding than UTF-8.
func afterDeclaration(doc []byte) ([]byte, *fault) {
	if !bytes.HasPrefix(doc, []byte("<?xml")) || len(doc) < 6 || !isSpace(doc[5]) {
		return doc, nil
	}
	declaration, rest, found := bytes.Cut(doc, []byte("?>"))
	if !found {
		return nil, &fault{CheckWellFormed, "unfinished XML declaration"}
	}
	_, encoding, named := bytes.Cut(declaration, []byte("encoding"))
	if named {
		encoding = bytes.TrimLeft(encoding, " \t\r\n='\"")
		if end := bytes.IndexAny(encoding, "'\""); end >= 0 {
			encoding = encoding[:end]
		}
		if !bytes.EqualFold(encoding, []byte("utf-8")) {
			return nil, &fault{CheckEncoding, string(encoding)}
		}
	}
	return rest, nil
}

type scanner struct {
	limits
	rest                      []byte
	elementsSeen, sectionSeen int
	level, roots              int
	declared                  int   // namespace declarations in force
	outside                   []int // for each open element, the declarations in force around it
}

// next consumes the text up to the next markup, and that markup.
func (s *scanner) next() *fault {
	at := bytes.IndexByte(s.rest, '<')
	text := s.rest
	if at >= 0 {
		text = s.rest[:at]
	}
	if s.level == 0 && len(bytes.TrimLeft(text, " \t\r\n")) > 0 {
		return &fault{CheckWellFormed, "text outside the document element"}
	}
	if at < 0 {
		s.rest = nil
		return nil
	}
	s.rest = s.rest[at:]
	switch {
	case bytes.HasPrefix(s.rest, []byte("<!--")):
		return s.section(4, "-->")
	case bytes.HasPrefix(s.rest, []byte("<![CDATA[")):
		if s.level == 0 {
			return &fault{CheckWellFormed, "text outside the document element"}
		}
		return s.section(9, "]]>")
	case bytes.HasPrefix(s.rest, []byte("<!")):
		return &fault{CheckDoctype, "a document type declaration"}
	case bytes.HasPrefix(s.rest, []byte("<?")):
		if !s.allowsPI {
			return &fault{CheckInstruction, "a processing instruction"}
		}
		return s.section(2, "?>")
	case bytes.HasPrefix(s.rest, []byte("</")):
		end := bytes.IndexByte(s.rest, '>')
		if end < 0 || s.level == 0 {
			return &fault{CheckWellFormed, "an end tag without its start"}
		}
		s.level--
		s.declared, s.outside = s.outside[s.level], s.outside[:s.level]
		s.rest = s.rest[end+1:]
		return nil
	default:
		return s.startTag()
	}
}

// section consumes a comment, CDATA section or processing instruction.
func (s *scanner) section(start int, end string) *fault {
	if s.sectionSeen++; s.sectionSeen > s.sections {
		return &fault{CheckStructure, "too many comments"}
	}
	at := bytes.Index(s.rest[start:], []byte(end))
	if at < 0 {
		return &fault{CheckWellFormed, "an unfinished comment"}
	}
	s.rest = s.rest[start+at+len(end):]
	return nil
}

// startTag consumes one start tag with its attributes.
func (s *scanner) startTag() *fault {
	if s.elementsSeen++; s.elementsSeen > s.elements {
		return &fault{CheckStructure, "too many elements"}
	}
	if s.level == 0 {
		if s.roots++; s.roots > 1 {
			return &fault{CheckWellFormed, "a second document element"}
		}
	}
	name, rest := cutName(s.rest[1:])
	if !plainName(name) {
		return &fault{CheckWellFormed, "a malformed element name"}
	}
	seen, declared := make([][]byte, 0, 8), 0
	for {
		trimmed := bytes.TrimLeft(rest, " \t\r\n")
		switch {
		case len(trimmed) == 0:
			return &fault{CheckWellFormed, "an unfinished element"}
		case trimmed[0] == '>':
			if s.level++; s.level > s.depth {
				return &fault{CheckStructure, "too many levels"}
			}
			s.outside, s.declared = append(s.outside, s.declared), s.declared+declared
			s.rest = trimmed[1:]
			return nil
		case trimmed[0] == '/':
			if len(trimmed) < 2 || trimmed[1] != '>' {
				return &fault{CheckWellFormed, "a malformed element"}
			}
			s.rest = trimmed[2:]
			return nil
		case len(trimmed) == len(rest):
			return &fault{CheckWellFormed, "no space before an attribute"}
		}
		attribute, after, ok := cutAttribute(trimmed)
		if !ok || !plainName(attribute) {
			return &fault{CheckWellFormed, "a malformed attribute"}
		}
		for _, other := range seen {
			if bytes.Equal(other, attribute) {
				return &fault{CheckWellFormed, "an attribute twice"}
			}
		}
		if seen = append(seen, attribute); len(seen) > s.attributes {
			return &fault{CheckStructure, "too many attributes"}
		}
		if string(attribute) == "xmlns" || bytes.HasPrefix(attribute, []byte("xmlns:")) {
			if declared++; s.declared+declared > s.namespaces {
				return &fault{CheckStructure, "too many namespaces"}
			}
		}
		rest = after
	}
}

// cutName splits off everything up to white space, slash, equals sign or bracket.
func cutName(b []byte) (name, rest []byte) {
	for i, c := range b {
		if isSpace(c) || c == '/' || c == '>' || c == '=' || c == '<' || c == '"' || c == '\'' {
			return b[:i], b[i:]
		}
	}
	return b, nil
}

// cutAttribute splits off name="value".
func cutAttribute(b []byte) (name, rest []byte, ok bool) {
	name, rest = cutName(b)
	rest = bytes.TrimLeft(rest, " \t\r\n")
	if len(rest) == 0 || rest[0] != '=' {
		return nil, nil, false
	}
	rest = bytes.TrimLeft(rest[1:], " \t\r\n")
	if len(rest) == 0 || (rest[0] != '"' && rest[0] != '\'') {
		return nil, nil, false
	}
	end := bytes.IndexByte(rest[1:], rest[0])
	if end < 0 || bytes.IndexByte(rest[1:end+1], '<') >= 0 {
		return nil, nil, false
	}
	return name, rest[end+2:], true
}

// plainName is true of a name with at most one prefix: parsers disagree about the others.
func plainName(name []byte) bool {
	colon := bytes.IndexByte(name, ':')
	return len(name) > 0 && colon != 0 && colon != len(name)-1 && bytes.Count(name, []byte(":")) <= 1
}

func isSpace(c byte) bool { return c == ' ' || c == '\t' || c == '\r' || c == '\n' }
