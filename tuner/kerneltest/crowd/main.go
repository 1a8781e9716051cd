// Command crowd is a WebSocket server, and a client that opens as many connections to it as it takes.
//
//	crowd serve ADDRESS                    echo messages; "ready" is printed when it listens
//	crowd open [flags] ADDRESS SOURCE...   open connections, from each source in turn, and print what was reached as JSON
//
// Both leave their open files limit as they were given it, as Python, Ruby or BEAM do and Go does not.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"log"
	"os"
	"runtime"
	"time"

	"wstuning.dev/tuner/internal/rlimit"
)

func main() {
	log.SetFlags(0)
	if err := run(os.Args[1], os.Args[2:]); err != nil {
		log.Fatalf("crowd: %v", err)
	}
}

func run(role string, arguments []string) error {
	if _, err := rlimit.Inherited(); err != nil {
		return err
	}
	flags := flag.NewFlagSet(role, flag.ExitOnError)
	wanted := flags.Int("connections", 100, "how many to open")
	patience := flags.Duration("patience", 10*time.Second, "how long a handshake or an echo may take")
	if err := flags.Parse(arguments); err != nil {
		return err
	}
	if role == "serve" {
		return serve(flags.Arg(0))
	}
	held := &crowd{server: flags.Arg(0), sources: flags.Args()[1:], patience: *patience}
	if err := json.NewEncoder(os.Stdout).Encode(held.open(*wanted)); err != nil {
		return err
	}
	fmt.Println("ready")
	time.Sleep(time.Hour)
	runtime.KeepAlive(held)
	return nil
}
