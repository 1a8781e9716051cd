package main

import (
	"os"
	"strings"
	"testing"
)

// TestKeysAreThoseOfTheOperator guards a contract: the operator's tests compare their own list with the same file.
func TestKeysAreThoseOfTheOperator(t *testing.T) {
	agreed, err := os.ReadFile("testdata/sysctls.json")
	if err != nil {
		t.Fatal(err)
	}
	var list strings.Builder
	if err := listSysctls([]string{"--json"}, &list); err != nil || list.String() != string(agreed) {
		t.Errorf("node-agent sysctls --json > testdata/sysctls.json, and change the operator's NodeSysctl: it is\n%s (%v)", list.String(), err)
	}
}
