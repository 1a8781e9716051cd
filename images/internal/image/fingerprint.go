package image

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
)

// format changes when equal descriptions are to give other bytes than before.
const format = "1"

// Fingerprint is equal for images that would come out equal. Taking it is far cheaper than building, which compresses.
func (i Image) Fingerprint() (string, error) {
	sum := sha256.New()
	fmt.Fprintln(sum, format, i.Name)
	for _, variant := range i.Variants {
		config, err := json.Marshal(variant.Config)
		if err != nil {
			return "", err
		}
		fmt.Fprintln(sum, variant.Architecture, string(config))
		for _, layer := range variant.Layers {
			fmt.Fprintf(sum, "%q\n", layer.Comment)
			if err := layer.fingerprint(sum); err != nil {
				return "", err
			}
		}
	}
	return hex.EncodeToString(sum.Sum(nil)), nil
}

func (l Layer) fingerprint(w io.Writer) error {
	sum := sha256.New()
	if err := l.tarball(sum); err != nil {
		return err
	}
	_, err := fmt.Fprintf(w, "%x\n", sum.Sum(nil))
	return err
}
