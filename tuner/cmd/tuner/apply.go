package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"regexp"

	"wstuning.dev/tuner/internal/cli"
	"wstuning.dev/tuner/internal/grant"
	"wstuning.dev/tuner/internal/report"
	"wstuning.dev/tuner/internal/rlimit"
	"wstuning.dev/tuner/internal/sockopt"
	"wstuning.dev/tuner/internal/sysctl"
	"wstuning.dev/tuner/internal/version"
)

const applyHelp = `tuner apply --plan=ID [--on-error=start|hold] [--keepalive=TIME/INTERVAL/PROBES] [--user-timeout=SECONDS] [--override]
            [--sockets-by=programs|preload] [--to=FOLDER --open-files-by=preload|launcher --open-files-minimum=NUMBER --open-files-maximum=NUMBER]
            [--await-node-agent=DURATION] KEY=VALUE...

Writes sysctls of this network namespace and reads them back. All arguments are checked before the first write.
"tuner sysctls" lists the keys and their bounds. Several numbers are separated by single spaces.

With --keepalive or --user-timeout it also attaches eBPF programs to the cgroup of this pod. They give these options to every
TCP connection that a server of the pod accepts from then on. Values that the server sets itself win, unless --override is given.
It accepts one connection of its own, and detaches the programs if they do not work.

With --sockets-by=preload it attaches no programs: the preload library, which it copies, sets these options.

With --open-files-by it also copies the library or the launcher, which sets the open files limit of the server: see
tuner preload --help.
` + awaitHelp

// planID is the version of the hash, which early operators did not write, and its digits.
var planID = regexp.MustCompile(`^(v[0-9]{1,3}:)?[0-9a-f]{12}$`)

func apply(arguments []string, output report.Output, stderr io.Writer, here grant.Here) error {
	flags := flag.NewFlagSet("tuner apply", flag.ContinueOnError)
	plan := flags.String("plan", "", "`ID` of the plan, such as v1:0123456789ab; the report repeats it")
	onError := flags.String("on-error", "start", "whether the pod starts if a setting cannot be written: `start|hold`")
	wanted := sockopt.AddFlags(flags)
	socketsBy := flags.String("sockets-by", "programs", "what sets options on accepted connections: `programs|preload`")
	shared := addDeliveryFlags(flags)
	if err := cli.Parse(flags, applyHelp, arguments, output.Line); err != nil {
		return err
	}
	settings, err := checkApply(*plan, *onError, flags.Args())
	if err != nil {
		return cli.UsageError(err)
	}
	options, err := wanted.Parse()
	if err != nil {
		return cli.UsageError(err)
	}
	programs, library, err := divide(options, *socketsBy)
	if err != nil {
		return cli.UsageError(err)
	}
	files, err := shared.parse(library)
	if err == nil && !files.wanted() && files.folder != "" {
		err = fmt.Errorf("there is nothing to put into --to=%s: add --open-files-minimum=65536 --open-files-by=preload, or leave it out", files.folder)
	}
	if err != nil {
		return cli.UsageError(err)
	}
	if awaits(files.await, here, newBoot(*plan, len(settings)), output) {
		return errAwaitsAgent
	}
	return startOrHold(applyAndReport(*plan, settings, programs, files, output), *onError, stderr)
}

// divide says which options the programs set, and which the library.
func divide(options sockopt.Options, by string) (programs, library sockopt.Options, err error) {
	switch by {
	case "programs":
		return options, sockopt.Options{}, nil
	case "preload":
		if !options.Wanted() {
			return programs, library, errors.New("--sockets-by=preload has nothing to set: add --keepalive=300/10/5 or --user-timeout=60, or leave it out")
		}
		return sockopt.Options{}, options, nil
	}
	return programs, library, fmt.Errorf("--sockets-by cannot be %q: give programs or preload", by)
}

// startOrHold lets the pod start although something failed, if that is wanted and possible.
func startOrHold(failure error, onError string, stderr io.Writer) error {
	if failure == nil || onError != "start" || errors.Is(failure, errNoLauncher) {
		return failure
	}
	fmt.Fprintf(stderr, "tuner: %v; the pod starts anyway (--on-error=start)\n", failure)
	return nil
}

func applyAndReport(plan string, settings []sysctl.Setting, options sockopt.Options, files delivery, output report.Output) error {
	tree, err := sysctl.OpenTree(sysctl.Root)
	if err != nil {
		return err
	}
	defer tree.Close()
	boot, err := writeSettings(tree, plan, settings)
	if err != nil {
		return err
	}
	if len(boot.Errors) > 0 {
		err = fmt.Errorf("%d of %d settings failed", len(boot.Errors), len(settings))
	}
	if options.Wanted() { // after the settings because it depends on the keepalive sysctls
		refusal := attachPrograms(tree, options)
		boot.Sockets = report.NewOutcome(report.Programs, refusal)
		err = errors.Join(err, refusal)
	}
	return errors.Join(err, files.deliver(&boot), output.Write(boot.JSON()))
}

func checkApply(plan, onError string, arguments []string) ([]sysctl.Setting, error) {
	if !planID.MatchString(plan) {
		return nil, fmt.Errorf("--plan cannot be %q: give v1: and 12 hexadecimal digits, such as v1:0123456789ab", plan)
	}
	if onError != "start" && onError != "hold" {
		return nil, fmt.Errorf("--on-error cannot be %q: give start or hold", onError)
	}
	return sysctl.ParseSettings(arguments)
}

func writeSettings(tree *sysctl.Tree, plan string, settings []sysctl.Setting) (boot report.Boot, err error) {
	boot = newBoot(plan, len(settings))
	for i, setting := range settings {
		boot.Values[i], err = tree.Apply(setting)
		if err != nil {
			boot.Errors = append(boot.Errors, report.SettingError{At: i, Message: err.Error()})
		}
	}
	boot.Nofile, err = rlimit.Inherited()
	return boot, err
}

func newBoot(plan string, settings int) report.Boot {
	return report.Boot{
		Format: report.Format, Kind: report.KindBoot, Tuner: version.Version, Plan: plan,
		Values: make([]*string, settings),
	}
}
