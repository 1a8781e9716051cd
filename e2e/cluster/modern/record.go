package modern

import (
	"wstuning.dev/e2e/cluster/jsonfile"
	"wstuning.dev/e2e/cluster/process"
)

// record is what has to be known to go on with a modern node after the program that started it has ended.
type record struct {
	// Key names the disk that it was made from.
	Key     string           `json:"key"`
	Process process.Identity `json:"process"`
	// LastBoot is what the cluster knew of the node when its present boot began.
	LastBoot string `json:"lastBoot"`
	// Complete is set when the node has been ready.
	Complete bool `json:"complete"`
}

// load returns nil when there is no modern node.
func load() (*record, error) { return jsonfile.Load[record](recordFile) }

func (r *record) save() error { return jsonfile.Save(recordFile, r) }
