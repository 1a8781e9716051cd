package rlimit

import (
	"strings"
	"testing"
)

func TestFit(t *testing.T) {
	const unlimited = 1<<64 - 1
	for _, test := range []struct {
		bounds   Bounds
		is, want Limits
	}{
		{Bounds{}, Limits{1024, 4096}, Limits{1024, 4096}},
		{Bounds{Minimum: 3000}, Limits{1024, 4096}, Limits{3000, 4096}},
		{Bounds{Minimum: 3000}, Limits{3000, 4096}, Limits{3000, 4096}},
		{Bounds{Minimum: 3000}, Limits{3500, 4096}, Limits{3500, 4096}},
		{Bounds{Minimum: 3000}, Limits{1024, unlimited}, Limits{3000, unlimited}},
		{Bounds{Minimum: 3000}, Limits{unlimited, unlimited}, Limits{unlimited, unlimited}},
		{Bounds{Minimum: 5000}, Limits{1024, 4096}, Limits{4096, 4096}},
		{Bounds{Maximum: 3000}, Limits{1024, 4096}, Limits{1024, 3000}},
		{Bounds{Maximum: 3000}, Limits{4095, 4096}, Limits{3000, 3000}},
		{Bounds{Maximum: 3000}, Limits{unlimited, unlimited}, Limits{3000, 3000}},
		{Bounds{Maximum: 5000}, Limits{1024, 4096}, Limits{1024, 4096}},
		{Bounds{2000, 3000}, Limits{1024, 4096}, Limits{2000, 3000}},
		{Bounds{2000, 3000}, Limits{2500, 4096}, Limits{2500, 3000}},
		{Bounds{3000, 3000}, Limits{1024, 2048}, Limits{2048, 2048}},
	} {
		if got := test.bounds.Fit(test.is); got != test.want {
			t.Errorf("%+v fits %v to %v, want %v", test.bounds, test.is, got, test.want)
		}
	}
}

func TestBoundsAsWritten(t *testing.T) {
	for _, test := range []struct {
		minimum, maximum string
		want             Bounds
	}{
		{"", "", Bounds{}},
		{"65536", "", Bounds{Minimum: 65536}},
		{"", "2147483584", Bounds{Maximum: MostFiles}},
		{"1", "1", Bounds{1, 1}},
	} {
		got, err := ParseBounds(test.minimum, test.maximum, "minimum", "maximum")
		if err != nil || got != test.want || got.Wanted() != (test.want != Bounds{}) {
			t.Errorf("%+v: got %+v, %v", test, got, err)
		}
	}
}

func TestMistakesSayWhatToWrite(t *testing.T) {
	for _, number := range []string{"0", "-1", "+1", "01", " 1", "1k", "1.5", "2147483585", "18446744073709551616", "unlimited"} {
		for flag, arguments := range map[string][2]string{"--least": {number, ""}, "--most": {"", number}} {
			_, err := ParseBounds(arguments[0], arguments[1], "least", "most")
			if err == nil || !strings.HasPrefix(err.Error(), flag+" cannot be ") || !strings.Contains(err.Error(), "such as 65536") {
				t.Errorf("%s=%q: %v", flag, number, err)
			}
		}
	}
	if _, err := ParseBounds("2", "1", "least", "most"); err == nil || err.Error() != "--least=2 is above --most=1: give a minimum that is not above the maximum" {
		t.Errorf("got %v", err)
	}
}
