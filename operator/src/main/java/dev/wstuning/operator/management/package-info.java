/** What the kubelet checks: whether a replica lives and is ready. */
package dev.wstuning.operator.management;
