package urls

import (
	"net/url"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Local returns a return path that a browser carried if it leads to a page of this console, and the home page otherwise. A local path
// has one leading slash, no second one and no backslash (browsers read "/\" as "//"), no scheme and no host, and is text without control
// characters, also once it is unescaped: its parts are looked up in a database.
func Local(path string) string {
	bad := len(path) > 2000 || !strings.HasPrefix(path, "/") || strings.HasPrefix(path, "//") || strings.Contains(path, `\`) || !plainText(path)
	if bad {
		return Home.To()
	}
	parsed, err := url.Parse(path)
	if err != nil || parsed.Scheme != "" || parsed.Host != "" || parsed.User != nil || strings.HasPrefix(parsed.Path, "//") || !plainText(parsed.Path) {
		return Home.To()
	}
	return path
}

func plainText(s string) bool {
	return utf8.ValidString(s) && !strings.ContainsFunc(s, unicode.IsControl)
}

// With returns the path with query parameters, in pairs of name and value; empty values are left out.
func With(path string, pairs ...string) string {
	if len(pairs) == 2 && pairs[1] != "" { // most links; a list has hundreds
		return path + "?" + url.QueryEscape(pairs[0]) + "=" + url.QueryEscape(pairs[1])
	}
	query := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			query.Set(pairs[i], pairs[i+1])
		}
	}
	if len(query) == 0 {
		return path
	}
	return path + "?" + query.Encode()
}

// Escape is text as it can stand in an address.
func Escape(text string) string { return url.PathEscape(text) }

// AccessOf is the page that explains access, about one person, one right and one app; what is empty is not asked about.
func AccessOf(org, person, scope, app string) string {
	return With(Access.To(org), "who", person, "scope", scope, "app", app)
}

// OrganizationOf returns the organization that a local path leads into, if it leads into one.
func OrganizationOf(path string) (slug string, within bool) {
	if end := strings.IndexAny(path, "?#"); end >= 0 {
		path = path[:end]
	}
	rest, found := strings.CutPrefix(path, "/orgs/")
	if !found {
		return "", false
	}
	slug, _, _ = strings.Cut(rest, "/")
	slug, err := url.PathUnescape(slug)
	return slug, err == nil && slug != ""
}
