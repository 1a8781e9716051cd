package main

import (
	"errors"
	"flag"
	"fmt"
	"io"

	"wstuning.dev/tuner/internal/cli"
	"wstuning.dev/tuner/internal/grant"
	"wstuning.dev/tuner/internal/report"
	"wstuning.dev/tuner/internal/rlimit"
	"wstuning.dev/tuner/internal/sockopt"
)

const preloadHelp = `tuner preload --plan=ID [--on-error=start|hold] [--keepalive=T/I/N] [--user-timeout=SECONDS] [--override]
              [--open-files-by=preload|launcher --open-files-minimum=NUMBER --open-files-maximum=NUMBER]
              [--await-node-agent=DURATION] --to=FOLDER

Writes the wanted settings into a copy of the preload library, in a folder that the server shares. A server that starts
with LD_PRELOAD=FOLDER/libwstuning.so sets the options on the connections that it accepts. With --open-files-by=preload
it also sets its limit of open files.

With --open-files-by=launcher it also copies this program. A server that "FOLDER/tuner launch" starts has the limit. The
library then sets only the options. If the launcher cannot be copied, the pod does not start, even with --on-error=start.

It needs no privilege.
` + awaitHelp

func runPreload(arguments []string, output report.Output, stderr io.Writer, here grant.Here) error {
	flags := flag.NewFlagSet("tuner preload", flag.ContinueOnError)
	plan := flags.String("plan", "", "`ID` of the plan, such as v1:0123456789ab; the report repeats it")
	onError := flags.String("on-error", "start", "whether the pod starts if a file cannot be copied: `start|hold`")
	options := sockopt.AddFlags(flags)
	shared := addDeliveryFlags(flags)
	if err := cli.Parse(flags, preloadHelp, arguments, output.Line); err != nil {
		return err
	}
	wanted, err := checkPreload(*plan, *onError, options, shared, flags.Args())
	if err != nil {
		return cli.UsageError(err)
	}
	if awaits(wanted.await, here, newBoot(*plan, 0), output) {
		return errAwaitsAgent
	}
	return startOrHold(preloadAndReport(*plan, wanted, output), *onError, stderr)
}

func checkPreload(plan, onError string, options *sockopt.Flags, shared *deliveryFlags, arguments []string) (delivery, error) {
	if _, err := checkApply(plan, onError, nil); err != nil {
		return delivery{}, err
	}
	if len(arguments) > 0 {
		return delivery{}, fmt.Errorf("unexpected argument %q: see tuner preload --help", arguments[0])
	}
	parsed, err := options.Parse()
	if err != nil {
		return delivery{}, err
	}
	wanted, err := shared.parse(parsed)
	if err == nil && !wanted.wanted() {
		err = errors.New("there is nothing to set: give --keepalive=300/10/5, --user-timeout=60 or --open-files-minimum=65536 --open-files-by=preload")
	}
	return wanted, err
}

func preloadAndReport(plan string, wanted delivery, output report.Output) error {
	boot := newBoot(plan, 0)
	failure := wanted.deliver(&boot)
	var err error
	if boot.Nofile, err = rlimit.Inherited(); err != nil {
		return errors.Join(failure, err)
	}
	return errors.Join(failure, output.Write(boot.JSON()))
}
