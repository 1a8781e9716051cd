package report

import (
	"encoding/json"
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"wstuning.dev/tuner/internal/rlimit"
	"wstuning.dev/tuner/internal/sysctl"
)

// longest is the longest value of the key that the kernel can show.
func longest(key sysctl.Key) string {
	return strings.TrimSpace(strings.Repeat(" 4294967295", key.Fields))
}

func allValues() []*string {
	var values []*string
	for _, key := range sysctl.Keys() {
		value := longest(key)
		values = append(values, &value)
	}
	return values
}

var limits = rlimit.Limits{Soft: math.MaxUint64, Hard: math.MaxUint64}

func randomText(r *rand.Rand) string {
	alphabet := []rune("ab \"\\<&\x00\n\u20ac\U0001f600\ufffd")
	text := make([]rune, r.IntN(400))
	for i := range text {
		text[i] = alphabet[r.IntN(len(alphabet))]
	}
	return string(text)
}

func TestAnyBootReportFits(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 5000 {
		boot := Boot{Format: Format, Kind: KindBoot, Tuner: "10.20.30-rc.1", Plan: "0123456789ab", Nofile: limits}
		boot.Values = allValues()[:r.IntN(len(sysctl.Keys())+1)]
		if r.IntN(2) == 0 {
			boot.Sockets = &Outcome{By: Programs, Error: randomText(r)}
		}
		if r.IntN(2) == 0 {
			boot.OpenFiles = &Outcome{By: Launcher, Error: randomText(r)}
		}
		for i := range boot.Values {
			if r.IntN(2) == 0 {
				boot.Errors = append(boot.Errors, SettingError{i, randomText(r)})
			}
		}
		encoded := boot.JSON()
		var back Boot
		fits(t, encoded, &back)
		if len(boot.Errors) > 0 && len(back.Errors) == 0 {
			t.Fatalf("no error is left of %d: %s", len(boot.Errors), encoded)
		}
		if (boot.Sockets == nil) != (back.Sockets == nil) || (boot.OpenFiles == nil) != (back.OpenFiles == nil) {
			t.Fatalf("sockets %+v, open files %+v became %+v, %+v", boot.Sockets, boot.OpenFiles, back.Sockets, back.OpenFiles)
		}
	}
}

func TestAnyServerReportFits(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for range 5000 {
		server := Server{Format: Format, Kind: KindServer, Tuner: "10.20.30-rc.1", Start: strings.Repeat("f", 1+r.IntN(64))}
		server.Process = Process{1 << 22, strings.Repeat("\"", r.IntN(16)), math.MaxUint32}
		server.Processes, server.Nofile = r.IntN(1<<22), limits
		if r.IntN(2) == 0 {
			server.SoftTotal, server.Doubt = math.MaxInt64, &Doubt{1 << 22, math.MaxUint64, "Descriptors"}
		}
		if r.IntN(4) == 0 {
			server.NoSockets, server.PortsUnclear = randomText(r), r.IntN(1<<16)
		}
		server.Values = allValues()[:r.IntN(len(sysctl.Keys())+1)]
		if r.IntN(2) == 0 {
			server.Accepted = &Accepted{Time: math.MaxInt32, Interval: math.MaxInt32, Probes: 255, UserTimeout: math.MaxInt32}
		}
		for range r.IntN(9) {
			port := Port{Port: uint16(r.Uint32()), Listening: r.IntN(2) == 0, Connections: r.IntN(1 << 24), Remotes: r.IntN(1001), Preload: r.IntN(2) == 0}
			if r.IntN(4) > 0 {
				port.Keepalive = &Keepalive{Running: true, IdleSeconds: r.Int64N(40000), Evidence: Existing, Off: r.IntN(1001), Looked: r.IntN(1001)}
			}
			if r.IntN(2) == 0 {
				port.Problem = randomText(r)
			}
			server.Ports = append(server.Ports, port)
		}
		for range r.IntN(9) {
			server.Errors = append(server.Errors, randomText(r))
		}
		for i := range server.Values {
			if r.IntN(2) == 0 {
				server.Values[i] = nil
				server.Unread = append(server.Unread, i)
			}
		}
		var back Server
		fits(t, server.JSON(), &back)
		if len(back.Ports)+back.PortsLeftOut != len(server.Ports) || !slices.Equal(back.Unread, server.Unread) {
			t.Fatalf("%d ports and %d left out of %d, unread %v of %v", len(back.Ports), back.PortsLeftOut, len(server.Ports), back.Unread, server.Unread)
		}
		for i, port := range back.Ports {
			if (port.Problem == "") != (server.Ports[i].Problem == "") {
				t.Fatalf("problem %q became %q", server.Ports[i].Problem, port.Problem)
			}
		}
	}
}

func fits(t *testing.T, encoded []byte, back any) {
	t.Helper()
	if len(encoded) > MaxBytes {
		t.Fatalf("%d bytes: %s", len(encoded), encoded)
	}
	if slices.Contains(encoded, '\n') {
		t.Fatalf("more than one line: %s", encoded)
	}
	if err := json.Unmarshal(encoded, back); err != nil {
		t.Fatalf("%v: %s", err, encoded)
	}
}

func TestErrorTextsAreCutBeforePorts(t *testing.T) {
	long := strings.Repeat("é", 600)
	server := Server{Ports: make([]Port, 4), Errors: []string{long}}
	server.Ports[2].Problem = long
	var back Server
	fits(t, server.JSON(), &back)
	if len(back.Ports) != 4 || !strings.HasSuffix(back.Ports[2].Problem, "é...") || back.PortsLeftOut != 0 {
		t.Errorf("ports %+v, %d left out", back.Ports, back.PortsLeftOut)
	}
	if len(back.Errors) != 1 || !strings.HasSuffix(back.Errors[0], "é...") {
		t.Errorf("errors %q", back.Errors)
	}
	if server.Ports[2].Problem != long || server.Errors[0] != long {
		t.Error("the report itself was cut")
	}
}

func TestPortsAreLeftOutFromTheEndAndCounted(t *testing.T) {
	server := Server{}
	for number := range uint16(8) {
		server.Ports = append(server.Ports, Port{Port: number, Listening: true, Connections: 99999, Keepalive: &Keepalive{Running: true, IdleSeconds: 300, Evidence: Existing}})
	}
	var back Server
	fits(t, server.JSON(), &back)
	kept := len(back.Ports)
	if kept == 0 || kept == 8 || back.Ports[0].Port != 0 || int(back.Ports[kept-1].Port) != kept-1 {
		t.Errorf("ports left: %v", back.Ports)
	}
	if back.PortsLeftOut != 8-kept || len(back.Errors) > 0 {
		t.Errorf("%d ports of 8, %d left out, errors = %q", kept, back.PortsLeftOut, back.Errors)
	}
}

func TestErrorsThatAreJoinedAreOneLine(t *testing.T) {
	text := errors.Join(errors.New("no route\x1b[31m"), errors.New("refused\x7f")).Error()
	boot := Boot{Errors: []SettingError{{0, text}}, Sockets: &Outcome{By: Preload, Error: text}}
	server := Server{Process: Process{1, "no\x01de", 0}, Ports: []Port{{Problem: text}}, Errors: []string{text}}
	for _, encoded := range []string{string(boot.JSON()), string(server.JSON())} {
		if strings.Contains(encoded, "\\") || control.MatchString(encoded) || strings.Count(encoded, "no route [31m refused ") != 2 {
			t.Error(encoded)
		}
	}
}

func TestMarkupIsNotEscaped(t *testing.T) {
	boot := Boot{Errors: []SettingError{{0, "a < b & c > d"}}}
	if encoded := string(boot.JSON()); !strings.Contains(encoded, boot.Errors[0].Message) {
		t.Error(encoded)
	}
}
