package main

import (
	"cmp"
	"fmt"
	"runtime/debug"
)

// version is set by the linker for a release.
var version string

// VersionCmd prints the version.
type VersionCmd struct{}

// Run prints it.
func (VersionCmd) Run(console *Console) error {
	goVersion := ""
	if info, ok := debug.ReadBuildInfo(); ok {
		goVersion = info.GoVersion
	}
	fmt.Fprintf(console.Out, "sadasya %s %s\n", programVersion(), goVersion)
	return nil
}

// programVersion is that of this program.
func programVersion() string {
	info, _ := debug.ReadBuildInfo()
	return versionOf(version, info)
}

// versionOf is what the linker was told, else the commit that the program was built
// of, so that two of them differ; "dev" where neither is known.
func versionOf(told string, info *debug.BuildInfo) string {
	if told != "" || info == nil {
		return cmp.Or(told, "dev")
	}
	revision, changed := "", ""
	for _, s := range info.Settings {
		switch {
		case s.Key == "vcs.revision":
			revision = s.Value[:min(len(s.Value), 12)]
		case s.Key == "vcs.modified" && s.Value == "true":
			changed = "+dirty"
		}
	}
	if revision == "" {
		return "dev"
	}
	return revision + changed
}
