/** Peers that vanish without a word: how long the kernel keeps their connections, measured. */
package dev.wstuning.e2e.blackhole;
