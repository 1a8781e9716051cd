package nri

import (
	"fmt"
	"strconv"
	"strings"
)

// runtime is the one at the other end of the connection.
type runtime struct {
	name, version string
	nri           string // the version of NRI in it, as it reports it, or as its own version shows
}

// noSysctls is why the runtime is not given sysctls; empty if it can have them. Versions of NRI before 0.11 do not know them, and
// 0.11 ends the runtime by a write into a map that it did not make (adjustSysctl in its pkg/adaptation/result.go): so what is not
// known to have a newer one is not tried. The go.mod of containerd 2.3.0 has NRI 0.12.
func (r runtime) noSysctls() string {
	if atLeast(r.nri, 0, 12) || r.name == "containerd" && atLeast(r.version, 2, 3) {
		return ""
	}
	return fmt.Sprintf("the container runtime, %.32s %.32s, has NRI %.32s, and sysctls need 0.12. Next: update it, containerd to 2.3 or newer, or write via: Admission",
		r.name, strings.TrimPrefix(r.version, "v"), strings.TrimPrefix(r.nri, "v"))
}

// atLeast compares a version such as v2.3.7. What comes before a release counts as the release before that.
func atLeast(version string, major, minor int) bool {
	release, pre, _ := strings.Cut(strings.TrimPrefix(version, "v"), "-")
	fields := strings.Split(release, ".")
	if len(fields) != 3 {
		return false
	}
	hasMajor, majorErr := strconv.Atoi(fields[0])
	hasMinor, minorErr := strconv.Atoi(fields[1])
	if majorErr != nil || minorErr != nil {
		return false
	}
	if pre != "" && fields[2] == "0" {
		hasMinor--
	}
	return hasMajor > major || hasMajor == major && hasMinor >= minor
}
