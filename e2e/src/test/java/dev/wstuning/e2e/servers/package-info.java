/** The matrix of real servers and ways to tune them, which docs/servers.md shows. */
package dev.wstuning.e2e.servers;
