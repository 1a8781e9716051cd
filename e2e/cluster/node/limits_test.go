package node

import (
	"encoding/json"
	"testing"
)

func TestLimitOpenFilesChangesNothingElse(t *testing.T) {
	got, err := limitOpenFiles([]byte(`{"process":{"cwd":"/","rlimits":[{"type":"RLIMIT_CORE"}]},"linux":{"big":18446744073709551615}}`), 1024, 20000)
	if err != nil {
		t.Fatal(err)
	}

	want := `{"linux":{"big":18446744073709551615},"process":{"cwd":"/","rlimits":[{"hard":20000,"soft":1024,"type":"RLIMIT_NOFILE"}]}}`
	if string(got) != want || !json.Valid(got) {
		t.Errorf("got %s, want %s", got, want)
	}
}
