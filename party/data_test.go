package party

import (
	"encoding/csv"
	"os"
	"testing"
)

// rows reads a CSV of testdata without its header, at least want rows long.
func rows(t testing.TB, file string, want int) [][]string {
	t.Helper()
	f, err := os.Open("testdata/" + file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	all, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	if len(all) <= want {
		t.Fatalf("%s has %d rows, fewer than %d", file, len(all), want)
	}
	return all[1:]
}
