package main

import (
	"fmt"
	"os"
	"strings"
)

// A table is in a page between two comments, of which the first names what writes it.
const (
	connectionsTable = "<!-- written by tuner/cost -->\n"
	observerTable    = "<!-- written by tuner/cost --observer -->\n"
	end              = "<!-- end -->"
)

// publish prints a table, and writes it into the page if one is given.
func publish(page, begin, table string) error {
	fmt.Print(table)
	if page == "" {
		return nil
	}
	return writeInto(page, begin, table)
}

// writeInto replaces what the page has between the comments.
func writeInto(page, begin, table string) error {
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
