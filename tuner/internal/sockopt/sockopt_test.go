package sockopt

import (
	"flag"
	"reflect"
	"strings"
	"testing"
)

func TestOptionsAsWritten(t *testing.T) {
	for _, test := range []struct {
		keepalive, userTimeout string
		override               bool
		want                   Options
	}{
		{"", "", false, Options{}},
		{"300/10/5", "", false, Options{Keepalive: &Keepalive{300, 10, 5}}},
		{"1/1/1", "1", true, Options{Keepalive: &Keepalive{1, 1, 1}, UserTimeoutSeconds: 1, Override: true}},
		{"32767/32767/127", "86400", false, Options{Keepalive: &Keepalive{32767, 32767, 127}, UserTimeoutSeconds: 86400}},
		{"", "20", true, Options{UserTimeoutSeconds: 20, Override: true}},
	} {
		got, err := Parse(test.keepalive, test.userTimeout, test.override)
		if err != nil || !reflect.DeepEqual(got, test.want) {
			t.Errorf("%+v: got %+v, %v", test, got, err)
		}
		if wanted := test.keepalive+test.userTimeout != ""; got.Wanted() != wanted {
			t.Errorf("%+v: Wanted = %v", test, got.Wanted())
		}
	}
}

func TestMistakesSayWhatToWrite(t *testing.T) {
	for _, keepalive := range []string{
		"300", "300/10", "300/10/5/1", "0/10/5", "300/0/5", "300/10/0", "32768/10/5", "300/32768/5", "300/10/128",
		"-1/10/5", "+300/10/5", "0300/10/5", " 300/10/5", "300/10/5\n", "300 10 5", "a/b/c", "//", "99999999999999999999/1/1",
	} {
		if _, err := Parse(keepalive, "", false); err == nil || !strings.Contains(err.Error(), "such as 300/10/5") {
			t.Errorf("%q: %v", keepalive, err)
		}
	}
	for _, seconds := range []string{"0", "86401", "-1", "1.5", "20s", "020", " 20"} {
		if _, err := Parse("", seconds, false); err == nil || !strings.Contains(err.Error(), "such as 60") {
			t.Errorf("%q: %v", seconds, err)
		}
	}
	if _, err := Parse("", "", true); err == nil || !strings.Contains(err.Error(), "add --keepalive") {
		t.Errorf("override alone: %v", err)
	}
}

func TestFlags(t *testing.T) {
	set := flag.NewFlagSet("test", flag.ContinueOnError)
	flags := AddFlags(set)
	if err := set.Parse([]string{"--keepalive=30/7/3", "--user-timeout=50", "--override"}); err != nil {
		t.Fatal(err)
	}
	got, err := flags.Parse()
	if want := (Options{&Keepalive{30, 7, 3}, 50, true}); err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, %v", got, err)
	}
}
