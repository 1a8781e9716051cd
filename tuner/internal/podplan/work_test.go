package podplan

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"wstuning.dev/tuner/internal/sockopt"
)

const aHash = "v1:0123456789ab"

func planOf(arguments ...string) Plan { return Plan{Via: NodeAgent, Hash: aHash, Arguments: arguments} }

func TestAPlanWantsWhatItsArgumentsSay(t *testing.T) {
	work, err := planOf("apply", "--plan="+aHash, "--on-error=hold", "--keepalive=300/10/5", "--user-timeout=340", "--override",
		"net.ipv4.tcp_keepalive_time=300", "net.ipv4.tcp_rmem=4096 131072 6291456").Work()
	if err != nil {
		t.Fatal(err)
	}
	want := sockopt.Keepalive{TimeSeconds: 300, IntervalSeconds: 10, Probes: 5}
	if !work.Hold || *work.Options.Keepalive != want || work.Options.UserTimeoutSeconds != 340 || !work.Options.Override ||
		len(work.Settings) != 2 || work.Settings[1].Value != "4096 131072 6291456" {
		t.Errorf("read %+v", work)
	}
	if work, err = planOf("apply", "--plan="+aHash, "--on-error=start", "net.ipv4.tcp_retries2=8").Work(); err != nil || work.Hold || work.Options.Wanted() {
		t.Errorf("read %+v, %v", work, err)
	}
	if work, err = planOf().Work(); err != nil || len(work.Settings) != 0 {
		t.Errorf("without arguments: %+v, %v", work, err)
	}
}

// What the operator of a newer version wrote must not be done in part.
func TestAPlanThatIsNotUnderstoodIsRefused(t *testing.T) {
	long := []string{"apply", "--plan=" + aHash}
	for i := range 2000 {
		long = append(long, fmt.Sprintf("net.x%d=1", i))
	}
	for why, plan := range map[string]Plan{
		"command":        planOf("preload", "--plan="+aHash),
		"not defined":    planOf("apply", "--plan="+aHash, "--to=/wstuning"),
		"--plan":         planOf("apply", "--plan=v1:ffffffffffff"),
		"not understood": planOf("apply", "--plan="+aHash, "--on-error=later"),
		"unknown key":    planOf("apply", "--plan="+aHash, "net.ipv4.ip_forward=1"),
		"kernel.":        planOf("apply", "--plan="+aHash, "kernel.core_pattern=|/bin/sh"),
		"cannot be \"2":  planOf("apply", "--plan="+aHash, "net.ipv4.tcp_retries2=2"),
		"--keepalive":    planOf("apply", "--plan="+aHash, "--keepalive=0/10/5"),
		"bytes":          planOf(long...),
		"plan cannot be": {Via: NodeAgent, Hash: "../../etc"},
	} {
		if work, err := plan.Work(); err == nil || !strings.Contains(err.Error(), why) {
			t.Errorf("%s: %+v, %v", why, work, err)
		}
	}
}

func TestAnUnknownOperatorSelectsNothing(t *testing.T) {
	selector := Selector{MatchLabels: map[string]string{"app": "chat"}, MatchExpressions: []Requirement{{Key: "app", Operator: "Like", Values: []string{"c*"}}}}
	if selector.Matches(map[string]string{"app": "chat"}) {
		t.Error("it matches")
	}
	if (Selector{}).Matches(map[string]string{"app": "chat"}) {
		t.Error("an empty selector matches")
	}
}

func TestAPlanTunesIfItHasSomethingToDo(t *testing.T) {
	for want, plans := range map[bool][]Plan{
		true:  {planOf("apply"), {Via: NodeAgent, Hash: aHash, OpenFiles: &OpenFiles{Minimum: 1}}},
		false: {{Via: Admission, Hash: aHash, Arguments: []string{"apply"}}, {Via: NodeAgent, Hash: aHash}, {Via: NodeAgent, Arguments: []string{"apply"}}, {Via: "Later", Hash: aHash, Arguments: []string{"apply"}}},
	} {
		for _, plan := range plans {
			if plan.Tunes() != want {
				t.Errorf("%+v tunes: %v", plan, !want)
			}
		}
	}
}

func TestASetHasThePlansOfEachNamespace(t *testing.T) {
	set := NewSet()
	named := func(name string, second int64) Named { return Named{name, Plan{Created: time.Unix(second, 0)}} }
	names := func(namespace string) (all string) {
		plans, _ := set.Of(namespace)
		for _, plan := range plans {
			all += fmt.Sprintf("%s@%d ", plan.Name, plan.Created.Unix())
		}
		return strings.TrimSpace(all)
	}
	set.Put("chat", named("b", 1))
	if set.Known() {
		t.Error("it is known before all were listed")
	}
	set.Put("chat", named("a", 1))
	before, _ := set.Of("chat")
	set.Put("chat", named("b", 2))
	set.Put("mail", named("m", 1))
	if got := names("chat"); got != "a@1 b@2" || before[1].Created.Unix() != 1 {
		t.Errorf("it has %s, and gave out %v before", got, before)
	}
	set.Remove("mail", "m")
	set.Remove("mail", "m")
	if all := set.All(); len(all) != 1 {
		t.Errorf("it has %v", all)
	}
	set.Replace(func() map[string][]Named { return map[string][]Named{"mail": {named("n", 1), named("m", 1)}} })
	if got := names("mail"); got != "m@1 n@1" || names("chat") != "" || !set.Known() {
		t.Errorf("it has %s and %s", got, names("chat"))
	}
}
