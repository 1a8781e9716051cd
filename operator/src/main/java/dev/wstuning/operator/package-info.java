/** Wires the operator of WebSocket Tuning together; nothing else is here. */
package dev.wstuning.operator;
