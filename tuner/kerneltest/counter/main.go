// Command counter does with the connections of a pod what the node's agent does, and prints what it reads for each line of
// its input:
//
//	counter [flags] PLACE CGROUP
package main

import (
	"bufio"
	"encoding/json"
	"flag"
	"fmt"
	"log"
	"os"
	"strings"

	"wstuning.dev/tuner/internal/counting"
	"wstuning.dev/tuner/internal/podtune"
	"wstuning.dev/tuner/internal/sockopt"
)

// reading is what it prints.
type reading struct {
	Counts podtune.Counts
	Groups []podtune.Group
	Error  string `json:",omitempty"`
}

func main() {
	flags := flag.NewFlagSet("counter", flag.ExitOnError)
	wanted := sockopt.AddFlags(flags)
	possible := flags.Bool("possible", false, "print what the kernel can do, and end")
	flags.Parse(os.Args[1:])
	options, err := wanted.Parse()
	check(err)
	kernel := counting.Open(flags.Arg(0))
	programs, counts := kernel.Possible()
	if *possible {
		fmt.Printf("programs: %s\ncounts: %s\n", oneLine(programs), oneLine(counts))
		return
	}
	pod, err := kernel.Attach(flags.Arg(1), options, podtune.Sysctls{Time: 7200, Interval: 75, Probes: 9})
	check(err)
	fmt.Println("ready")
	for lines := bufio.NewScanner(os.Stdin); lines.Scan(); {
		counts, groups, err := pod.Read()
		r := reading{Counts: counts, Groups: groups}
		if err != nil {
			r.Error = err.Error()
		}
		check(json.NewEncoder(os.Stdout).Encode(r))
	}
	check(pod.Close())
	kernel.Close()
}

func oneLine(err error) string {
	if err == nil {
		return "possible"
	}
	return strings.ReplaceAll(err.Error(), "\n", "; ")
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
