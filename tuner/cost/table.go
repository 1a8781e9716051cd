package main

import (
	"fmt"
	"runtime"
	"slices"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// where says on what is measured, and how busy it is before.
func where() (string, error) {
	var system unix.Utsname
	var state unix.Sysinfo_t
	if err := unix.Uname(&system); err != nil {
		return "", err
	}
	if err := unix.Sysinfo(&state); err != nil {
		return "", err
	}
	load := float64(state.Loads[0]) / (1 << 16)                                  // SI_LOAD_SHIFT of sysinfo(2)
	version, _, _ := strings.Cut(unix.ByteSliceToString(system.Release[:]), "-") // without the builder's suffix
	return fmt.Sprintf("Linux %s, %d cores that had a load average of %.1f before the run", version, runtime.NumCPU(), load), nil
}

// table compares round by round, and shows medians. Its columns are explained in docs/cost.md.
func table(place string, variants []*variant, connections int) string {
	var text strings.Builder
	without := variants[0]
	fmt.Fprintf(&text, "%s; %d rounds of %d connections for each line; medians of rounds.\n\n", place, len(without.rounds), connections)
	fmt.Fprintln(&text, "| Programs | connections/s | ratio | its quartiles | ns at accept and end | ns at the server's setsockopt calls | µs to read them |")
	fmt.Fprintln(&text, "|---|---|---|---|---|---|---|")
	for _, v := range variants {
		var rates, ratios []float64
		for i, took := range v.rounds {
			rates = append(rates, float64(connections)/took.Seconds())
			ratios = append(ratios, without.rounds[i].Seconds()/took.Seconds())
		}
		fmt.Fprintf(&text, "| %s | %.0f | %.3f | %.3f to %.3f | %d | %d | %d |\n", v.name, quantile(rates, 0.5), quantile(ratios, 0.5),
			quantile(ratios, 0.25), quantile(ratios, 0.75), v.sockops.Nanoseconds(), v.setsockopt.Nanoseconds(),
			v.reading.Microseconds())
	}
	return text.String()
}

func quantile(values []float64, q float64) float64 {
	sorted := slices.Sorted(slices.Values(values))
	return sorted[int(q*float64(len(sorted)-1)+0.5)]
}

// observationsTable shows medians, and the worst of the pauses. Its columns are explained in docs/cost.md.
func observationsTable(place string, servers []*observed) string {
	var text strings.Builder
	fmt.Fprintf(&text, "%s; medians of %d to %d observations of each server.\n\n", place, fewest(servers), most(servers))
	fmt.Fprintln(&text, "| Server | connections | descriptors | takes, ms | CPU, ms | memory, MiB | longest echo, ms | its worst | without, ms | its worst |")
	fmt.Fprintln(&text, "|---|---|---|---|---|---|---|---|---|---|")
	for _, o := range servers {
		var took, cpu, memory []float64
		for _, seen := range o.observations {
			took = append(took, milliseconds(seen.Took))
			cpu = append(cpu, milliseconds(seen.CPU))
			memory = append(memory, float64(seen.Memory)/(1<<20))
		}
		with, without := pauses(o.with), pauses(o.without)
		fmt.Fprintf(&text, "| %s | %d | %d | %.0f | %.0f | %.1f | %.1f | %.1f | %.1f | %.1f |\n", o.name, o.connections+1, o.descriptors,
			quantile(took, 0.5), quantile(cpu, 0.5), quantile(memory, 0.5),
			quantile(with, 0.5), quantile(with, 1), quantile(without, 0.5), quantile(without, 1))
	}
	return text.String()
}

func fewest(servers []*observed) int {
	return len(slices.MinFunc(servers, fewer).with)
}

func most(servers []*observed) int {
	return len(slices.MaxFunc(servers, fewer).with)
}

func fewer(a, b *observed) int { return len(a.with) - len(b.with) }

func pauses(durations []time.Duration) (values []float64) {
	for _, d := range durations {
		values = append(values, milliseconds(d))
	}
	return values
}

func milliseconds(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }
