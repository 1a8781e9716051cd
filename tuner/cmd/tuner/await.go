package main

import (
	"errors"
	"os"
	"time"

	"wstuning.dev/tuner/internal/grant"
	"wstuning.dev/tuner/internal/report"
	"wstuning.dev/tuner/internal/rlimit"
)

const awaitFlag = "await-node-agent"

const awaitHelp = `
With --await-node-agent it ends before it changes anything, with exit code 75 and a report that says so, if a new container may get
--open-files-minimum from the node's agent: the inherited limit is below it, the node was booted less than ten minutes ago, and
the pod's sandbox is younger than the duration. With --open-files-by the hard limit counts, otherwise the soft one. It ends when a
third of the duration has passed; the kubelet makes the next container at once, and pauses for 10 and 20 seconds before those
after it. With 45s these begin after about 16, 27 and 48 seconds, and the pod starts with the last of them in any case.
`

// errAwaitsAgent ends a container so that the kubelet makes another one.
var errAwaitsAgent = errors.New("waits for the agent of a node that was just booted: a new container may be given more open files")

// thisContainer is the real one.
func thisContainer() grant.Here {
	return grant.Here{Files: os.DirFS("/"), Now: time.Now, Limits: rlimit.Inherited, Sleep: time.Sleep}
}

// awaits reports that this container ends for a new one, and returns when it should. If that cannot be reported, the pod starts
// instead: without a report, the exit code looks like a failure.
func awaits(await grant.Await, here grant.Here, boot report.Boot, output report.Output) bool {
	limits, waits := await.Awaited(here)
	if !waits {
		return false
	}
	boot.Nofile, boot.AwaitsAgent = limits, true
	if output.Write(boot.JSON()) != nil {
		return false
	}
	await.Stay(here)
	return true
}
