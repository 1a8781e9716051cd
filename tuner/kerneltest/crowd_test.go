package kerneltest

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

var crowd = flag.Int("connections", 10_000, "WebSockets that one server must hold in user-mode Linux, at most 80000")

// crowding is what the init of a user-mode Linux does: it starts a server with the limits that a container runtime gives,
// lets clients of several addresses come, and counts from outside what the server has.
const crowding = `#!/bin/sh
export PATH=/usr/sbin:/usr/bin:/sbin:/bin
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t tmpfs tmpfs /run
ip link set lo up

slab() { sed -n 's/^Slab: *\([0-9]*\) kB/\1/p' /proc/meminfo; }

measure() {
	patience=$1
	shift
	before=$(slab)
	prlimit --nofile=1024:4096 "$@" $programs/crowd serve 127.0.0.1:8080 >/run/served &
	server=$!
	until grep -q ready /run/served; do sleep 0.1; done
	prlimit --nofile=1000000:1000000 $programs/crowd open --connections=$connections --patience=$patience \
		127.0.0.1:8080 127.0.0.2 127.0.0.3 127.0.0.4 127.0.0.5 127.0.0.6 127.0.0.7 127.0.0.8 127.0.0.9 >/run/opened &
	client=$!
	until grep -q ready /run/opened; do sleep 0.3; done
	set -- $(grep 'open files' /proc/$server/limits)
	printf '{"soft":%s,"hard":%s,"slab":%s,"sockets":%s,"established":%s,"opened":%s}\n' $4 $5 \
		$(($(slab) - before)) $(ls -l /proc/$server/fd | grep -c socket:) $(ss -Hnt state established sport = :8080 | wc -l) "$(head -n 1 /run/opened)"
	kill $client $server
	wait
	rm /run/served /run/opened
}
measure 5s
measure 60s $programs/tuner launch --minimum=1000000 --
$programs/peer poweroff
`

// held is what a server had when its clients had opened what they could.
type held struct {
	Soft, Hard           uint64
	Slab                 int // KiB that the kernel took for them, and for what else was started
	Sockets, Established int // as /proc and ss(8) show them
	Opened               struct {
		Wanted, Opened, Answered int
		Seconds                  float64
		Error                    string
	}
}

func (h held) String() string {
	text := fmt.Sprintf("limits %d:%d: %d of %d WebSockets open in one process after %.0f s, %d answered, ss shows %d, /proc %d sockets",
		h.Soft, h.Hard, h.Opened.Opened, h.Opened.Wanted, h.Opened.Seconds, h.Opened.Answered, h.Established, h.Sockets)
	if h.Opened.Error != "" {
		text += "; then: " + h.Opened.Error
	}
	return text
}

func TestOneServerHoldsACrowd(t *testing.T) {
	if err := build(filepath.Join(filepath.Dir(tuner), "crowd"), "./crowd", os.Getenv("GOARCH")); err != nil {
		t.Fatal(err)
	}
	guest := machine{small.kernel, "1G", 5 * time.Minute}
	if *crowd > 10_000 {
		guest = machine{small.kernel, "6G", 20 * time.Minute}
		allowMappings(t, 4_000_000)
	}
	script := strings.NewReplacer("$programs", filepath.Dir(tuner), "$connections", fmt.Sprint(*crowd)).Replace(crowding)
	var servers []held
	for line := range strings.Lines(boot(t, guest, script)) {
		if strings.HasPrefix(line, `{"soft"`) {
			servers = append(servers, decode[held](t, line))
		}
	}
	if len(servers) != 2 {
		t.Fatalf("%d servers were measured, not 2", len(servers))
	}
	untuned, tuned := servers[0], servers[1]
	t.Logf("untuned, %s", untuned)
	t.Logf("tuned,   %s", tuned)
	t.Logf("the kernel took %.2f KiB for each end of a connection", float64(tuned.Slab)/float64(2*tuned.Opened.Opened))
	if n := untuned.Opened.Opened; untuned.Soft != 1024 || untuned.Hard != 4096 || n < 900 || n > 1023 || untuned.Established != n {
		t.Errorf("the untuned server does not stop near 1024")
	}
	if o := tuned.Opened; tuned.Soft != 1_000_000 || tuned.Hard != 1_000_000 ||
		o.Opened != *crowd || o.Answered != *crowd || tuned.Established != *crowd || tuned.Sockets != *crowd+1 {
		t.Errorf("the tuned server does not hold %d", *crowd)
	}
}

// allowMappings lets a process of this machine have this many mappings of memory during the test: user-mode
// Linux makes one for each page of its programs that does not follow another one.
func allowMappings(t *testing.T, number int) {
	t.Helper()
	const key = "/proc/sys/vm/max_map_count"
	old, err := os.ReadFile(key)
	if err != nil {
		t.Fatal(err)
	}
	if has, err := strconv.Atoi(strings.TrimSpace(string(old))); err == nil && has >= number {
		return
	}
	t.Cleanup(func() {
		if err := os.WriteFile(key, old, 0); err != nil {
			t.Error(err)
		}
	})
	if err := os.WriteFile(key, []byte(strconv.Itoa(number)), 0); err != nil {
		t.Fatal(err)
	}
}
