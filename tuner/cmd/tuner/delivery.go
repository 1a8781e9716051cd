package main

import (
	"errors"
	"flag"
	"fmt"
	"path/filepath"

	"wstuning.dev/tuner/internal/grant"
	"wstuning.dev/tuner/internal/preload"
	"wstuning.dev/tuner/internal/report"
	"wstuning.dev/tuner/internal/rlimit"
	"wstuning.dev/tuner/internal/sockopt"
)

// delivery is what an init container leaves in the folder that it shares with the server.
type delivery struct {
	folder, library string
	options         sockopt.Options // for the library
	openFiles       rlimit.Bounds
	by              report.Mechanism // Preload or Launcher, for openFiles; empty if nothing in the pod sets them
	await           grant.Await
}

// deliveryFlags are the texts of the flags of a delivery.
type deliveryFlags struct{ folder, library, minimum, maximum, by, await string }

func addDeliveryFlags(set *flag.FlagSet) *deliveryFlags {
	flags := &deliveryFlags{}
	set.StringVar(&flags.folder, "to", "", "`FOLDER` that the server shares, with its absolute path")
	set.StringVar(&flags.library, "library", preload.Library, "`FILE` of the preload library, to copy")
	set.StringVar(&flags.minimum, "open-files-minimum", "", "raise the server's soft limit of open files to this `NUMBER`, or as far as its hard limit allows")
	set.StringVar(&flags.maximum, "open-files-maximum", "", "lower both limits of open files to this `NUMBER`")
	set.StringVar(&flags.by, "open-files-by", "", "what sets these limits: `preload|launcher`")
	set.StringVar(&flags.await, awaitFlag, "", "exit with 75 if a new container may get the minimum from the node's agent, and the pod is younger than this `DURATION`")
	return flags
}

// parse checks the flags; options are those that the library sets.
func (f *deliveryFlags) parse(options sockopt.Options) (delivery, error) {
	bounds, err := rlimit.ParseBounds(f.minimum, f.maximum, "open-files-minimum", "open-files-maximum")
	if err != nil {
		return delivery{}, err
	}
	patience, err := grant.ParsePatience(awaitFlag, f.await)
	if err != nil {
		return delivery{}, err
	}
	mechanisms := map[string]report.Mechanism{"": "", "preload": report.Preload, "launcher": report.Launcher}
	by, known := mechanisms[f.by]
	switch {
	case !known:
		return delivery{}, fmt.Errorf("--open-files-by cannot be %q: give preload or launcher", f.by)
	case patience > 0 && bounds.Minimum == 0:
		return delivery{}, fmt.Errorf("--%s=%s has no limit to wait for: add --open-files-minimum=65536, or leave it out", awaitFlag, f.await)
	case by == "" && (bounds.Maximum > 0 || bounds.Minimum > 0 && patience == 0):
		return delivery{}, errors.New("--open-files-minimum and --open-files-maximum need something that sets them: add --open-files-by=preload or --open-files-by=launcher")
	case by != "" && !bounds.Wanted():
		return delivery{}, fmt.Errorf("--open-files-by=%s alone has no limit to set: add --open-files-minimum=65536 or --open-files-maximum, or leave it out", f.by)
	}
	await := grant.Await{}
	if patience > 0 {
		await = grant.Await{Minimum: bounds.Minimum, Hard: by != "", Patience: patience}
	}
	asked := delivery{f.folder, f.library, options, bounds, by, await}
	if asked.wanted() && !filepath.IsAbs(f.folder) {
		return delivery{}, fmt.Errorf("--to cannot be %q: give the absolute path of a folder that the server shares, such as /wstuning", f.folder)
	}
	return asked, nil
}

func (d delivery) wanted() bool { return d.options.Wanted() || d.by != "" }

// deliver reports what came of it.
func (d delivery) deliver(boot *report.Boot) error {
	var launcher, library error
	if d.by == report.Launcher {
		launcher = installLauncher(d.folder)
		boot.OpenFiles = report.NewOutcome(d.by, launcher)
	}
	if d.by == report.Preload || d.options.Wanted() {
		library = d.installLibrary(boot)
	}
	return errors.Join(launcher, library)
}

func (d delivery) installLibrary(boot *report.Boot) error {
	wanted := preload.Wanted{Options: d.options}
	if d.by == report.Preload {
		wanted.OpenFiles = d.openFiles
	}
	failure := preload.Install(d.library, d.folder, wanted)
	if d.by == report.Preload {
		boot.OpenFiles = report.NewOutcome(d.by, failure)
	}
	if d.options.Wanted() {
		boot.Sockets = report.NewOutcome(report.Preload, failure)
	}
	return failure
}
