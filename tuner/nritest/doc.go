// Package nritest connects the node agent's plugin and another one to a container runtime's side of the node resource
// interface. With WST_NRI, a folder with the sources of github.com/containerd/nri, the other one is the ulimit-adjuster
// that is in there.
package nritest
