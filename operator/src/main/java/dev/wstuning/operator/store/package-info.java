/** Keeps what the operator needs to know of objects that are too many to be kept whole. */
package dev.wstuning.operator.store;
