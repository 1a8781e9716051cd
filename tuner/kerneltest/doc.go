// Package kerneltest runs the tuner's binary against the real kernel, in network and PID namespaces of its own, and
// compares what it reports with what /proc and ss(8) show from outside.
//
// The tests need root; WST_UNPRIVILEGED=1 leaves them out.
package kerneltest
