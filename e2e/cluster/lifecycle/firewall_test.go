//go:build node

package lifecycle

import (
	"os/exec"
	"strings"
	"testing"
)

// foreignRules drops forwarded packets by default and adds a chain, as other software on a machine does. All of it must
// be there afterwards, and pods must still reach each other.
func foreignRules(t *testing.T) {
	t.Helper()
	existed := strings.Contains(strings.Join(lines(t, "nft", "list", "tables"), "\n")+"\n", "table ip filter\n")
	policy := "ACCEPT"
	for _, line := range lines(t, "iptables", "-S", "FORWARD") {
		if kept, found := strings.CutPrefix(line, "-P FORWARD "); found {
			policy = kept
		}
	}
	iptables := func(args ...string) {
		t.Helper()
		if out, err := exec.Command("iptables", args...).CombinedOutput(); err != nil {
			t.Fatalf("iptables %v: %v: %s", args, err, out)
		}
	}
	t.Cleanup(func() {
		iptables("-D", "FORWARD", "-j", "LIFECYCLE")
		iptables("-X", "LIFECYCLE")
		iptables("-P", "FORWARD", policy)
		if !existed {
			if out, err := exec.Command("nft", "delete", "table", "ip", "filter").CombinedOutput(); err != nil {
				t.Errorf("delete the table that this test made: %v: %s", err, out)
			}
		}
	})
	iptables("-N", "LIFECYCLE")
	iptables("-A", "FORWARD", "-j", "LIFECYCLE")
	iptables("-P", "FORWARD", "DROP")
}
