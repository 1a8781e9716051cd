package network

import (
	"slices"
	"strings"
)

// readNftables lists nftables' tables and chains.
func readNftables() ([]string, error) {
	listing, err := output("nft", "list", "chains")
	if err != nil {
		return nil, err
	}
	return parseNftables(listing), nil
}

func parseNftables(listing string) []string {
	var names []string
	var table string
	for line := range strings.Lines(listing) {
		fields := strings.Fields(line)
		switch {
		case len(fields) >= 3 && fields[0] == "table":
			table = fields[1] + " " + fields[2]
			names = append(names, table)
		case len(fields) >= 2 && fields[0] == "chain":
			names = append(names, table+" "+fields[1])
		}
	}
	return names
}

// removeUnused deletes the tables and base chains that were not there before and do nothing. With iptables-legacy there
// are none.
func removeUnused(f family, before []string) error {
	saved, err := output(f.command + "-save")
	if err != nil {
		return err
	}
	now, err := readNftables()
	if err != nil {
		return err
	}
	added := func(name string) bool { return slices.Contains(now, name) && !slices.Contains(before, name) }
	for _, table := range parseTables(saved) {
		if added(f.nft+" "+table.name) && table.allUnused() {
			if _, err := output("nft", "delete", "table", f.nft, table.name); err != nil {
				return err
			}
			continue
		}
		for _, chain := range table.chains {
			if !added(f.nft+" "+table.name+" "+chain) || !table.unused(chain) {
				continue
			}
			if _, err := output("nft", "delete", "chain", f.nft, table.name, chain); err != nil {
				return err
			}
		}
	}
	return nil
}
