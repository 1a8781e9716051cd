// Package java makes a small Java runtime from the JDK of this machine, and archives of classes for quick starts.
package java

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
)

// modules is what the operator and its libraries use. jdeps would find more, since it cannot know that databases
// (java.sql) and windows (java.desktop) are for code paths of Jackson and Logback that are never taken.
var modules = []string{
	"java.base",
	"java.logging",       // of libraries that log through the JDK
	"java.management",    // beans of memory and garbage collection
	"java.naming",        // LDAP names in certificates; Logback looks for it
	"java.net.http",      // the client of the Kubernetes API
	"java.xml",           // Logback's configuration
	"jdk.crypto.ec",      // elliptic curves of TLS; part of java.base from 22 on, the module stays
	"jdk.jfr",            // flight recordings of a running operator
	"jdk.management",     // the container's memory and CPU
	"jdk.net",            // keepalive options of sockets
	"jdk.unsupported",    // sun.misc.Unsafe of libraries
	"jdk.zipfs",          // jars as file systems
	"java.security.jgss", // the HTTP client's authentication schemes refer to it
}

var jlinkOptions = []string{"--no-header-files", "--no-man-pages", "--strip-java-debug-attributes", "--vm=server"}

// Runtime links the modules into a runtime in a folder of the cache, and returns that folder. One that is there
// already is complete. The class library is not compressed: layers are, and plain it is loaded faster. Only one process
// may use the cache.
func Runtime(ctx context.Context, cache string) (string, error) {
	home, release, err := jdk()
	if err != nil {
		return "", err
	}
	key := sha256.Sum256([]byte(release + strings.Join(modules, ",") + strings.Join(jlinkOptions, " ")))
	runtime := filepath.Join(cache, "jre", hex.EncodeToString(key[:6]))
	if _, err := os.Stat(runtime); err == nil {
		return runtime, nil
	}
	if err := os.MkdirAll(filepath.Dir(runtime), 0o755); err != nil {
		return "", err
	}
	work := runtime + ".unfinished"
	if err := os.RemoveAll(work); err != nil {
		return "", err
	}
	args := append([]string{"--add-modules", strings.Join(modules, ","), "--output", work}, jlinkOptions...)
	if said, err := exec.CommandContext(ctx, filepath.Join(home, "bin", "jlink"), args...).CombinedOutput(); err != nil {
		return "", fmt.Errorf("link a Java runtime with the JDK in %s: %w\n%s%s", home, err, said, hint(home))
	}
	return runtime, os.Rename(work, runtime)
}

// hint explains the commonest failure: some distributions package the modules to link on their own.
func hint(home string) string {
	if _, err := os.Stat(filepath.Join(home, "jmods", "java.base.jmod")); err == nil {
		return ""
	}
	return "This JDK has no jmods folder. Install the package with it (Debian: openjdk-17-jdk-headless, " +
		"Fedora: java-17-openjdk-jmods), or set JAVA_HOME to a JDK that has one."
}

const oldest = 17

var javaVersion = regexp.MustCompile(`(?m)^JAVA_VERSION="(\d+)`)

// jdk finds the JDK by JAVA_HOME, else by jlink on the PATH, and returns its folder and its release file.
func jdk() (home, release string, err error) {
	home = os.Getenv("JAVA_HOME")
	if home == "" {
		tool, err := exec.LookPath("jlink")
		if err != nil {
			return "", "", fmt.Errorf("find a JDK: %w; install one (Debian: openjdk-17-jdk-headless) or set JAVA_HOME", err)
		}
		if tool, err = filepath.EvalSymlinks(tool); err != nil {
			return "", "", err
		}
		home = filepath.Dir(filepath.Dir(tool))
	}
	content, err := os.ReadFile(filepath.Join(home, "release"))
	if err != nil {
		return "", "", fmt.Errorf("find a JDK: %w; set JAVA_HOME to one", err)
	}
	if version := javaVersion.FindSubmatch(content); version == nil {
		return "", "", fmt.Errorf("%s/release names no JAVA_VERSION; set JAVA_HOME to a JDK", home)
	} else if major, _ := strconv.Atoi(string(version[1])); major < oldest {
		return "", "", fmt.Errorf("the JDK in %s is version %s, the operator needs %d or later; set JAVA_HOME to one",
			home, version[1], oldest)
	}
	return home, string(content), nil
}
