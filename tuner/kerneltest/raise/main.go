// Command raise applies sysctls of this machine as the node agent does, without an API server: raise KEY=VALUE...
package main

import (
	"log"
	"os"
	"strings"
	"time"

	"wstuning.dev/tuner/internal/nodeapi"
	"wstuning.dev/tuner/internal/nodesettings"
	"wstuning.dev/tuner/internal/sysctl"
)

func main() {
	tree, err := sysctl.OpenNodeTree(sysctl.NodeRoot)
	if err != nil {
		log.Fatal(err)
	}
	defer tree.Close()
	var wanted []nodeapi.Sysctl
	for _, argument := range os.Args[1:] {
		name, value, _ := strings.Cut(argument, "=")
		wanted = append(wanted, nodeapi.Sysctl{Name: name, Value: value, Policy: nodeapi.AtLeast})
	}
	for _, setting := range nodesettings.NewSettler(tree, &memory{}, time.Now).Settle(wanted, 0) {
		if setting.Problem != "" {
			log.Fatalf("%s: %s", setting.Name, setting.Problem)
		}
	}
}

// memory is a journal that ends with this program.
type memory struct{ records []nodesettings.Record }

func (m *memory) Records() []nodesettings.Record { return m.records }

func (m *memory) Keep(records []nodesettings.Record) error {
	m.records = records
	return nil
}
