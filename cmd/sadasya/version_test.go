package main

import (
	"os"
	"path/filepath"
	"regexp"
	"runtime/debug"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"
)

// TestTwoBuildsAreToldApart: where the linker was told no version, by their commit.
func TestTwoBuildsAreToldApart(t *testing.T) {
	t.Parallel()
	commit := debug.BuildSetting{Key: "vcs.revision", Value: "3de93cc0b1f2a3d4e5f60718293a4b5c6d7e8f90"}
	for want, v := range map[string]string{
		"1.2":                versionOf("1.2", &debug.BuildInfo{Settings: []debug.BuildSetting{commit}}),
		"3de93cc0b1f2":       versionOf("", &debug.BuildInfo{Settings: []debug.BuildSetting{commit, {Key: "vcs.modified", Value: "false"}}}),
		"3de93cc0b1f2+dirty": versionOf("", &debug.BuildInfo{Settings: []debug.BuildSetting{commit, {Key: "vcs.modified", Value: "true"}}}),
		"dev":                versionOf("", &debug.BuildInfo{}),
	} {
		if v != want {
			t.Errorf("%q, want %q", v, want)
		}
	}
	if v := versionOf("", nil); v != "dev" {
		t.Errorf("%q", v)
	}
	if version != "" {
		t.Errorf("whoever tells no version has %q, and no commit", version)
	}
}

// TestTheImageIsToldItsVersion: no commit can be read there, since .git is left out.
func TestTheImageIsToldItsVersion(t *testing.T) {
	t.Parallel()
	read := func(name string) string {
		raw, err := os.ReadFile(filepath.Join("..", "..", name))
		if err != nil {
			t.Fatal(err)
		}
		return string(raw)
	}
	_, build, _ := strings.Cut(read("Dockerfile"), " AS build\n")
	build, _, _ = strings.Cut(build, "\nFROM ")
	if !strings.Contains(build, "\nARG VERSION\n") || !strings.Contains(build, "-X main.version=${VERSION}") {
		t.Errorf("the image takes no version:\n%s", build)
	}
	var file struct {
		Services map[string]struct {
			Build struct{ Args map[string]string }
		}
	}
	if err := yaml.Unmarshal([]byte(read("compose.yaml")), &file); err != nil {
		t.Fatal(err)
	}
	for name, s := range file.Services {
		if strings.HasPrefix(name, "sadasya-") && s.Build.Args["VERSION"] != "${VERSION:-}" {
			t.Errorf("%s is built without a version: %v", name, s.Build.Args)
		}
	}
	for _, line := range regexp.MustCompile(`(?m)^(docker build|buildah bud) .*`).FindAllString(operations(t, "image.md"), -1) {
		if !strings.Contains(line, "--build-arg VERSION=") {
			t.Errorf("%s: without a version", line)
		}
	}
}
