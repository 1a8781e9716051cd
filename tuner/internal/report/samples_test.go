package report

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

func TestValidSamplesAreWhatTheTunerWrites(t *testing.T) {
	for _, file := range samples(t, "boot-*.json", "server-*.json") {
		t.Run(filepath.Base(file), func(t *testing.T) {
			sample := read(t, file)
			written, err := rewrite(sample)
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(written, sample) {
				t.Errorf("the sample\n%s\nis written as\n%s", sample, written)
			}
		})
	}
}

// TestOtherSamplesAreNotWhatTheTunerWrites is about reports that are invalid, and about those of older and newer tuners.
func TestOtherSamplesAreNotWhatTheTunerWrites(t *testing.T) {
	for _, file := range samples(t, "invalid-*.json", "older-*.json", "newer-*.json") {
		t.Run(filepath.Base(file), func(t *testing.T) {
			sample := read(t, file)
			if written, err := rewrite(sample); err == nil && bytes.Equal(written, sample) {
				t.Errorf("the tuner could have written %s", sample)
			}
		})
	}
}

func TestEverySampleIsUsed(t *testing.T) {
	all, used := samples(t, "*.json"), samples(t, "boot-*.json", "server-*.json", "invalid-*.json", "older-*.json", "newer-*.json")
	if len(all) != len(used) {
		t.Errorf("testdata has %d files, the tests read %d", len(all), len(used))
	}
}

func samples(t *testing.T, patterns ...string) []string {
	t.Helper()
	var files []string
	for _, pattern := range patterns {
		found, err := filepath.Glob(filepath.Join("../../testdata", pattern))
		if err != nil || len(found) == 0 {
			t.Fatalf("no samples %s (%v)", pattern, err)
		}
		files = append(files, found...)
	}
	return files
}

func read(t *testing.T, file string) []byte {
	t.Helper()
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return content
}

// rewrite decodes a report strictly and encodes it again.
func rewrite(sample []byte) ([]byte, error) {
	var header struct {
		V    int
		Kind string
	}
	if err := json.Unmarshal(sample, &header); err != nil {
		return nil, err
	}
	switch {
	case header.V == Format && header.Kind == KindBoot:
		var boot Boot
		if err := decode(sample, &boot); err != nil {
			return nil, err
		}
		return boot.JSON(), checkBoot(boot)
	case header.V == Format && header.Kind == KindServer:
		var server Server
		if err := decode(sample, &server); err != nil {
			return nil, err
		}
		return server.JSON(), checkServer(server)
	}
	return nil, errors.New("unknown version or kind")
}

// possible reports whether there can be that many ports.
func possible(number int) bool { return number >= 0 && number <= 65535 }

func decode(sample []byte, report any) error {
	decoder := json.NewDecoder(bytes.NewReader(sample))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(report); err != nil {
		return err
	}
	if _, err := decoder.Token(); err != io.EOF {
		return errors.New("something follows the report")
	}
	return nil
}

var control = regexp.MustCompile(`[[:cntrl:]]`)

func checkBoot(boot Boot) error {
	if boot.AwaitsAgent && (boot.Sockets != nil || boot.OpenFiles != nil || boot.Errors != nil || slices.ContainsFunc(boot.Values, func(v *string) bool { return v != nil })) {
		return errors.New("it waits, and did something")
	}
	return errors.Join(checkOutcome(boot.Sockets, Programs, Preload), checkOutcome(boot.OpenFiles, Preload, Launcher))
}

func checkOutcome(outcome *Outcome, mechanisms ...Mechanism) error {
	switch {
	case outcome == nil:
		return nil
	case !slices.Contains(mechanisms, outcome.By):
		return errors.New("unknown mechanism")
	case outcome.Done != (outcome.Error == ""):
		return errors.New("done with an error, or not done without")
	case control.MatchString(outcome.Error):
		return errors.New("control characters")
	}
	return nil
}

func checkServer(server Server) error {
	if control.MatchString(server.Process.Comm + strings.Join(server.Errors, "") + server.NoSockets) {
		return errors.New("control characters")
	}
	if len(server.Ports) > 8 || !possible(server.PortsLeftOut) || !possible(server.PortsUnclear) {
		return errors.New("number of ports out of range")
	}
	if server.NoSockets != "" && len(server.Ports) > 0 {
		return errors.New("ports without sockets")
	}
	if server.SoftTotal != 0 && server.SoftTotal < server.Nofile.Soft {
		return errors.New("a sum below its part")
	}
	if d := server.Doubt; d != nil && (d.Candidates < 2 || d.Highest < server.Nofile.Soft || !slices.Contains([]string{"Descriptors", "Connections", "Sockets"}, d.Missing)) {
		return errors.New("a doubt about nothing")
	}
	for i, at := range server.Unread {
		if at < 0 || at >= len(server.Values) || server.Values[at] != nil || i > 0 && at <= server.Unread[i-1] {
			return errors.New("an unread key that is none, or has a value")
		}
	}
	for _, port := range server.Ports {
		if control.MatchString(port.Problem) {
			return errors.New("control characters")
		}
		if port.Connections < 0 || port.Remotes < 0 {
			return errors.New("negative number of connections or remotes")
		}
		if port.Elsewhere && port.Listening {
			return errors.New("a port of the server and of another container")
		}
		if k := port.Keepalive; k != nil && (k.Off < 0 || k.Off > k.Looked || k.Running && k.Off > 0) {
			return errors.New("connections without keepalive out of range")
		}
		if k := port.Keepalive; k != nil && k.Evidence != Existing && k.Evidence != Probe {
			return errors.New("unknown evidence")
		}
	}
	return nil
}
