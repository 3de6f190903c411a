package main

import (
	"fmt"
	"runtime/debug"
)

// version is set by the linker for a release.
var version = "dev"

// VersionCmd prints the version.
type VersionCmd struct{}

// Run prints it.
func (VersionCmd) Run(console *Console) error {
	goVersion := ""
	if info, ok := debug.ReadBuildInfo(); ok {
		goVersion = info.GoVersion
	}
	fmt.Fprintf(console.Out, "sadasya %s %s\n", version, goVersion)
	return nil
}
