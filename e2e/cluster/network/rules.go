package network

import (
	"fmt"
	"os/exec"
	"slices"
	"strings"
)

// Rules is what a machine's packet filter holds, by the names that count here.
type Rules struct {
	// Chains are those named as Kubernetes' and CNI's are, as "iptables nat KUBE-SERVICES".
	Chains []string `json:"chains"`
	// Tables are all of nftables', as "ip nat".
	Tables []string `json:"tables"`
}

// prefixes of the chains that the kubelet, kube-proxy and the CNI plugins make.
var prefixes = []string{"KUBE-", "CNI-"}

var families = []struct{ command, nft string }{{"iptables", "ip"}, {"ip6tables", "ip6"}}

// ReadRules looks at the machine's packet filter.
func ReadRules() (Rules, error) {
	rules := Rules{}
	for _, family := range families {
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
	tables, err := output("nft", "list", "tables")
	for line := range strings.Lines(tables) {
		rules.Tables = append(rules.Tables, strings.TrimPrefix(strings.TrimSpace(line), "table "))
	}
	return rules, err
}

// RestoreRules removes the chains, and the tables if nothing else uses them, that were not there before.
func RestoreRules(before Rules) error {
	for _, family := range families {
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
		if err := removeUnusedTables(family.command, family.nft, before); err != nil {
			return err
		}
	}
	return nil
}

// removeUnusedTables deletes the empty tables that iptables made for its own use when it was called for the node.
func removeUnusedTables(command, family string, before Rules) error {
	saved, err := output(command + "-save")
	if err != nil {
		return err
	}
	now, err := output("nft", "list", "tables")
	if err != nil {
		return err
	}
	for _, table := range parseTables(saved) {
		name := family + " " + table.name
		if !table.unused() || slices.Contains(before.Tables, name) || !strings.Contains(now, "table "+name+"\n") {
			continue
		}
		if _, err := output("nft", "delete", "table", family, table.name); err != nil {
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
