package sysctl

import (
	"fmt"
	"strconv"
	"strings"
)

// Setting is a key with a value that was checked against it.
type Setting struct {
	Key   Key
	Value string
}

// ParseSettings checks KEY=VALUE arguments, all of them before any is used. Its errors say what to write instead.
func ParseSettings(arguments []string) ([]Setting, error) {
	settings := make([]Setting, len(arguments))
	seen := map[string]bool{}
	for i, argument := range arguments {
		name, value, found := strings.Cut(argument, "=")
		if !found {
			return nil, fmt.Errorf("argument %q has no value: write KEY=VALUE, such as net.ipv4.tcp_keepalive_time=300", argument)
		}
		key, err := distinctKey(name, seen)
		if err != nil {
			return nil, err
		}
		if err := key.Check(value); err != nil {
			return nil, err
		}
		settings[i] = Setting{key, value}
	}
	return settings, nil
}

// ParseKeys looks up names, none of them twice.
func ParseKeys(names []string) ([]Key, error) {
	found := make([]Key, len(names))
	seen := map[string]bool{}
	for i, name := range names {
		key, err := distinctKey(name, seen)
		if err != nil {
			return nil, err
		}
		found[i] = key
	}
	return found, nil
}

func distinctKey(name string, seen map[string]bool) (Key, error) {
	key, known := Lookup(name)
	if !known {
		return Key{}, fmt.Errorf("unknown key %q: use one of %s", name, names())
	}
	if seen[name] {
		return Key{}, fmt.Errorf("key %s is given twice: give each key once", name)
	}
	seen[name] = true
	return key, nil
}

// Check reports whether the kernel may be given this value: nothing but digits and single spaces, within the bounds.
func (k Key) Check(value string) error {
	fields := strings.Split(value, " ")
	if len(fields) != k.Fields {
		return k.refuse(value)
	}
	least := k.Min
	for _, field := range fields {
		number, ok := parseNumber(field)
		if !ok || number < least || number > k.Max {
			return k.refuse(value)
		}
		least = number
	}
	return nil
}

// parseNumber is stricter than the kernel, which would also take signs, octal numbers and surrounding white space.
func parseNumber(text string) (uint64, bool) {
	number, err := strconv.ParseUint(text, 10, 64)
	return number, err == nil && strconv.FormatUint(number, 10) == text
}

func (k Key) refuse(value string) error {
	what := "a whole number"
	if k.Fields > 1 {
		what = fmt.Sprintf("%d whole numbers in ascending order, separated by single spaces, each", k.Fields)
	}
	return fmt.Errorf("%s cannot be %q: give %s from %d to %d, such as %q", k.Name, value, what, k.Min, k.Max, k.Example)
}
