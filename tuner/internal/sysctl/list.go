package sysctl

import (
	"encoding/json"
	"fmt"
	"io"
	"text/tabwriter"
)

// List prints keys with their bounds, as a table or as a JSON array.
func List(stdout io.Writer, keys []Key, asJSON bool) error {
	if asJSON {
		return json.NewEncoder(stdout).Encode(keys)
	}
	table := tabwriter.NewWriter(stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "KEY\tFIELDS\tMIN\tMAX\tEXAMPLE")
	for _, key := range keys {
		fmt.Fprintf(table, "%s\t%d\t%d\t%d\t%s\n", key.Name, key.Fields, key.Min, key.Max, key.Example)
	}
	return table.Flush()
}
