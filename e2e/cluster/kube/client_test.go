package kube

import (
	"slices"
	"strings"
	"testing"
)

func TestReadiness(t *testing.T) {
	for name, test := range map[string]struct{ node, problem string }{
		"ready":        {`{"status":{"conditions":[{"type":"MemoryPressure","status":"False"},{"type":"Ready","status":"True"}]}}`, ""},
		"not ready":    {`{"status":{"conditions":[{"type":"Ready","status":"False","message":"no network"}]}}`, "no network"},
		"unknown":      {`{"status":{"conditions":[{"type":"Ready","status":"Unknown","message":"silent"}]}}`, "silent"},
		"not reported": {`{"status":{}}`, "not reported"},
		"tainted":      {`{"spec":{"taints":[{"key":"node.kubernetes.io/not-ready"}]},"status":{"conditions":[{"type":"Ready","status":"True"}]}}`, "not-ready"},
		"no node":      {`<html>`, "read the node"},
	} {
		err := readiness([]byte(test.node))
		if test.problem == "" && err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if test.problem != "" && (err == nil || !strings.Contains(err.Error(), test.problem)) {
			t.Errorf("%s: got %v, want a word of %q", name, err, test.problem)
		}
	}
}

func TestBoot(t *testing.T) {
	for list, want := range map[string]struct {
		id    string
		ready bool
	}{
		`{"items":[]}`: {"", false},
		`{"items":[{"status":{"nodeInfo":{"bootID":"b"},"conditions":[{"type":"Ready","status":"True"}]}}]}`:    {"b", true},
		`{"items":[{"status":{"nodeInfo":{"bootID":"b"},"conditions":[{"type":"Ready","status":"Unknown"}]}}]}`: {"b", false},
	} {
		id, notReady, err := boot([]byte(list))
		if err != nil || id != want.id || (notReady == nil) != want.ready {
			t.Errorf("%s: got %q, %v, %v", list, id, notReady, err)
		}
	}
	if _, _, err := boot([]byte(`{"items":"none"}`)); err == nil {
		t.Error("what is no list is no error")
	}
}

func TestNames(t *testing.T) {
	if all, err := names([]byte(`{"items":[{"metadata":{"name":"a"}},{"metadata":{"name":"b"}}]}`)); err != nil || !slices.Equal(all, []string{"a", "b"}) {
		t.Errorf("got %v, %v", all, err)
	}
}
