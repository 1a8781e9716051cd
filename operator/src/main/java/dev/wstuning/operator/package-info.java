/** The operator of WebSocket Tuning: wiring only. */
package dev.wstuning.operator;
