package process

import (
	"os"
	"os/exec"
	"testing"
	"time"
)

func TestParseStatWithAnyName(t *testing.T) {
	state, started, err := parseStat("42 (a) b (c)) S 1 42 42 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 1 0 98765 100 200\n")
	if err != nil || state != "S" || started != 98765 {
		t.Errorf("got %q, %d, %v", state, started, err)
	}
	if _, _, err := parseStat("42 (short) S 1"); err == nil {
		t.Error("half a status is read as one")
	}
}

func TestAlive(t *testing.T) {
	self, err := Identify(os.Getpid())
	if err != nil {
		t.Fatal(err)
	}
	if !self.Alive() {
		t.Error("this process is said to be dead")
	}
	other := Identity{PID: self.PID, Started: self.Started + 1}
	if other.Alive() {
		t.Error("another process with the same number is taken for ours")
	}
}

func TestAZombieIsNotAlive(t *testing.T) {
	command := exec.Command("sleep", "60")
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	identity, err := Identify(command.Process.Pid)
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	for deadline := time.Now().Add(5 * time.Second); identity.Alive() && time.Now().Before(deadline); {
		time.Sleep(time.Millisecond)
	}
	if identity.Alive() {
		t.Error("a process that has ended and was not collected is said to be alive")
	}
	_ = command.Wait()
}
