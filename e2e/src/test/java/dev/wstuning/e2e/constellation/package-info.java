/**
 * Servers in every layout that decides which process, which port and which moment is right to look
 * at; docs/constellations.md shows them.
 */
package dev.wstuning.e2e.constellation;
