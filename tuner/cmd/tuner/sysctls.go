package main

import (
	"flag"
	"io"

	"wstuning.dev/tuner/internal/cli"
	"wstuning.dev/tuner/internal/sysctl"
)

const sysctlsHelp = `tuner sysctls [--json]

Lists the keys that apply takes: how many numbers a value has, and their bounds. Several numbers must be in ascending order.
`

func listSysctls(arguments []string, stdout io.Writer) error {
	flags := flag.NewFlagSet("tuner sysctls", flag.ContinueOnError)
	asJSON := flags.Bool("json", false, "print a JSON array, for comparison with other lists")
	if err := cli.Parse(flags, sysctlsHelp, arguments, stdout); err != nil {
		return err
	}
	if err := cli.NoArguments(flags); err != nil {
		return err
	}
	return sysctl.List(stdout, sysctl.Keys(), *asJSON)
}
