package grant

import (
	"errors"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"wstuning.dev/tuner/internal/rlimit"
)

var now = time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC)

// here is a container that waits: it was made two seconds ago, on a node that is a minute old, with 1024:4096.
func here() (Here, fstest.MapFS) {
	files := fstest.MapFS{
		uptime:  {Data: []byte("60.25 118.02\n")},
		uids:    {Data: []byte("         0          0 4294967295\n")},
		sandbox: {ModTime: now.Add(-2 * time.Second)},
	}
	limits := func() (rlimit.Limits, error) { return rlimit.Limits{Soft: 1024, Hard: 4096}, nil }
	return Here{Files: files, Now: func() time.Time { return now }, Limits: limits}, files
}

var await = Await{Minimum: 65536, Patience: time.Minute}

func TestAContainerThatIsDueMoreWaits(t *testing.T) {
	container, _ := here()
	limits, waits := await.Awaited(container)
	if !waits || limits != (rlimit.Limits{Soft: 1024, Hard: 4096}) {
		t.Errorf("got %v, %v", limits, waits)
	}
}

func TestWhatCountsIsTheLimitThatMattersInTheEnd(t *testing.T) {
	container, _ := here()
	for _, test := range []struct {
		await Await
		want  bool
	}{
		{Await{Minimum: 1024, Patience: time.Minute}, false},
		{Await{Minimum: 1025, Patience: time.Minute}, true},
		{Await{Minimum: 4096, Hard: true, Patience: time.Minute}, false},
		{Await{Minimum: 4097, Hard: true, Patience: time.Minute}, true},
		{Await{}, false},
	} {
		if _, waits := test.await.Awaited(container); waits != test.want {
			t.Errorf("%+v: waits %v", test.await, waits)
		}
	}
	container.Limits = func() (rlimit.Limits, error) { return rlimit.Limits{}, errors.New("no") }
	if _, waits := await.Awaited(container); waits {
		t.Error("it waits although its limits are unknown")
	}
}

func TestAContainerThatIsNotDueMoreStartsAtOnce(t *testing.T) {
	age := func(age time.Duration) func(fstest.MapFS) {
		return func(files fstest.MapFS) { files[sandbox].ModTime = now.Add(-age) }
	}
	content := func(file, text string) func(fstest.MapFS) {
		return func(files fstest.MapFS) { files[file].Data = []byte(text) }
	}
	without := func(file string) func(fstest.MapFS) {
		return func(files fstest.MapFS) { delete(files, file) }
	}
	for name, test := range map[string]struct {
		change func(fstest.MapFS)
		want   bool
	}{
		"the node is nearly ten minutes old":  {content(uptime, "599.99 1.00\n"), true},
		"the node is ten minutes old":         {content(uptime, "600.00 1.00\n"), false},
		"the sandbox is just made":            {age(0), true},
		"the sandbox is as old as it may be":  {age(59999 * time.Millisecond), true},
		"the sandbox is older":                {age(time.Minute), false},
		"the sandbox is of the future":        {age(-time.Second), false},
		"the sandbox is older than the node":  {content(uptime, "1.50 1.00\n"), false},
		"the sandbox is as old as the node":   {content(uptime, "2.00 1.00\n"), false},
		"the node's age is absent":            {without(uptime), false},
		"the node's age is empty":             {content(uptime, ""), false},
		"the node's age is no number":         {content(uptime, "soon 1.00\n"), false},
		"the node's age is negative":          {content(uptime, "-1 1.00\n"), false},
		"the node's age is not a number":      {content(uptime, "NaN 1.00\n"), false},
		"the sandbox left no trace":           {without(sandbox), false},
		"it is in a user namespace":           {content(uids, "0 1000000 65536\n"), false},
		"it is in one that maps root to root": {content(uids, "0 0 65536\n"), false},
		"it may be in a user namespace":       {without(uids), false},
	} {
		t.Run(name, func(t *testing.T) {
			container, files := here()
			test.change(files)
			if _, waits := await.Awaited(container); waits != test.want {
				t.Errorf("waits %v", waits)
			}
		})
	}
}

// The kubelet makes the second container at once, and pauses for 10, 20 and 40 s before the next ones. With each of them it may
// be late; the longest of these pauses must not be needed.
func TestThePodStartsInAnyCase(t *testing.T) {
	for _, late := range []time.Duration{0, time.Second, 5 * time.Second} {
		container, files := here()
		files[uptime].Data = []byte("200.00 1.00\n")
		var age time.Duration
		container.Sleep = func(rest time.Duration) { age += rest }
		usual := Await{Minimum: 65536, Patience: 45 * time.Second}
		var began []time.Duration
		for _, pause := range []time.Duration{0, 0, 10 * time.Second, 20 * time.Second, 40 * time.Second} {
			age += pause + late
			began = append(began, age)
			files[sandbox].ModTime = now.Add(-age)
			if _, waits := usual.Awaited(container); !waits {
				break
			}
			usual.Stay(container)
		}
		if len(began) != 4 || began[1] < 15*time.Second || began[3] > 70*time.Second {
			t.Errorf("late by %s: the containers began at %v", late, began)
		}
	}
}

func TestPatienceAsWritten(t *testing.T) {
	for text, want := range map[string]time.Duration{"": 0, "1s": time.Second, "60s": time.Minute, "1m30s": 90 * time.Second, "5m": Longest} {
		if got, err := ParsePatience("await", text); err != nil || got != want {
			t.Errorf("%q: got %v, %v", text, got, err)
		}
	}
	for _, text := range []string{"60", "0s", "-1s", "999ms", "301s", "soon", "1h"} {
		_, err := ParsePatience("await", text)
		if err == nil || !strings.HasPrefix(err.Error(), "--await cannot be ") || !strings.HasSuffix(err.Error(), "such as 45s") {
			t.Errorf("%q: %v", text, err)
		}
	}
}
