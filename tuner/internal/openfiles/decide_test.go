package openfiles

import (
	"strings"
	"testing"
)

var (
	none      *Limits
	inherited = Limits{1024, 524288}
)

func asks(text string) map[string]string { return map[string]string{ulimits + "server": text} }

func tunedAsks(text string) map[string]string {
	return map[string]string{ulimits + "server": text, tuned: "chat"}
}

func tunedMaximum(text, most string) map[string]string {
	annotations := map[string]string{tuned: "chat", maximum: most}
	if text != "" {
		annotations[ulimits+"server"] = text
	}
	return annotations
}

func to(soft, hard uint64) *Limits { return &Limits{soft, hard} }

func TestWhatIsGranted(t *testing.T) {
	for _, test := range []struct {
		name        string
		annotations map[string]string
		present     Limits
		limit       uint64
		asked       bool
		grant       *Limits
	}{
		{"nothing is wanted", nil, inherited, 1048576, false, none},
		{"another container asks", map[string]string{ulimits + "sidecar": "[{type: nofile, soft: 9, hard: 9}]"}, inherited, 1048576, false, none},
		{"another limit is wanted", asks("[{type: RLIMIT_CORE, soft: 0, hard: 0}]"), inherited, 1048576, false, none},

		{"the agent grants nothing any more", asks("[{type: nofile, soft: 7000, hard: 15000}]"), inherited, 0, false, none},

		{"any pod gets what it wants", asks("[{type: nofile, soft: 7000, hard: 15000}]"), inherited, 1048576, true, to(7000, 15000)},
		{"with prefix and in any case", asks("[{type: RLimit_NoFile, soft: 7000, hard: 15000}]"), inherited, 1048576, true, to(7000, 15000)},
		{"as JSON", asks(`[{"type":"NOFILE","soft":7000,"hard":15000}]`), inherited, 1048576, true, to(7000, 15000)},
		{"next to other limits", asks("- type: core\n  soft: 0\n  hard: 0\n- type: nofile\n  soft: 7000\n  hard: 15000\n"), inherited, 1048576, true, to(7000, 15000)},
		{"next to unknown limits", asks("[{type: bananas, soft: 1, hard: 1}, {type: nofile, soft: 7000, hard: 15000}]"), inherited, 1048576, true, to(7000, 15000)},
		{"also less than it has", asks("[{type: nofile, soft: 512, hard: 512}]"), inherited, 1048576, true, to(512, 512)},
		{"but no more than the limit", asks("[{type: nofile, soft: 7000, hard: 2000000}]"), inherited, 20000, true, to(7000, 20000)},
		{"neither soft nor hard", asks("[{type: nofile, soft: 18446744073709551615, hard: 18446744073709551615}]"), inherited, 20000, true, to(20000, 20000)},
		{"what it has already", asks("[{type: nofile, soft: 1024, hard: 524288}]"), inherited, 1048576, true, none},
		{"a maximum is for tuned pods", map[string]string{maximum: "server=100"}, inherited, 1048576, false, none},

		{"a tuned pod is raised", tunedAsks("[{type: nofile, soft: 600000, hard: 600000}]"), inherited, 1048576, true, to(600000, 600000)},
		{"soft alone where hard suffices", tunedAsks("[{type: nofile, soft: 15000, hard: 15000}]"), inherited, 1048576, true, to(15000, 524288)},
		{"never lowered", tunedAsks("[{type: nofile, soft: 512, hard: 512}]"), inherited, 1048576, true, none},
		{"not by the limit either", tunedAsks("[{type: nofile, soft: 600000, hard: 600000}]"), inherited, 20000, true, to(20000, 524288)},
		{"up to the limit", tunedAsks("[{type: nofile, soft: 600000, hard: 600000}]"), Limits{1024, 4096}, 20000, true, to(20000, 20000)},
		{"lowered to its maximum", tunedMaximum("", "server=65536"), Limits{1048576, 1048576}, 1048576, true, to(65536, 65536)},
		{"raised to its maximum", tunedMaximum("[{type: nofile, soft: 100000, hard: 100000}]", "server=65536"), inherited, 1048576, true, to(65536, 65536)},
		{"raised below its maximum", tunedMaximum("[{type: nofile, soft: 60000, hard: 60000}]", "server=65536"), inherited, 1048576, true, to(60000, 65536)},
		{"a maximum of several containers", tunedMaximum("", "other=5, server=65536"), inherited, 1048576, true, to(1024, 65536)},
		{"a maximum of another container", tunedMaximum("", "other=5"), inherited, 1048576, false, none},
		{"a maximum above what it has", tunedMaximum("", "server=1048576"), inherited, 1048576, true, none},
	} {
		t.Run(test.name, func(t *testing.T) {
			wish, problem := FromAnnotations(test.annotations, "server")
			got := wish.Decide(test.present, test.limit)
			if problem != nil || got.Asked != test.asked {
				t.Errorf("asked %v, problem %v", got.Asked, problem)
			}
			if (got.Grant == nil) != (test.grant == nil) || got.Grant != nil && *got.Grant != *test.grant {
				t.Errorf("grants %v, want %v", got.Grant, test.grant)
			}
		})
	}
}

func TestWhatIsNotUnderstoodIsNotGranted(t *testing.T) {
	for name, annotations := range map[string]map[string]string{
		"no list":          asks("nofile=1:2"),
		"no YAML":          asks("[{type: nofile, soft: 1, hard: 2"),
		"a negative":       asks("[{type: nofile, soft: -1, hard: -1}]"),
		"texts":            asks(`[{type: nofile, soft: "7000", hard: "15000"}]`),
		"a fraction":       asks("[{type: nofile, soft: 1.5, hard: 2.5}]"),
		"unlimited":        asks("[{type: nofile, soft: unlimited, hard: unlimited}]"),
		"beyond 64 bits":   asks("[{type: nofile, soft: 1, hard: 18446744073709551616}]"),
		"soft above hard":  asks("[{type: nofile, soft: 15000, hard: 7000}]"),
		"no soft":          asks("[{type: nofile, hard: 7000}]"),
		"no hard":          asks("[{type: nofile, soft: 7000}]"),
		"nothing at all":   asks("[{type: nofile, soft: 0, hard: 7000}]"),
		"twice":            asks("[{type: nofile, soft: 1, hard: 2}, {type: RLIMIT_NOFILE, soft: 3, hard: 4}]"),
		"too long":         asks("[" + strings.Repeat("{type: core, soft: 1, hard: 1},", 1000) + "]"),
		"deep":             asks(strings.Repeat("[", 4000)),
		"aliases":          asks("a: &a [x,x,x,x]\nb: &b [*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b]\nd: [*c,*c,*c,*c]"),
		"no number":        tunedMaximum("", "server=many"),
		"zero":             tunedMaximum("", "server=0"),
		"a negative most":  tunedMaximum("", "server=-5"),
		"a number missing": tunedMaximum("", "server"),
	} {
		t.Run(name, func(t *testing.T) {
			wish, problem := FromAnnotations(annotations, "server")
			if got := wish.Decide(inherited, 1048576); got.Grant != nil || problem == nil {
				t.Errorf("grants %v, problem %v", got.Grant, problem)
			}
		})
	}
}

func FuzzAnnotations(f *testing.F) {
	f.Add("[{type: nofile, soft: 7000, hard: 15000}]", "server=5")
	f.Add("&a [*a]", ",=,server=")
	f.Fuzz(func(t *testing.T, text, most string) {
		for _, annotations := range []map[string]string{asks(text), tunedMaximum(text, most)} {
			wish, _ := FromAnnotations(annotations, "server")
			if grant := wish.Decide(inherited, 20000).Grant; grant != nil && (grant.Soft == 0 || grant.Soft > grant.Hard || grant.Hard > inherited.Hard) {
				t.Errorf("%q, %q: granted %v", text, most, *grant)
			}
		}
	})
}

// A pod's own request comes before that of its plan, and then only raises, as after admission.
func TestAPodsOwnRequestIsKeptWithinItsPlan(t *testing.T) {
	own, planned := &Limits{7000, 15000}, &Limits{9000, 9000}
	if got := (Wish{Limits: own}).Within(Wish{Limits: planned, Maximum: 10000, RaiseOnly: true}); got != (Wish{own, 10000, true}) {
		t.Errorf("got %+v", got)
	}
	if got := (Wish{}).Within(Wish{Limits: planned, RaiseOnly: true}); got != (Wish{planned, 0, true}) {
		t.Errorf("got %+v", got)
	}
}
