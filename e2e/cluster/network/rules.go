package network

import (
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
)

// Rules is what a machine's packet filter holds, by the names that count here.
type Rules struct {
	// Chains are those named as Kubernetes' and CNI's are, as "iptables nat KUBE-SERVICES".
	Chains []string `json:"chains"`
	// Nftables are the tables and base chains that iptables makes when it first needs them, as "ip nat" and
	// "ip nat PREROUTING".
	Nftables []string `json:"nftables"`
}

// prefixes of the chains that the kubelet, kube-proxy and the CNI plugins make.
var prefixes = []string{"KUBE-", "CNI-"}

type family struct{ command, nft string }

// families are those of IP that this kernel has.
func families() []family {
	present := []family{{"iptables", "ip"}}
	if _, err := os.Stat("/proc/sys/net/ipv6"); err == nil {
		present = append(present, family{"ip6tables", "ip6"})
	}
	return present
}

// ReadRules looks at the machine's packet filter.
func ReadRules() (Rules, error) {
	rules := Rules{}
	for _, family := range families() {
		saved, err := output(family.command + "-save")
		if err != nil {
			return Rules{}, err
		}
		for _, table := range parseTables(saved) {
			for _, chain := range table.chains {
				if madeByKubernetes(chain) {
					rules.Chains = append(rules.Chains, family.command+" "+table.name+" "+chain)
				}
			}
		}
	}
	var err error
	rules.Nftables, err = readNftables()
	return rules, err
}

// RestoreRules removes the chains that were not there before, and the tables and base chains that iptables made for them
// if nothing else uses them.
func RestoreRules(before Rules) error {
	for _, family := range families() {
		saved, err := output(family.command + "-save")
		if err != nil {
			return err
		}
		script := removal(parseTables(saved), func(table, chain string) bool {
			return madeByKubernetes(chain) && !slices.Contains(before.Chains, family.command+" "+table+" "+chain)
		})
		if script != "" {
			restore := exec.Command(family.command+"-restore", "--noflush", "--wait")
			restore.Stdin = strings.NewReader(script)
			if message, err := restore.CombinedOutput(); err != nil {
				return fmt.Errorf("remove the node's %s rules: %w: %s", family.command, err, message)
			}
		}
		if err := removeUnused(family, before.Nftables); err != nil {
			return err
		}
	}
	return nil
}

func madeByKubernetes(chain string) bool {
	return slices.ContainsFunc(prefixes, func(prefix string) bool { return strings.HasPrefix(chain, prefix) })
}

func output(name string, args ...string) (string, error) {
	out, err := exec.Command(name, args...).Output()
	if err != nil {
		message := ""
		if exit, ok := err.(*exec.ExitError); ok {
			message = ": " + strings.TrimSpace(string(exit.Stderr))
		}
		return "", fmt.Errorf("%s: %w%s", strings.Join(append([]string{name}, args...), " "), err, message)
	}
	return string(out), nil
}
