// Package kerneltest runs real servers with the preload library, in network namespaces of their own, and reads the
// options of their sockets from the kernel: by a duplicate of the server's descriptor, and as ss(8) shows them.
//
// The tests need root and the packages of "e2e/cluster/packages tests"; WST_UNPRIVILEGED=1 leaves them out.
package kerneltest
