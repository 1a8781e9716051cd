package main

import (
	"strings"
	"testing"
	"time"
)

func TestRowsHaveMediansAndTheWorstPause(t *testing.T) {
	ms := time.Millisecond
	server := &observed{
		name: "many connections", connections: 15000, descriptors: 15011,
		observations: []observation{{100 * ms, 30 * ms, 8 << 20}, {300 * ms, 50 * ms, 10 << 20}, {200 * ms, 40 * ms, 9 << 20}},
		with:         []time.Duration{2 * ms, 9 * ms, 3 * ms},
		without:      []time.Duration{1 * ms, 1 * ms, 4 * ms},
	}
	other := &observed{name: "few", observations: server.observations[:1], with: server.with[:1], without: server.without[:1]}

	table := observationsTable("here", []*observed{server, other})

	for _, want := range []string{
		"here; medians of 1 to 3 observations of each server.\n",
		"\n| many connections | 15001 | 15011 | 200 | 40 | 9.0 | 3.0 | 9.0 | 1.0 | 4.0 |\n",
	} {
		if !strings.Contains(table, want) {
			t.Errorf("the table lacks %q:\n%s", want, table)
		}
	}
}
