// Package install writes the manifest that installs images from a registry.
package install

import (
	"fmt"
	"regexp"
	"strings"
)

// Render puts pushed references, by digest, in place of the local ones. The manifest names the tuner's image more than
// once, since a policy compares it, so a local reference that is left over would be an operator that is refused.
func Render(manifest string, pushed map[string]string) (string, error) {
	for local, reference := range pushed {
		exact := regexp.MustCompile(`(^|[\s'"])` + regexp.QuoteMeta(local) + `($|[\s'"])`)
		if !exact.MatchString(manifest) {
			return "", fmt.Errorf("the manifest does not name the image %s", local)
		}
		manifest = exact.ReplaceAllString(manifest, "${1}"+strings.ReplaceAll(reference, "$", "$$")+"${2}")
	}
	if left := local.FindString(manifest); left != "" {
		return "", fmt.Errorf("the manifest names %s, which was not pushed", left)
	}
	return manifest, nil
}

var local = regexp.MustCompile(`localhost/wstuning/[^\s'"]+`)
