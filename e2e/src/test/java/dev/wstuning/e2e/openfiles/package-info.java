/**
 * The open files limit at boot: which mechanism sets it on a real node, what the status says of it,
 * and how many WebSockets a server then holds.
 */
package dev.wstuning.e2e.openfiles;
