package main

import (
	"strings"
	"testing"
)

func TestServiceIsFoundByThePodsEnvironment(t *testing.T) {
	for host, want := range map[string]string{
		"198.19.0.7": "ws://198.19.0.7:80/ws",
		"fd00::7":    "ws://[fd00::7]:80/ws",
	} {
		t.Setenv("SERVER_GO_SERVICE_HOST", host)
		t.Setenv("SERVER_GO_SERVICE_PORT", "80")
		if url, err := serviceURL("server-go"); err != nil || url != want {
			t.Errorf("got %q, %v, want %q", url, err, want)
		}
	}
}

func TestServiceThatThePodDoesNotKnowIsNamed(t *testing.T) {
	_, err := serviceURL("server-gone")
	if err == nil || !strings.Contains(err.Error(), "SERVER_GONE_SERVICE_HOST") {
		t.Errorf("got %v, want the name of the variable that is missing", err)
	}
}
