// Package buildinfo says which build this is, from what the Go tool wrote into the binary.
package buildinfo

import "runtime/debug"

// Version returns the module's version ("v1.2.0"), or the first 12 characters of the revision it was built from ("3f2a9c01d4e5", with "-modified" when
// the working tree differed), or "devel".
func Version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return devel
	}
	return version(info)
}

const devel = "devel"

func version(info *debug.BuildInfo) string {
	revision, modified := "", false
	for _, setting := range info.Settings {
		switch setting.Key {
		case "vcs.revision":
			revision = setting.Value
		case "vcs.modified":
			modified = setting.Value == "true"
		}
	}
	switch {
	case info.Main.Version != "" && info.Main.Version != "(devel)":
		return info.Main.Version
	case revision == "":
		return devel
	case modified:
		return short(revision) + "-modified"
	default:
		return short(revision)
	}
}

func short(revision string) string { return revision[:min(12, len(revision))] }
