//go:build node

package lifecycle

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"wstuning.dev/e2e/cluster/modern"
	"wstuning.dev/e2e/cluster/node"
)

func TestAModernNodeWorksAndLeavesNothing(t *testing.T) {
	if !modern.Supported() {
		t.Skip("user-mode Linux is built for amd64 alone")
	}
	must(t, "down")
	must(t, "packages", "node", "modern")
	foreignRules(t)
	before := lookAtMachine(t)
	must(t, "up")
	must(t, "modern-node", "prepare")

	t.Run("up --modern", func(t *testing.T) {
		within(t, 90*time.Second, func() { must(t, "up", "--modern") })
		within(t, 5*time.Second, func() { must(t, "up", "--modern") })
		if out := must(t, "status"); !strings.Contains(out, node.ModernName+" is Ready") {
			t.Errorf("status does not show the modern node:\n%s", out)
		}
		checkModernPods(t)
	})
	t.Run("modern-node run", func(t *testing.T) {
		if out := must(t, "modern-node", "run", "printf", "%s|", "a b", "it's", ""); out != "a b|it's||" {
			t.Errorf("arguments arrive as %q", out)
		}
		if out := must(t, "modern-node", "run", "cat", "/proc/1/comm"); out != "systemd\n" {
			t.Errorf("process 1 is %q", out)
		}
		if _, err := call("modern-node", "run", "false"); err == nil {
			t.Error("the exit code of a command is lost")
		}
		if out, err := call("modern-node", "rebot"); err == nil || !strings.Contains(out, "use run, reboot, poweroff or prepare") {
			t.Errorf("modern-node does not list its commands: %v\n%s", err, out)
		}
	})
	t.Run("reboot", func(t *testing.T) {
		boot := bootID(t)
		must(t, "modern-node", "reboot")
		if bootID(t) == boot {
			t.Error("it is the same boot")
		}
		checkModernPods(t)
	})
	t.Run("poweroff and up --modern", func(t *testing.T) {
		must(t, "modern-node", "run", "touch", "/root/kept")
		must(t, "modern-node", "poweroff")
		if out := must(t, "status"); !strings.Contains(out, node.ModernName+" is switched off; e2e/cluster/up --modern") {
			t.Errorf("status does not report that the modern node is off:\n%s", out)
		}
		if out, err := call("modern-node", "run", "true"); err == nil || !strings.Contains(out, "e2e/cluster/up --modern") {
			t.Errorf("modern-node does not explain how to boot it: %v\n%s", err, out)
		}
		must(t, "up", "--modern")
		must(t, "modern-node", "run", "test", "-e", "/root/kept")
		must(t, "modern-node", "poweroff", "--at-once")
		must(t, "up", "--modern")
	})
	t.Run("down --modern", func(t *testing.T) {
		must(t, "down", "--modern")
		must(t, "status")
		if out := must(t, "kubectl", "get", "nodes"); strings.Contains(out, node.ModernName) {
			t.Errorf("the cluster still has it:\n%s", out)
		}
	})
	t.Run("up again after its kernel was killed", func(t *testing.T) {
		must(t, "up", "--modern")
		killModern(t)
		must(t, "up", "--modern")
		checkModernPods(t)
	})
	t.Run("down while it runs", func(t *testing.T) {
		must(t, "down")
		before.mustEqual(t, lookAtMachine(t))
		checkCache(t)
	})
	t.Run("down after its kernel and the node's programs were killed", func(t *testing.T) {
		must(t, "up", "--modern")
		killModern(t)
		kill(t, programs(t)...)
		must(t, "down")
		before.mustEqual(t, lookAtMachine(t))
	})
	for moment, made := range map[string]string{"booting": "", "making the disk": "disk-*", "installing Debian's packages": "*-*"} {
		t.Run("down after up was killed when it said: "+moment, func(t *testing.T) {
			putAside(t, made)
			killUpAt(t, moment, "--modern")
			must(t, "down")
			before.mustEqual(t, lookAtMachine(t))
			checkCache(t)
		})
	}
	for _, moment := range []string{"making the disk", "booting"} {
		t.Run("up again after up was killed when it said: "+moment, func(t *testing.T) {
			if moment != "booting" {
				putAside(t, "disk-*")
			}
			killUpAt(t, moment, "--modern")
			must(t, "up", "--modern")
			checkModernPods(t)
			killModern(t)
			must(t, "down", "--modern")
			must(t, "status")
			must(t, "down")
			before.mustEqual(t, lookAtMachine(t))
			checkCache(t)
		})
	}
}

// modernPodManifest has what is in the guest for an image.
const modernPodManifest = `
apiVersion: v1
kind: Pod
metadata: {name: $NAME}
spec:
  nodeSelector: {kubernetes.io/hostname: ` + node.ModernName + `}
  terminationGracePeriodSeconds: 0
  containers:
  - name: main
    image: localhost/wstuning/pause:dev
    imagePullPolicy: Never
    command: ["/usr/bin/bash", "-c", "$SCRIPT"]
    volumeMounts:
    - {name: usr, mountPath: /usr, readOnly: true}
    - {name: lib, mountPath: /lib, readOnly: true}
    - {name: lib64, mountPath: /lib64, readOnly: true}
  volumes:
  - {name: usr, hostPath: {path: /usr}}
  - {name: lib, hostPath: {path: /lib}}
  - {name: lib64, hostPath: {path: /lib64}}
`

// checkModernPods has pods of both nodes talk to each other, and reads logs and runs a command through the API server.
func checkModernPods(t *testing.T) {
	t.Helper()
	if _, err := call("kubectl", "get", "pod", "server"); err != nil {
		create(t, serviceManifest)
		createPod(t, "server", `["/self"]`, "serve")
	}
	must(t, "kubectl", "wait", "pod/server", "--for=condition=Ready", "--timeout=30s")
	_, _ = call("kubectl", "delete", "pod", "modern", "--ignore-not-found", "--timeout=60s")
	script := "echo started; exec 3<>/dev/tcp/198.19.0.80/80 && cat <&3 && echo && sleep 3600"
	create(t, strings.NewReplacer("$NAME", "modern", "$SCRIPT", script).Replace(modernPodManifest))
	must(t, "kubectl", "wait", "pod/modern", "--for=condition=Ready", "--timeout=60s")
	eventually(t, "a pod of the modern node reaches one of the node by its Service, and its log can be read", func() error {
		if out, err := call("kubectl", "logs", "modern"); err != nil || out != "started\nhello\n" {
			return fmt.Errorf("%v: %q", err, out)
		}
		return nil
	})
	if out := must(t, "kubectl", "exec", "modern", "--", "/usr/bin/bash", "-c", "ulimit -Sn; ulimit -Hn"); out != "1024\n524288\n" {
		t.Errorf("containers have the limits %q", out)
	}
}

func bootID(t *testing.T) string {
	t.Helper()
	return must(t, "modern-node", "run", "cat", "/proc/sys/kernel/random/boot_id")
}

// killModern ends the guest's kernel the hard way.
func killModern(t *testing.T) {
	t.Helper()
	for _, path := range processesWhose(t, "cmdline", "umid=modern") {
		if pid, err := strconv.Atoi(strings.Split(path, "/")[2]); err == nil {
			_ = syscall.Kill(pid, syscall.SIGKILL)
		}
	}
}

func modernCache(t *testing.T) string {
	t.Helper()
	if cache := os.Getenv("WST_CACHE"); cache != "" {
		return filepath.Join(cache, "modern")
	}
	home, err := os.UserHomeDir()
	if err != nil {
		t.Fatal(err)
	}
	return filepath.Join(home, ".cache", "wstuning", "modern")
}

// putAside has files of the cache be missing for the time of a test.
func putAside(t *testing.T, pattern string) {
	t.Helper()
	if pattern == "" {
		return
	}
	files, err := filepath.Glob(filepath.Join(modernCache(t), pattern))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		aside := filepath.Join(filepath.Dir(file), "aside."+filepath.Base(file))
		if err := os.Rename(file, aside); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			if err := os.Rename(aside, file); err != nil {
				t.Error(err)
			}
		})
	}
}

// checkCache looks for what an interrupted build leaves.
func checkCache(t *testing.T) {
	t.Helper()
	if left, _ := filepath.Glob(filepath.Join(modernCache(t), "unfinished-*")); len(left) > 0 {
		t.Errorf("left in the cache: %v", left)
	}
}
