package main

import (
	"os"
	"testing"
)

// TestKeysAreThoseOfTheOperator guards a contract: the operator's tests compare their own list with the same file.
func TestKeysAreThoseOfTheOperator(t *testing.T) {
	agreed, err := os.ReadFile("testdata/sysctls.json")
	if err != nil {
		t.Fatal(err)
	}
	if _, list, _ := tuner("sysctls", "--json"); list != string(agreed) {
		t.Errorf("tuner sysctls --json > testdata/sysctls.json, and change the operator's Sysctl: it is\n%s", list)
	}
}
