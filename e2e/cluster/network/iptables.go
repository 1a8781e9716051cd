package network

import (
	"slices"
	"strings"
)

// table is one table of iptables-save's output.
type table struct {
	name   string
	chains []string
	// policies are by chain; "-" stands for a chain that a user made.
	policies map[string]string
	// rules are as "-A CHAIN ...".
	rules []string
}

func parseTables(saved string) []table {
	var tables []table
	for line := range strings.Lines(saved) {
		line = strings.TrimSpace(line)
		switch {
		case strings.HasPrefix(line, "*"):
			tables = append(tables, table{name: line[1:], policies: map[string]string{}})
		case strings.HasPrefix(line, ":"):
			fields := strings.Fields(line[1:])
			last := &tables[len(tables)-1]
			last.chains = append(last.chains, fields[0])
			last.policies[fields[0]] = fields[1]
		case strings.HasPrefix(line, "-A "):
			last := &tables[len(tables)-1]
			last.rules = append(last.rules, line)
		}
	}
	return tables
}

// unused reports whether a base chain does nothing.
func (t table) unused(chain string) bool {
	return t.policies[chain] == "ACCEPT" && !slices.ContainsFunc(t.rules, func(rule string) bool {
		return strings.HasPrefix(rule, "-A "+chain+" ")
	})
}

// allUnused reports whether a table is as iptables makes it when it first needs it.
func (t table) allUnused() bool {
	return !slices.ContainsFunc(t.chains, func(chain string) bool { return !t.unused(chain) })
}

// removal is the input for iptables-restore --noflush that removes the chains that are ours and the rules elsewhere that
// lead to them. It is empty when there are none.
func removal(tables []table, ours func(table, chain string) bool) string {
	var script strings.Builder
	for _, t := range tables {
		var flush, unlink, remove []string
		for _, chain := range t.chains {
			if ours(t.name, chain) {
				// Naming a chain empties it, so that no chain is in use by another when it is removed.
				flush = append(flush, ":"+chain+" - [0:0]")
				remove = append(remove, "-X "+chain)
			}
		}
		for _, rule := range t.rules {
			fields := strings.Fields(rule)
			if !ours(t.name, fields[1]) && leadsTo(fields, func(chain string) bool { return ours(t.name, chain) }) {
				unlink = append(unlink, "-D"+strings.TrimPrefix(rule, "-A"))
			}
		}
		if len(flush) > 0 {
			lines := slices.Concat([]string{"*" + t.name}, flush, unlink, remove, []string{"COMMIT", ""})
			script.WriteString(strings.Join(lines, "\n"))
		}
	}
	return script.String()
}

func leadsTo(rule []string, ours func(chain string) bool) bool {
	for i, field := range rule[:len(rule)-1] {
		if (field == "-j" || field == "-g") && ours(rule[i+1]) {
			return true
		}
	}
	return false
}
