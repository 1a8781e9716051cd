package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"net"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

const (
	podAddress     = "198.18.0.2"
	clientsAddress = "198.18.0.1"
	echoPort       = 8080
	// serverUser is the user of the observer, too.
	serverUser = 65532
	// tunerFile is the program, which is open in all roles, so that any user can start it.
	tunerFile = 3
)

// observation is what one run of tuner observe took.
type observation struct {
	Took, CPU time.Duration
	Memory    int64 // bytes
}

// pod is process 1 of a pod. It starts the server once its network is there, and then observes it for each line that it
// reads. It ends with its input, and the server with it.
func pod() error {
	if err := unix.Mount("", "/", "", unix.MS_REC|unix.MS_PRIVATE, ""); err != nil {
		return fmt.Errorf("make mounts private: %w", err)
	}
	if err := unix.Mount("proc", "/proc", "proc", 0, ""); err != nil {
		return fmt.Errorf("mount proc: %w", err)
	}
	requests := bufio.NewScanner(os.Stdin)
	requests.Scan() // the other end of the cable is there
	if err := address(podAddress); err != nil {
		return err
	}
	server, err := startEcho()
	if err != nil {
		return err
	}
	tuner := os.NewFile(tunerFile, "tuner")
	defer tuner.Close()
	answers := json.NewEncoder(os.Stdout)
	for err := answers.Encode(server); err == nil && requests.Scan(); {
		var seen observation
		if seen, err = observe(tuner); err == nil {
			err = answers.Encode(seen)
		}
		if err != nil {
			return err
		}
	}
	return err
}

// startEcho returns how many descriptors the server has when it listens.
func startEcho() (descriptors int, err error) {
	command := again(roleEcho)
	command.Stdout = nil
	command.SysProcAttr.Credential = &syscall.Credential{Uid: serverUser, Gid: serverUser}
	output, err := command.StdoutPipe()
	if err != nil {
		return 0, err
	}
	if err := command.Start(); err != nil {
		return 0, fmt.Errorf("start the server: %w", err)
	}
	if _, err := bufio.NewReader(output).ReadString('\n'); err != nil {
		return 0, fmt.Errorf("the server is not ready: %w", err)
	}
	held, err := os.ReadDir(fmt.Sprintf("/proc/%d/fd", command.Process.Pid))
	return len(held), err
}

// echo is the server. It fills its table of descriptors as far as fillVariable says, and leaves room for a few connections.
func echo() error {
	fill, err := strconv.Atoi(os.Getenv(fillVariable))
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp4", fmt.Sprintf(":%d", echoPort))
	if err != nil {
		return err
	}
	const room = 16
	var limit unix.Rlimit
	if err := unix.Getrlimit(unix.RLIMIT_NOFILE, &limit); err != nil {
		return err
	}
	for range min(fill, int(limit.Cur)) - room {
		if _, err := unix.Dup(0); err != nil {
			break
		}
	}
	fmt.Println("ready")
	for {
		connection, err := listener.Accept()
		if err != nil {
			return err
		}
		go func() {
			defer connection.Close()
			buffer := make([]byte, 64)
			for {
				n, err := connection.Read(buffer)
				if err != nil {
					return
				}
				connection.Write(buffer[:n])
			}
		}()
	}
}

// observe runs the program as the observer's container does.
func observe(tuner *os.File) (observation, error) {
	var output, problems strings.Builder
	command := exec.Command(fmt.Sprintf("/proc/self/fd/%d", tunerFile), "observe", "--start=cost", fmt.Sprintf("--ports=%d", echoPort))
	command.ExtraFiles = []*os.File{tuner}
	command.Stdout, command.Stderr = &output, &problems
	command.SysProcAttr = &syscall.SysProcAttr{
		Pdeathsig: syscall.SIGKILL, Credential: &syscall.Credential{Uid: serverUser, Gid: serverUser},
	}
	begin := time.Now()
	if err := command.Start(); err != nil {
		return observation{}, fmt.Errorf("start tuner observe: %w", err)
	}
	peak := make(chan int64)
	ended := make(chan struct{})
	go func() { peak <- watchMemory(command.Process.Pid, ended) }()
	err := command.Wait()
	took := time.Since(begin)
	close(ended)
	memory := <-peak
	if err != nil || !strings.Contains(output.String(), fmt.Sprintf(`"port":%d`, echoPort)) {
		return observation{}, fmt.Errorf("tuner observe: %v\n%s%s", err, output.String(), problems.String())
	}
	return observation{took, command.ProcessState.UserTime() + command.ProcessState.SystemTime(), memory}, nil
}

// watchMemory returns the greatest resident memory that a process had. Its own account of it (ru_maxrss) begins with that of
// the process that started it.
func watchMemory(pid int, ended <-chan struct{}) (peak int64) {
	for {
		status, _ := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
		if _, rest, found := strings.Cut(string(status), "VmHWM:"); found {
			if fields := strings.Fields(rest); len(fields) > 0 {
				kilobytes, _ := strconv.ParseInt(fields[0], 10, 64)
				peak = kilobytes * 1024
			}
		}
		select {
		case <-ended:
			return peak
		case <-time.After(2 * time.Millisecond):
		}
	}
}
