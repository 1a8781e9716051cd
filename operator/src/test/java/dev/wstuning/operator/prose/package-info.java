/** Checks what people read: the English of docs, comments and messages, and the links of pages. */
package dev.wstuning.operator.prose;
