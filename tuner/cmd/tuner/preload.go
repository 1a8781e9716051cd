package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"path/filepath"

	"wstuning.dev/tuner/internal/preload"
	"wstuning.dev/tuner/internal/report"
	"wstuning.dev/tuner/internal/rlimit"
	"wstuning.dev/tuner/internal/sockopt"
	"wstuning.dev/tuner/internal/version"
)

const preloadHelp = `tuner preload --plan=ID [--on-error=start|hold] [--keepalive=T/I/N] [--user-timeout=SECONDS] [--override] --to=FOLDER

Copies the preload library into a folder that the server shares, with the options filled in. A server that starts with
LD_PRELOAD=FOLDER/libwstuning.so has them on the connections that it accepts. It needs no privilege.
`

func runPreload(arguments []string, stdout, stderr io.Writer) error {
	flags := flag.NewFlagSet("preload", flag.ContinueOnError)
	plan := flags.String("plan", "", "`ID` of the plan, 12 hexadecimal digits; it is repeated in the report")
	onError := flags.String("on-error", "start", "what a failure to copy does to the pod: `start|hold`")
	wanted := sockopt.AddFlags(flags)
	folder := flags.String("to", "", "`FOLDER` for the library, with its absolute path")
	library := flags.String("library", preload.Library, "`FILE` to copy")
	file := flags.String("report", report.TerminationLog, "`FILE` for the report")
	if err := parse(flags, preloadHelp, arguments, stdout); err != nil {
		return err
	}
	options, err := wanted.Parse()
	if err == nil {
		err = checkPreload(*plan, *onError, *folder, options, flags.Args())
	}
	if err != nil {
		return usageError(err)
	}
	failure := preload.Install(*library, *folder, options)
	err = errors.Join(failure, reportPreload(*plan, failure, *file, stdout))
	if err != nil && *onError == "start" {
		fmt.Fprintf(stderr, "tuner: %v; the pod starts nevertheless (--on-error=start)\n", err)
		return nil
	}
	return err
}

func checkPreload(plan, onError, folder string, options sockopt.Options, arguments []string) error {
	if _, err := checkApply(plan, onError, nil); err != nil {
		return err
	}
	switch {
	case len(arguments) > 0:
		return fmt.Errorf("unexpected argument %q: see tuner preload --help", arguments[0])
	case !options.Wanted():
		return errors.New("there is nothing to set: give --keepalive=300/10/5, --user-timeout=60 or both")
	case !filepath.IsAbs(folder):
		return fmt.Errorf("--to cannot be %q: give the absolute path of a folder that the server shares, such as /wstuning", folder)
	}
	return nil
}

func reportPreload(plan string, failure error, file string, stdout io.Writer) error {
	boot := report.Boot{
		Format: report.Format, Kind: report.KindBoot, Tuner: version.Version, Plan: plan,
		Values: []*string{}, Sockets: &report.Sockets{By: report.Preload, Done: failure == nil},
	}
	if failure != nil {
		boot.Sockets.Error = failure.Error()
	}
	limits, err := rlimit.Inherited()
	if err != nil {
		return err
	}
	boot.Nofile = limits
	return report.Write(stdout, file, boot.JSON())
}
