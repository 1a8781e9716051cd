//go:build node

package lifecycle

import (
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"wstuning.dev/e2e/cluster/node"
)

const roleVariable = "WST_LIFECYCLE_ROLE"

// play is what this program does in a pod.
func play(role string) {
	if role == "serve" {
		listener, err := net.Listen("tcp", ":8080")
		for err == nil {
			var connection net.Conn
			if connection, err = listener.Accept(); err == nil {
				fmt.Fprint(connection, "hello")
				connection.Close()
			}
		}
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	if err := greeted(role); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(0)
}

// greeted connects to a server and hears its greeting.
func greeted(address string) error {
	connection, err := net.DialTimeout("tcp", address, 2*time.Second)
	if err != nil {
		return err
	}
	defer connection.Close()
	if err := connection.SetDeadline(time.Now().Add(2 * time.Second)); err != nil {
		return err
	}
	if greeting, err := io.ReadAll(connection); err != nil || string(greeting) != "hello" {
		return fmt.Errorf("heard %q: %v", greeting, err)
	}
	return nil
}

// podManifest runs this very program with a role; the machine's folders stand in for an image.
const podManifest = `
apiVersion: v1
kind: Pod
metadata: {name: $NAME, labels: {app: $NAME}}
spec:
  restartPolicy: Never
  terminationGracePeriodSeconds: 0
  containers:
  - name: main
    image: localhost/wstuning/pause:dev
    imagePullPolicy: Never
    command: $COMMAND
    env: [{name: WST_LIFECYCLE_ROLE, value: "$ROLE"}]
    volumeMounts:
    - {name: self, mountPath: /self, readOnly: true}
    - {name: usr, mountPath: /usr, readOnly: true}
    - {name: lib, mountPath: /lib, readOnly: true}
    - {name: lib64, mountPath: /lib64, readOnly: true}
  volumes:
  - {name: self, hostPath: {path: $SELF}}
  - {name: usr, hostPath: {path: /usr}}
  - {name: lib, hostPath: {path: /lib}}
  - {name: lib64, hostPath: {path: /lib64}}
`

const serviceManifest = `
apiVersion: v1
kind: Service
metadata: {name: server}
spec:
  clusterIP: 198.19.0.80
  selector: {app: server}
  ports: [{port: 80, targetPort: 8080}]
`

// nodeAgentManifest is what a node agent is for the machine: on its network, with the socket for runtime plugins, and with a
// setting of the machine changed.
const nodeAgentManifest = `
apiVersion: v1
kind: Pod
metadata: {name: agent, namespace: wstuning-nodes}
spec:
  hostNetwork: true
  containers:
  - name: main
    image: localhost/wstuning/pause:dev
    imagePullPolicy: Never
    command: ["/usr/bin/sh", "-c", "echo 4321 >/proc/sys/net/core/netdev_max_backlog && exec sleep 3600"]
    securityContext: {privileged: true}
    volumeMounts:
    - {name: nri, mountPath: /var/run/nri}
    - {name: usr, mountPath: /usr, readOnly: true}
    - {name: lib, mountPath: /lib, readOnly: true}
    - {name: lib64, mountPath: /lib64, readOnly: true}
  volumes:
  - {name: nri, hostPath: {path: $STATE/nri, type: Directory}}
  - {name: usr, hostPath: {path: /usr}}
  - {name: lib, hostPath: {path: /lib}}
  - {name: lib64, hostPath: {path: /lib64}}
`

// createNodeAgentLike leaves it running, for down to find.
func createNodeAgentLike(t *testing.T) {
	t.Helper()
	must(t, "kubectl", "create", "namespace", "wstuning-nodes")
	eventually(t, "the namespace takes pods", func() error {
		_, err := call("kubectl", "get", "-n=wstuning-nodes", "serviceaccount", "default")
		return err
	})
	create(t, strings.ReplaceAll(nodeAgentManifest, "$STATE", node.State))
	must(t, "kubectl", "wait", "-n=wstuning-nodes", "pod/agent", "--for=condition=Ready", "--timeout=30s")
	eventually(t, "the pod changes a setting of the machine", func() error {
		if value := lines(t, "sysctl", "-n", "net.core.netdev_max_backlog")[0]; value != "4321" {
			return fmt.Errorf("it is %s", value)
		}
		return nil
	})
}

// processOfServer is the host's number of the process in the pod named server.
func processOfServer(t *testing.T) string {
	t.Helper()
	id := must(t, "kubectl", "get", "pod", "server", "-o=jsonpath={.status.containerStatuses[0].containerID}")
	for _, path := range processesWhose(t, "cgroup", strings.TrimPrefix(id, "containerd://")) {
		return strings.Split(path, "/")[2]
	}
	t.Fatalf("no process in container %s", id)
	return ""
}

const serviceAddress = "198.19.0.80:80"

// checkPods runs a server and reaches it in every way that matters.
func checkPods(t *testing.T) {
	t.Helper()
	create(t, serviceManifest)
	createPod(t, "server", `["/self"]`, "serve")
	must(t, "kubectl", "wait", "pod/server", "--for=condition=Ready", "--timeout=30s")
	eventually(t, "the machine reaches a pod by its Service", func() error { return greeted(serviceAddress) })

	createPod(t, "client", `["/self"]`, serviceAddress)
	must(t, "kubectl", "wait", "pod/client", "--for=jsonpath={.status.phase}=Succeeded", "--timeout=30s")
	if out, err := call("kubectl", "exec", "server", "--", "/usr/bin/env", roleVariable+"="+serviceAddress, "/self"); err != nil {
		t.Errorf("a pod does not reach itself by its Service: %v\n%s", err, out)
	}
	address := strings.TrimSpace(must(t, "kubectl", "get", "pod", "server", "-o=jsonpath={.status.podIP}"))
	createPod(t, "neighbour", `["/self"]`, address+":8080")
	must(t, "kubectl", "wait", "pod/neighbour", "--for=jsonpath={.status.phase}=Succeeded", "--timeout=30s")
	checkLimits(t, "1024 "+hardLimit(t))
}

// hardLimit is this machine's.
func hardLimit(t *testing.T) string {
	return lines(t, "sh", "-c", "ulimit -Hn")[0]
}

// checkLimits lets a shell print its limits, soft and hard: a Go program would raise them first.
func checkLimits(t *testing.T, want string) {
	t.Helper()
	createPod(t, "limit", `["/usr/bin/sh", "-c", "echo $(ulimit -Sn) $(ulimit -Hn)"]`, "none")
	must(t, "kubectl", "wait", "pod/limit", "--for=jsonpath={.status.phase}=Succeeded", "--timeout=30s")
	if got := strings.TrimSpace(must(t, "kubectl", "logs", "limit")); got != want {
		t.Errorf("a container's limits of open files are %s, want %s", got, want)
	}
	must(t, "kubectl", "delete", "pod", "limit", "--wait=true")
}

// checkAudit looks for the write of the server pod, and for reads, which do not belong there.
func checkAudit(t *testing.T) {
	t.Helper()
	text, err := os.ReadFile(node.AuditLog)
	if err != nil {
		t.Fatal(err)
	}
	log := string(text)
	if !strings.Contains(log, `"requestURI":"/api/v1/namespaces/default/pods`) || !strings.Contains(log, `"stage":"ResponseComplete"`) {
		t.Error("the creation of a pod is not in the audit log")
	}
	for _, unwanted := range []string{`"verb":"get"`, `"verb":"list"`, `"verb":"watch"`, `"stage":"RequestReceived"`, `"requestObject"`} {
		if strings.Contains(log, unwanted) {
			t.Errorf("the audit log holds %s", unwanted)
		}
	}
}

func createPod(t *testing.T, name, command, role string) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	create(t, strings.NewReplacer("$NAME", name, "$COMMAND", command, "$ROLE", role, "$SELF", self).Replace(podManifest))
}

func create(t *testing.T, manifest string) {
	t.Helper()
	command := exec.Command("../kubectl", "create", "-f", "-")
	command.Stdin = strings.NewReader(manifest)
	if out, err := command.CombinedOutput(); err != nil {
		t.Fatalf("create: %v\n%s", err, out)
	}
}

func eventually(t *testing.T, what string, reached func() error) {
	t.Helper()
	var err error
	for deadline := time.Now().Add(15 * time.Second); time.Now().Before(deadline); time.Sleep(100 * time.Millisecond) {
		if err = reached(); err == nil {
			return
		}
	}
	t.Errorf("not within 15 seconds: %s: %v", what, err)
}

// checkFakePod looks at what becomes of a pod without any process.
func checkFakePod(t *testing.T) {
	t.Helper()
	must(t, "kubectl", "run", "fake", "--image=none", `--overrides={"spec":{"nodeName":"fake-1"}}`)
	must(t, "kubectl", "wait", "pod/fake", "--for=condition=Ready", "--timeout=30s")
	must(t, "kubectl", "delete", "pod", "fake", "--timeout=30s")
}
