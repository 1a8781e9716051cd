// Package cli is how the programs of this module take their flags, and say what is wrong with them.
package cli

import (
	"errors"
	"flag"
	"fmt"
	"io"
)

// ErrUsage marks mistakes in the arguments.
var ErrUsage = errors.New("wrong usage")

// UsageError marks err as a mistake in the arguments.
func UsageError(err error) error { return fmt.Errorf("%w: %w", ErrUsage, err) }

// Parse prints the help on stdout if --help is given, and leaves mistakes to the caller. The name of the set is the
// program's and the command's, such as "tuner apply".
func Parse(flags *flag.FlagSet, help string, arguments []string, stdout io.Writer) error {
	flags.SetOutput(io.Discard)
	flags.Usage = func() {}
	err := flags.Parse(arguments)
	switch {
	case errors.Is(err, flag.ErrHelp):
		flags.SetOutput(stdout)
		fmt.Fprint(stdout, help+"\nFlags:\n")
		flags.PrintDefaults()
		return err
	case err != nil:
		return UsageError(fmt.Errorf("%w: see %s --help", err, flags.Name()))
	}
	return nil
}

// NoArguments refuses what is left after the flags.
func NoArguments(flags *flag.FlagSet) error {
	if flags.NArg() > 0 {
		return UsageError(fmt.Errorf("unexpected argument %q: see %s --help", flags.Arg(0), flags.Name()))
	}
	return nil
}
