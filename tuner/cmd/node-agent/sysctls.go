package main

import (
	"flag"
	"io"

	"wstuning.dev/tuner/internal/nodesettings"
	"wstuning.dev/tuner/internal/sysctl"
)

const sysctlsHelp = `node-agent sysctls [--json]

Lists the keys that serve takes: how many numbers a value has, and their bounds. Several numbers must be in ascending order.
`

func listSysctls(arguments []string, stdout io.Writer) error {
	flags := flag.NewFlagSet("node-agent sysctls", flag.ContinueOnError)
	asJSON := flags.Bool("json", false, "print a JSON array, for comparison with other lists")
	if err := parse(flags, sysctlsHelp, arguments, stdout); err != nil {
		return err
	}
	return sysctl.List(stdout, nodesettings.Keys(), *asJSON)
}
