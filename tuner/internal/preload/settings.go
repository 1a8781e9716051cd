// Package preload puts the preload library, with what is wanted filled into it, where a server finds it.
package preload

import (
	"bytes"
	"encoding/binary"
	"fmt"
)

// settings is the block that the library holds: struct settings of tuner/preload/settings.h.
type settings struct {
	Magic             [24]byte
	Version           uint32
	KeepaliveTime     uint32 // seconds
	KeepaliveInterval uint32 // seconds
	KeepaliveProbes   uint32
	UserTimeout       uint32 // milliseconds
	Override          uint32
	OpenFilesMinimum  uint32 // descriptors
	OpenFilesMaximum  uint32 // descriptors
}

// version is that of the block's layout.
const version = 2

var magic = [24]byte([]byte("wstuning-settings\x00\x00\x00\x00\x00\x00\x00"))

// fill returns a copy of the library that knows what is wanted.
func fill(library []byte, wanted Wanted) ([]byte, error) {
	if count := bytes.Count(library, magic[:]); count != 1 {
		return nil, fmt.Errorf("it has %d blocks for settings, not one", count)
	}
	at := bytes.Index(library, magic[:])
	var found settings
	if _, err := binary.Decode(library[at:], binary.LittleEndian, &found); err != nil {
		return nil, fmt.Errorf("its block for settings is cut off: %w", err)
	}
	if found.Version != version {
		return nil, fmt.Errorf("its settings have version %d, not %d", found.Version, version)
	}
	filled := bytes.Clone(library)
	_, err := binary.Encode(filled[at:], binary.LittleEndian, wanted.settings())
	return filled, err
}

func (w Wanted) settings() settings {
	block := settings{
		Magic: magic, Version: version, UserTimeout: uint32(w.Options.UserTimeoutSeconds) * 1000,
		OpenFilesMinimum: uint32(w.OpenFiles.Minimum), OpenFilesMaximum: uint32(w.OpenFiles.Maximum), // both within rlimit.MostFiles
	}
	if keepalive := w.Options.Keepalive; keepalive != nil {
		block.KeepaliveTime = uint32(keepalive.TimeSeconds)
		block.KeepaliveInterval = uint32(keepalive.IntervalSeconds)
		block.KeepaliveProbes = uint32(keepalive.Probes)
	}
	if w.Options.Override {
		block.Override = 1
	}
	return block
}
