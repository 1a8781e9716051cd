package kerneltest

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"wstuning.dev/tuner/internal/report"
)

// raising is what the init of a user-mode Linux does: it launches servers, and looks at their limits from outside.
const raising = `#!/bin/sh
export PATH=/usr/sbin:/usr/bin:/sbin:/bin
mount -t proc proc /proc
mount -t tmpfs tmpfs /run
tuner=$programs/tuner
launch() {
	"$@" $programs/static >/run/ready 2>/run/errors &
	until grep -q ready /run/ready; do sleep 0.1; done
	limits=$(grep 'open files' /proc/$!/limits)
	set -- $limits
	echo "limits: $4:$5 $(cat /run/errors)"
	kill $!
	wait
	echo >/run/ready
}
`

func TestLaunchRaisesTheHardLimit(t *testing.T) {
	staticProgram(t)
	if err := build(filepath.Join(filepath.Dir(tuner), "raise"), "./raise", os.Getenv("GOARCH")); err != nil {
		t.Fatal(err)
	}
	lowered := "#!/bin/sh\nsysctl -qw fs.nr_open=3000\nexec \"$@\"\n" // after the limit was given
	if err := os.WriteFile(filepath.Join(filepath.Dir(tuner), "lowered"), []byte(lowered), 0o755); err != nil {
		t.Fatal(err)
	}
	const given = "prlimit --nofile=1024:4096 "
	tests := []struct{ name, command, want string }{
		{"without the launcher", given, "1024:4096"},
		{"hard is too low", given + "$tuner launch --minimum=1000000 --", "1000000:1000000"},
		{"hard is enough", given + "$tuner launch --minimum=2000 --", "2000:4096"},
		{"soft is enough", "prlimit --nofile=3000:4096 $tuner launch --minimum=2000 --", "3000:4096"},
		{"with a maximum", given + "$tuner launch --minimum=1000000 --maximum=1000000 --", "1000000:1000000"},
		{"above what the node allows", given + "$tuner launch --minimum=1048577 --", "1048576:1048576 tuner: the hard limit of open files is " +
			"1048576, raising it to 1048577: fs.nr_open of the node is 1048576; $programs/static starts anyway"},
		{"above what the node allowed", "$programs/raise fs.nr_open=2000000; " + given + "$tuner launch --minimum=1048577 --", "1048577:1048577"},
		{"without the capability", given + "setpriv --bounding-set -sys_resource $tuner launch --minimum=1000000 --", "4096:4096 tuner: the hard " +
			"limit of open files is 4096, raising it to 1000000: operation not permitted; $programs/static starts anyway"},
		{"hard is above what the node allows now", given + "$programs/lowered $tuner launch --minimum=2000 --", "1024:4096 tuner: set " +
			"the open files limit to 2000:4096: operation not permitted; $programs/static starts anyway"},
	}
	script := raising
	for _, test := range tests {
		setUp, command, found := strings.Cut(test.command, "; ")
		if !found {
			setUp, command = "true", test.command
		}
		script += fmt.Sprintf("%s\nlaunch %s\n", setUp, command)
	}
	script += "sysctl -qw fs.nr_open=1048576\n" +
		given + "$tuner launch --minimum=1000000 -- $tuner apply --plan=0123456789ab\n$programs/peer poweroff\n"
	programs := strings.NewReplacer("$programs", filepath.Dir(tuner))
	var seen []string
	var nofile string
	for line := range strings.Lines(boot(t, small, programs.Replace(script))) {
		if limits, found := strings.CutPrefix(line, "limits: "); found {
			seen = append(seen, strings.TrimSpace(limits))
		}
		if strings.HasPrefix(line, `{"v"`) {
			boot := decode[report.Boot](t, line)
			nofile = fmt.Sprintf("%d:%d", boot.Nofile.Soft, boot.Nofile.Hard)
		}
	}
	if len(seen) != len(tests) {
		t.Fatalf("%d limits are shown, not %d: %q", len(seen), len(tests), seen)
	}
	for i, test := range tests {
		if want := programs.Replace(test.want); seen[i] != want {
			t.Errorf("%s: %q, want %q", test.name, seen[i], want)
		}
	}
	if nofile != "1000000:1000000" {
		t.Errorf("the report of the tuner under its launcher has %s", nofile)
	}
}
