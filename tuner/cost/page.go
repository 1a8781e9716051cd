package main

import (
	"fmt"
	"os"
	"strings"
)

// The comments of a page between which this program's table is.
const (
	begin = "<!-- written by tuner/cost -->\n"
	end   = "<!-- end -->"
)

// writeInto replaces what the page has between the comments.
func writeInto(page, table string) error {
	text, err := os.ReadFile(page)
	if err != nil {
		return err
	}
	before, rest, found := strings.Cut(string(text), begin)
	_, after, ended := strings.Cut(rest, end)
	if !found || !ended {
		return fmt.Errorf("%s has no place for the table: add the lines\n%s%s", page, begin, end)
	}
	return os.WriteFile(page, []byte(before+begin+table+end+after), 0o644)
}
