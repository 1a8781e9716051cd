package nritest

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/containerd/nri/pkg/adaptation"
	"github.com/containerd/nri/pkg/api"
)

// containerRuntime is the side of the node resource interface that containerd has, on a socket of its own.
type containerRuntime struct {
	t      *testing.T
	socket string
	side   *adaptation.Adaptation
	wire   *wire // which plugins connect through: what is embedded here keeps their connections when it stops

	mutex   sync.Mutex
	plugins int // connected and synchronized
	last    int // id of a container
	running []*api.Container
	pods    map[string]*api.PodSandbox
	latest  *api.Container // that started
}

func newRuntime(t *testing.T) *containerRuntime {
	directory, err := os.MkdirTemp("", "nri") // shorter than the test's own, because the length of a socket's name is limited
	if err != nil {
		t.Fatal(err)
	}
	runtime := &containerRuntime{t: t, socket: filepath.Join(directory, "nri.sock"), pods: map[string]*api.PodSandbox{}}
	t.Cleanup(func() {
		runtime.stop()
		os.RemoveAll(directory)
	})
	return runtime
}

func (r *containerRuntime) start() {
	r.t.Helper()
	synchronize := func(ctx context.Context, send adaptation.SyncCB) error {
		r.mutex.Lock()
		running, pods := slices.Clone(r.running), slices.Collect(maps.Values(r.pods))
		r.mutex.Unlock()
		_, err := send(ctx, pods, running)
		r.mutex.Lock()
		r.plugins++
		r.mutex.Unlock()
		return err
	}
	update := func(context.Context, []*api.ContainerUpdate) ([]*api.ContainerUpdate, error) { return nil, nil }
	side, err := adaptation.New("containerd", "v2.3.7", synchronize, update, adaptation.WithSocketPath(r.socket+".runtime"),
		adaptation.WithPluginPath(filepath.Dir(r.socket)+"/none"), adaptation.WithPluginConfigPath(filepath.Dir(r.socket)+"/none"))
	if err == nil {
		err = side.Start()
	}
	if err != nil {
		r.t.Fatal(err)
	}
	r.side = side
	if r.wire, err = newWire(r.socket, r.socket+".runtime"); err != nil {
		r.t.Fatal(err)
	}
}

func (r *containerRuntime) stop() {
	if r.side != nil {
		r.wire.cut()
		r.side.Stop()
		r.side = nil
	}
}

func (r *containerRuntime) connected() int {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	return r.plugins
}

// connectOther starts the other plugin and waits until it takes part.
func (r *containerRuntime) connectOther(index string) {
	r.t.Helper()
	connection, err := net.Dial("unix", r.socket)
	if err != nil {
		r.t.Fatal(err)
	}
	defer connection.Close()
	file, err := connection.(*net.UnixConn).File()
	if err != nil {
		r.t.Fatal(err)
	}
	defer file.Close()
	before := r.connected()
	command := exec.Command(adjuster, "-name", "ulimit-adjuster", "-idx", index)
	command.Env = append(os.Environ(), api.PluginSocketEnvVar+"=3")
	command.ExtraFiles = []*os.File{file}
	if err := command.Start(); err != nil {
		r.t.Fatal(err)
	}
	r.t.Cleanup(func() {
		command.Process.Kill()
		command.Wait()
	})
	eventually(r.t, "the other plugin connects", func() bool { return r.connected() > before })
}

// container is a container that a pod wants, with the limits that the runtime itself sets.
type container struct {
	name        string
	annotations map[string]string
	limits      []*api.POSIXRlimit
	labels      map[string]string
	handler     string
	without     string            // the namespace that the pod shares with the node
	fails       bool              // to start, as with sysctls that the kernel refuses
	sysctls     map[string]string // that it has without the agent
	processes   string            // the place of the processes that it sees, if these are not its own
}

// run creates and starts the container, as the kubelet does, and returns the limits that plugins added.
func (r *containerRuntime) run(c container) ([]*api.POSIXRlimit, error) {
	created, limits, err := r.create(c)
	if err != nil {
		return nil, err
	}
	if c.fails {
		return nil, errors.New("the container did not start")
	}
	defer r.side.BlockPluginSync().Unblock()
	if err := r.side.StartContainer(context.Background(), &api.StartContainerRequest{Pod: sandbox(c), Container: created}); err != nil {
		return nil, err
	}
	created.State = api.ContainerState_CONTAINER_RUNNING
	r.mutex.Lock()
	defer r.mutex.Unlock()
	r.running = append(r.running, created)
	r.latest = created
	return limits, nil
}

// create keeps what plugins added with the container, as containerd does. Meanwhile no plugin joins, as there: a plugin that has
// heard of all containers is not called until the runtime has noted it.
func (r *containerRuntime) create(c container) (*api.Container, []*api.POSIXRlimit, error) {
	defer r.side.BlockPluginSync().Unblock()
	r.last++
	r.mutex.Lock()
	r.pods[sandbox(c).Id] = sandbox(c)
	r.mutex.Unlock()
	created := &api.Container{
		Id: fmt.Sprint(r.last), PodSandboxId: sandbox(c).Id, Name: "server", Rlimits: c.limits, State: api.ContainerState_CONTAINER_CREATED,
		Linux: &api.LinuxContainer{Namespaces: []*api.LinuxNamespace{{Type: "pid", Path: c.processes}}, Sysctl: maps.Clone(c.sysctls)},
	}
	reply, err := r.side.CreateContainer(context.Background(), &api.CreateContainerRequest{Pod: sandbox(c), Container: created})
	if err != nil {
		return nil, nil, err
	}
	created.Annotations = reply.GetAdjust().GetAnnotations()
	created.Linux.Sysctl = maps.Clone(c.sysctls)
	for key, value := range reply.GetAdjust().GetLinux().GetSysctl() {
		if created.Linux.Sysctl == nil {
			created.Linux.Sysctl = map[string]string{}
		}
		created.Linux.Sysctl[key] = value
	}
	if set := reply.GetAdjust().GetRlimits(); len(set) > 0 {
		created.Rlimits = set
	}
	return created, reply.GetAdjust().GetRlimits(), nil
}

func sandbox(c container) *api.PodSandbox {
	linux := &api.LinuxPodSandbox{CgroupParent: "/kubepods/" + c.name}
	for _, kind := range []string{"network", "pid", "ipc", "uts", "mount"} {
		if kind != c.without {
			linux.Namespaces = append(linux.Namespaces, &api.LinuxNamespace{Type: kind})
		}
	}
	return &api.PodSandbox{
		Id: "pod-" + c.name, Uid: "uid-" + c.name, Name: c.name, Namespace: "default", Annotations: c.annotations, Labels: c.labels,
		RuntimeHandler: c.handler, Linux: linux, Pid: 1000,
	}
}

// end is what becomes of a container that has exited.
func (r *containerRuntime) end(c container) {
	r.t.Helper()
	r.mutex.Lock()
	defer r.mutex.Unlock()
	for i, running := range r.running {
		if running.PodSandboxId == sandbox(c).Id {
			r.running = slices.Delete(r.running, i, i+1)
			if _, err := r.side.StopContainer(context.Background(), &api.StopContainerRequest{Pod: sandbox(c), Container: running}); err != nil {
				r.t.Error(err)
			}
			return
		}
	}
	r.t.Errorf("%s does not run", c.name)
}

// stopPod is what the kubelet does before it makes another sandbox for the pod.
func (r *containerRuntime) stopPod(c container) {
	r.t.Helper()
	if err := r.side.StopPodSandbox(context.Background(), &api.StopPodSandboxRequest{Pod: sandbox(c)}); err != nil {
		r.t.Error(err)
	}
}

// removePod takes along what runs in it.
func (r *containerRuntime) removePod(c container) {
	r.t.Helper()
	r.mutex.Lock()
	delete(r.pods, sandbox(c).Id)
	r.mutex.Unlock()
	if err := r.side.RemovePodSandbox(context.Background(), &api.RemovePodSandboxRequest{Pod: sandbox(c)}); err != nil {
		r.t.Error(err)
	}
}

func eventually(t *testing.T, what string, true func() bool) {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); !true(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("waited without success: %s", what)
		}
	}
}
