package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"text/tabwriter"

	"wstuning.dev/tuner/internal/nodesettings"
)

const sysctlsHelp = `node-agent sysctls [--json]

Lists the keys that apply takes: how many numbers a value has, and their bounds. Several numbers must be in ascending order.
`

func listSysctls(arguments []string, stdout io.Writer) error {
	flags := flag.NewFlagSet("sysctls", flag.ContinueOnError)
	asJSON := flags.Bool("json", false, "print a JSON array, for comparison with other lists")
	if err := parse(flags, sysctlsHelp, arguments, stdout); err != nil {
		return err
	}
	if *asJSON {
		return json.NewEncoder(stdout).Encode(nodesettings.Keys())
	}
	table := tabwriter.NewWriter(stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "KEY\tFIELDS\tMIN\tMAX\tEXAMPLE")
	for _, key := range nodesettings.Keys() {
		fmt.Fprintf(table, "%s\t%d\t%d\t%d\t%s\n", key.Name, key.Fields, key.Min, key.Max, key.Example)
	}
	return table.Flush()
}
