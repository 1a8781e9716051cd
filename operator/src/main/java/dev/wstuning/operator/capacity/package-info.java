/** How many connections pods and nodes can hold, and how many are wanted. */
package dev.wstuning.operator.capacity;
