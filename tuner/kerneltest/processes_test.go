package kerneltest

import (
	"testing"

	"wstuning.dev/tuner/internal/report"
)

func TestOpenFilesOfTheServer(t *testing.T) {
	pod := startPod(t, listen(":8080"))
	server := pod.observe(observer)
	soft, hard := openFiles(t, pod.pid)
	if server.Nofile.Soft != soft || server.Nofile.Hard != hard || soft != 2999 {
		t.Errorf("nofile = %+v, /proc shows %d:%d", server.Nofile, soft, hard)
	}
	if want := (report.Process{PID: 1, Comm: "peer", UID: 1000}); server.Process != want || server.Processes != 1 {
		t.Errorf("%d processes, the lowest %+v, want %+v", server.Processes, server.Process, want)
	}
}

func TestTheServerBehindAShell(t *testing.T) {
	pod := startPod(t, "$as sh -c '"+peer+" listen :8080; true'; true")
	server := pod.observe(observer)
	if server.Process.Comm != "peer" || server.Process.PID == 1 || server.Processes != 1 || server.Nofile.Soft != 2999 {
		t.Errorf("%d processes, the lowest %+v with %+v", server.Processes, server.Process, server.Nofile)
	}
}

func TestWithoutAListenerPID1StandsForTheServer(t *testing.T) {
	pod := startPod(t, "exec $as "+peer+" sleep")
	server := pod.observe(observer, "--wait=300ms")
	if want := (report.Process{PID: 1, Comm: "peer", UID: 1000}); server.Process != want || server.Processes != 1 {
		t.Errorf("process = %+v, want %+v", server.Process, want)
	}
	if want := "the server did not listen within 300ms"; len(server.Ports) != 0 || len(server.Errors) != 1 || server.Errors[0] != want {
		t.Errorf("ports = %+v, errors = %q, want %q", server.Ports, server.Errors, want)
	}
}
