/** Stories of node tunings: what is written to the node that the tests run on, and taken back. */
package dev.wstuning.e2e.node;
