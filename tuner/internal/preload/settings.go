// Package preload puts the preload library, with the wanted options filled into it, where a server finds it.
package preload

import (
	"bytes"
	"encoding/binary"
	"fmt"

	"wstuning.dev/tuner/internal/sockopt"
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
}

// version is that of the block's layout.
const version = 1

var magic = [24]byte([]byte("wstuning-settings\x00\x00\x00\x00\x00\x00\x00"))

// fill returns a copy of the library that has the options.
func fill(library []byte, options sockopt.Options) ([]byte, error) {
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
	_, err := binary.Encode(filled[at:], binary.LittleEndian, wanted(options))
	return filled, err
}

func wanted(options sockopt.Options) settings {
	block := settings{Magic: magic, Version: version, UserTimeout: uint32(options.UserTimeoutSeconds) * 1000}
	if keepalive := options.Keepalive; keepalive != nil {
		block.KeepaliveTime = uint32(keepalive.TimeSeconds)
		block.KeepaliveInterval = uint32(keepalive.IntervalSeconds)
		block.KeepaliveProbes = uint32(keepalive.Probes)
	}
	if options.Override {
		block.Override = 1
	}
	return block
}
