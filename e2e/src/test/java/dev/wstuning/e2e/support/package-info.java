/** What stories share: the cluster, the servers, and readings of the host itself. */
package dev.wstuning.e2e.support;
