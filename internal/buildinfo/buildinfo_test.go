package buildinfo

import (
	"runtime/debug"
	"testing"
)

func TestVersion(t *testing.T) {
	revision := debug.BuildSetting{Key: "vcs.revision", Value: "3f2a9c01d4e5a6b7c8d9e0f1a2b3c4d5e6f7a8b9"}
	modified := debug.BuildSetting{Key: "vcs.modified", Value: "true"}
	for want, info := range map[string]*debug.BuildInfo{
		"v1.2.0":                {Main: debug.Module{Version: "v1.2.0"}, Settings: []debug.BuildSetting{revision}},
		"3f2a9c01d4e5":          {Main: debug.Module{Version: "(devel)"}, Settings: []debug.BuildSetting{revision}},
		"3f2a9c01d4e5-modified": {Settings: []debug.BuildSetting{revision, modified}},
		"devel":                 {},
	} {
		if got := version(info); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	if Version() == "" {
		t.Error("no version at all")
	}
}
