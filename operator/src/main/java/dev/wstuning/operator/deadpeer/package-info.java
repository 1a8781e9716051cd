/** When a server notices that its peer is gone, as a model of the kernel's timers. */
package dev.wstuning.operator.deadpeer;
