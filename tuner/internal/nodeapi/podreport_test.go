package nodeapi

import (
	"bytes"
	"encoding/json"
	"os"
	"strings"
	"testing"
)

func TestTheReportOfANodeIsWrittenAsTheSample(t *testing.T) {
	sample, err := os.ReadFile("../../testdata/nodes/report.json")
	if err != nil {
		t.Fatal(err)
	}
	var status ReportStatus
	strict := json.NewDecoder(bytes.NewReader(sample))
	strict.DisallowUnknownFields()
	if err := strict.Decode(&status); err != nil {
		t.Fatal(err)
	}
	var written bytes.Buffer
	encoder := json.NewEncoder(&written)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(status); err != nil {
		t.Fatal(err)
	}
	if got, want := written.String(), string(sample); got != want {
		t.Errorf("written\n%s", strings.TrimSpace(got))
	}
}
