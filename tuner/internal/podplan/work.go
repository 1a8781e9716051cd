package podplan

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"regexp"

	"wstuning.dev/tuner/internal/sockopt"
	"wstuning.dev/tuner/internal/sysctl"
)

// Work is what the arguments of a plan want, checked as an init container checks them.
type Work struct {
	Settings []sysctl.Setting
	Options  sockopt.Options
	Hold     bool // the server does not start unless all of it is done
}

// most bounds the arguments of a plan, in bytes. A plan with every key has a third of that.
const most = 8192

var hash = regexp.MustCompile(`^v[0-9]{1,3}:[0-9a-f]{12}$`)

// Work reads the arguments. Those of a newer version that are not understood are an error, and the pod is not tuned then.
func (p Plan) Work() (Work, error) {
	if !hash.MatchString(p.Hash) {
		return Work{}, fmt.Errorf("its plan cannot be %.64q", p.Hash)
	}
	if len(p.Arguments) == 0 {
		return Work{}, nil
	}
	size := 0
	for _, argument := range p.Arguments {
		size += len(argument)
	}
	if size > most {
		return Work{}, fmt.Errorf("its arguments have %d bytes, more than %d", size, most)
	}
	return p.parse()
}

func (p Plan) parse() (Work, error) {
	if p.Arguments[0] != "apply" {
		return Work{}, fmt.Errorf("the agent has no command %.64q", p.Arguments[0])
	}
	flags := flag.NewFlagSet("plan", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	plan := flags.String("plan", "", "")
	onError := flags.String("on-error", "start", "")
	wanted := sockopt.AddFlags(flags)
	if err := flags.Parse(p.Arguments[1:]); err != nil {
		return Work{}, err
	}
	options, err := wanted.Parse()
	if err != nil {
		return Work{}, err
	}
	if *plan != p.Hash || *onError != "start" && *onError != "hold" {
		return Work{}, errors.New("its --plan or --on-error is not understood")
	}
	settings, err := sysctl.ParseSettings(flags.Args())
	return Work{settings, options, *onError == "hold"}, err
}
