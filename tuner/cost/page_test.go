package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func pageOf(t *testing.T, text string) string {
	t.Helper()
	page := filepath.Join(t.TempDir(), "cost.md")
	if err := os.WriteFile(page, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return page
}

func TestTableReplacesTheOneBeforeAndNothingElse(t *testing.T) {
	page := pageOf(t, "# Cost\n\n"+connectionsTable+"old\n"+end+"\n\nSo it is.\n\n<!-- written by another -->\nkept\n"+end+"\n")
	if err := writeInto(page, connectionsTable, "new\n"); err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile(page)
	want := "# Cost\n\n" + connectionsTable + "new\n" + end + "\n\nSo it is.\n\n<!-- written by another -->\nkept\n" + end + "\n"
	if err != nil || string(got) != want {
		t.Errorf("got %q, %v; want %q", got, err, want)
	}
}

func TestPageWithoutPlaceIsLeftAlone(t *testing.T) {
	for _, text := range []string{"# Cost\n", connectionsTable + "no end\n", end + "\n" + connectionsTable} {
		page := pageOf(t, text)
		if err := writeInto(page, connectionsTable, "new\n"); err == nil || !strings.Contains(err.Error(), "no place for the table") {
			t.Errorf("%q: got %v", text, err)
		}
		if got, err := os.ReadFile(page); err != nil || string(got) != text {
			t.Errorf("%q became %q, %v", text, got, err)
		}
	}
}
