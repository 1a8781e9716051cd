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
	checkSoftLimit(t, "1024")
}

// checkSoftLimit lets a shell tell its limit: a Go program would raise it first.
func checkSoftLimit(t *testing.T, want string) {
	t.Helper()
	createPod(t, "limit", `["/usr/bin/sh", "-c", "ulimit -Sn"]`, "none")
	must(t, "kubectl", "wait", "pod/limit", "--for=jsonpath={.status.phase}=Succeeded", "--timeout=30s")
	if got := strings.TrimSpace(must(t, "kubectl", "logs", "limit")); got != want {
		t.Errorf("a container's soft limit of open files is %s, want %s", got, want)
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
