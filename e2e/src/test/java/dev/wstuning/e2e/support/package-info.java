/** What the stories share: the cluster, the servers, and readings of the host that trust nobody. */
package dev.wstuning.e2e.support;
