package main

import (
	"fmt"
	"io"
	"slices"

	"golang.org/x/sys/unix"
)

// printTable compares round by round, and shows medians. Its columns are explained in docs/cost.md.
func printTable(output io.Writer, variants []*variant, connections int) error {
	var system unix.Utsname
	if err := unix.Uname(&system); err != nil {
		return err
	}
	without := variants[0]
	fmt.Fprintf(output, "Linux %s, %d rounds of %d connections for each line; medians of rounds.\n\n",
		unix.ByteSliceToString(system.Release[:]), len(without.rounds), connections)
	fmt.Fprintln(output, "| Programs | connections/s | ratio | its quartiles | ns at accept | ns at the server's setsockopt calls |")
	fmt.Fprintln(output, "|---|---|---|---|---|---|")
	for _, v := range variants {
		var rates, ratios []float64
		for i, took := range v.rounds {
			rates = append(rates, float64(connections)/took.Seconds())
			ratios = append(ratios, without.rounds[i].Seconds()/took.Seconds())
		}
		fmt.Fprintf(output, "| %s | %.0f | %.3f | %.3f to %.3f | %d | %d |\n", v.name, quantile(rates, 0.5), quantile(ratios, 0.5),
			quantile(ratios, 0.25), quantile(ratios, 0.75), v.established.Nanoseconds(), v.setsockopt.Nanoseconds())
	}
	return nil
}

func quantile(values []float64, q float64) float64 {
	sorted := slices.Sorted(slices.Values(values))
	return sorted[int(q*float64(len(sorted)-1)+0.5)]
}
