//go:build ignore

// Draws the flows' diagrams into docs/flows.
package main

import (
	"fmt"
	"log"
	"os"
	"path/filepath"

	"sadasya/flows"
)

func main() {
	diagrams, err := flows.Draw()
	if err != nil {
		log.Fatal(err)
	}
	dir := filepath.Join("..", "docs", "flows")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		log.Fatal(err)
	}
	for _, d := range diagrams {
		page := fmt.Sprintf(flows.DiagramPage, d.Flow, d.Mermaid)
		if err := os.WriteFile(filepath.Join(dir, d.Flow+".md"), []byte(page), 0o644); err != nil {
			log.Fatal(err)
		}
	}
}
