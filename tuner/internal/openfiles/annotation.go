// Package openfiles decides which open files limit a container is given, and reads from the annotations of its pod what is
// wanted. It is pure, and never fails: what it does not understand it does not grant.
package openfiles

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"sigs.k8s.io/yaml"
)

const (
	// ulimits of one container, in the format of the ulimit-adjuster of github.com/containerd/nri.
	ulimits = "ulimits.noderesource.dev/container."
	// tuned marks pods of the operator: their annotations only raise the limit.
	tuned = "wstuning.dev/tuning"
	// maximum lowers: NAME=NUMBER for containers of a tuned pod, separated by commas.
	maximum = "wstuning.dev/open-files-maximum"

	longest = 4096 // bytes of an annotation; a list of all sixteen limits has a quarter of that
)

// Limits are the two values of RLIMIT_NOFILE, in descriptors.
type Limits struct{ Soft, Hard uint64 }

type ulimit struct {
	Type string  `json:"type"`
	Soft *uint64 `json:"soft"`
	Hard *uint64 `json:"hard"`
}

// FromAnnotations reads what a pod wants for one of its containers. What is not understood is left out of the wish.
//
// Pods of the operator are only raised, and then lowered to their maximum if they have one. Others get exactly what they want,
// as from the ulimit-adjuster.
func FromAnnotations(annotations map[string]string, container string) (wish Wish, problem error) {
	limits, err := wanted(annotations, container)
	if err != nil {
		problem = fmt.Errorf("annotation %s%s: %w", ulimits, container, err)
	}
	wish.Limits = limits
	if _, wish.RaiseOnly = annotations[tuned]; wish.RaiseOnly {
		if wish.Maximum, err = highest(annotations, container); err != nil {
			problem = errors.Join(problem, fmt.Errorf("annotation %s: %w", maximum, err))
		}
	}
	return wish, problem
}

// wanted finds the limits that the annotations want for the container; nil if there are none.
func wanted(annotations map[string]string, container string) (*Limits, error) {
	text := annotations[ulimits+container]
	if text == "" {
		return nil, nil
	}
	if len(text) > longest {
		return nil, fmt.Errorf("it has %d bytes, more than %d", len(text), longest)
	}
	var list []ulimit
	if err := yaml.Unmarshal([]byte(text), &list); err != nil {
		return nil, errors.New("it is not a list such as [{type: nofile, soft: 1024, hard: 4096}]")
	}
	var found *Limits
	for _, limit := range list {
		if strings.TrimPrefix(strings.ToUpper(limit.Type), "RLIMIT_") != "NOFILE" {
			continue
		}
		if found != nil {
			return nil, errors.New("it has nofile more than once")
		}
		if limit.Soft == nil || limit.Hard == nil || *limit.Soft == 0 || *limit.Soft > *limit.Hard {
			return nil, errors.New("nofile needs soft and hard, and 0 < soft <= hard")
		}
		found = &Limits{*limit.Soft, *limit.Hard}
	}
	return found, nil
}

// highest finds the maximum that the annotations set for the container; 0 if they don't.
func highest(annotations map[string]string, container string) (uint64, error) {
	for pair := range strings.SplitSeq(annotations[maximum], ",") {
		name, value, _ := strings.Cut(strings.TrimSpace(pair), "=")
		if name != container {
			continue
		}
		number, err := strconv.ParseUint(value, 10, 64)
		if err != nil || number == 0 {
			return 0, fmt.Errorf("%q is not NAME=NUMBER", pair)
		}
		return number, nil
	}
	return 0, nil
}
