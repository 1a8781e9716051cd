//go:build node

// Package lifecycle starts, crashes and removes a real node, and compares the machine before and after.
package lifecycle

import (
	"context"
	"os"
	"strings"
	"testing"
	"time"

	"wstuning.dev/e2e/cluster/debian"
)

func TestMain(m *testing.M) {
	if role := os.Getenv(roleVariable); role != "" {
		play(role)
	}
	os.Exit(m.Run())
}

func TestANodeWorksAndLeavesNothing(t *testing.T) {
	must(t, "down")
	if packages := debian.Missing(debian.Node...); len(packages) > 0 {
		if err := debian.Install(context.Background(), packages, os.Stderr); err != nil {
			t.Fatal(err)
		}
	}
	// A machine with a firewall of its own, as Docker sets one up.
	foreignRules(t)
	before := lookAtMachine(t)

	t.Run("up", func(t *testing.T) {
		must(t, "up")
		within(t, 2*time.Second, func() { must(t, "up") })
		must(t, "status")
		checkPods(t)
		checkAudit(t)
		checkMounts(t)
	})
	t.Run("restart-runtime", func(t *testing.T) {
		createNodeAgentLike(t)
		server := processOfServer(t)
		must(t, "restart-runtime", "--soft-nofile=2048", "--hard-nofile=4096")
		if now := processOfServer(t); now != server {
			t.Errorf("the server in a pod was process %s and is %s", server, now)
		}
		checkLimits(t, "2048 4096")
		must(t, "restart-runtime")
		checkLimits(t, "2048 4096")
		if out, err := call("restart-runtime", "--soft-nofile=5000"); err == nil || !strings.Contains(out, "hard limit is 4096") {
			t.Errorf("restart-runtime does not report why it cannot: %v\n%s", err, out)
		}
		must(t, "status")
	})
	t.Run("stop-apiserver and start-apiserver", func(t *testing.T) {
		server := processOfServer(t)
		must(t, "stop-apiserver")
		if out, err := call("status"); err == nil || !strings.Contains(out, "kube-apiserver is stopped; e2e/cluster/start-apiserver") {
			t.Errorf("status does not report that the API server is stopped: %v\n%s", err, out)
		}
		if out, err := call("restart-runtime"); err == nil || !strings.Contains(out, "kube-apiserver is stopped") {
			t.Errorf("restart-runtime does not report that the API server is stopped: %v\n%s", err, out)
		}
		must(t, "stop-apiserver")
		must(t, "start-apiserver")
		must(t, "status")
		if now := processOfServer(t); now != server {
			t.Errorf("the server in a pod was process %s and is %s", server, now)
		}
		within(t, 2*time.Second, func() { must(t, "start-apiserver") })
	})
	t.Run("fake-nodes", func(t *testing.T) {
		must(t, "fake-nodes", "2")
		within(t, 2*time.Second, func() { must(t, "fake-nodes", "2") })
		must(t, "status")
		checkFakePod(t)
		must(t, "fake-nodes", "0")
		if out := must(t, "kubectl", "get", "nodes"); strings.Contains(out, "fake-") {
			t.Errorf("fake nodes are left:\n%s", out)
		}
		must(t, "fake-nodes", "1") // for down
	})
	t.Run("down", func(t *testing.T) {
		must(t, "down")
		before.mustEqual(t, lookAtMachine(t))
		must(t, "down")
	})
	t.Run("up again after the kubelet and containerd were killed", func(t *testing.T) {
		must(t, "up")
		checkPods(t)
		kill(t, "kubelet", "containerd")
		if out, err := call("status"); err == nil || !strings.Contains(out, "does not run") {
			t.Errorf("status does not report the crash: %v\n%s", err, out)
		}
		within(t, 30*time.Second, func() { must(t, "up") })
		checkPods(t)
	})
	t.Run("up again after the API server was stopped", func(t *testing.T) {
		must(t, "stop-apiserver")
		within(t, 30*time.Second, func() { must(t, "up") })
		checkPods(t)
	})
	t.Run("down after the API server was stopped", func(t *testing.T) {
		must(t, "stop-apiserver")
		must(t, "down")
		before.mustEqual(t, lookAtMachine(t))
		if out, err := call("start-apiserver"); err == nil || !strings.Contains(out, "there is no node") {
			t.Errorf("start-apiserver does not report that there is no node: %v\n%s", err, out)
		}
		must(t, "up")
	})
	t.Run("down after everything was killed", func(t *testing.T) {
		kill(t, programs(t)...)
		must(t, "down")
		before.mustEqual(t, lookAtMachine(t))
	})
	for _, moment := range []string{"started etcd", "the API server is ready", "started kube-controller-manager"} {
		t.Run("down after up was killed when it said: "+moment, func(t *testing.T) {
			killUpAt(t, moment)
			must(t, "down")
			before.mustEqual(t, lookAtMachine(t))
		})
	}
	t.Run("another limit of open files", func(t *testing.T) {
		t.Setenv("WST_NODE_SOFT_NOFILE", "4096")
		must(t, "up")
		checkLimits(t, "4096 "+hardLimit(t))
		t.Setenv("WST_NODE_SOFT_NOFILE", "1024")
		must(t, "up")
		checkLimits(t, "1024 "+hardLimit(t))
		must(t, "down")
		before.mustEqual(t, lookAtMachine(t))
	})
	t.Run("a port is taken", func(t *testing.T) {
		closePort := takePort(t, 10250)
		defer closePort()
		if out, err := call("up"); err == nil || !strings.Contains(out, "10250") {
			t.Errorf("up does not name the port that is taken: %v\n%s", err, out)
		}
		before.mustEqual(t, lookAtMachine(t))
	})
}

func within(t *testing.T, limit time.Duration, do func()) {
	t.Helper()
	start := time.Now()
	do()
	if took := time.Since(start); took > limit {
		t.Errorf("took %s, more than %s", took.Round(time.Millisecond), limit)
	}
}
