/** A sample server of the stories. */
package dev.wstuning.servers;
