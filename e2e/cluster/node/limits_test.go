package node

import (
	"encoding/json"
	"strings"
	"testing"
)

func TestLimitOpenFilesChangesNothingElse(t *testing.T) {
	got, err := limitOpenFiles([]byte(`{"process":{"cwd":"/","rlimits":[{"type":"RLIMIT_CORE"}]},"linux":{"big":18446744073709551615}}`), OpenFiles{1024, 20000})
	if err != nil {
		t.Fatal(err)
	}

	want := `{"linux":{"big":18446744073709551615},"process":{"cwd":"/","rlimits":[{"hard":20000,"soft":1024,"type":"RLIMIT_NOFILE"}]}}`
	if string(got) != want || !json.Valid(got) {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestWhatIsNotGivenStays(t *testing.T) {
	present := OpenFiles{Soft: 300, Hard: 400}
	for wanted, want := range map[OpenFiles]OpenFiles{
		{}:          {300, 400},
		{Soft: 350}: {350, 400},
		{Hard: 300}: {300, 300},
		{256, 310}:  {256, 310},
	} {
		if got, err := wanted.resolve(present); err != nil || got != want {
			t.Errorf("%+v: got %+v, %v, want %+v", wanted, got, err, want)
		}
	}
}

func TestWhatContainersCannotHaveIsRefused(t *testing.T) {
	machine, err := hardLimit()
	if err != nil {
		t.Fatal(err)
	}
	for wanted, message := range map[OpenFiles]string{
		{Soft: 255}:         "at least 256",
		{Soft: 401}:         "the hard limit is 400",
		{Hard: machine + 1}: "this machine's is",
		{Hard: 299}:         "the hard limit is 299",
	} {
		if _, err := wanted.resolve(OpenFiles{Soft: 300, Hard: 400}); err == nil || !strings.Contains(err.Error(), message) {
			t.Errorf("%+v: got %v, want %q", wanted, err, message)
		}
	}
}
