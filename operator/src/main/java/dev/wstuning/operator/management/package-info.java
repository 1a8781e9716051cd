/** What the kubelet asks of a replica. */
package dev.wstuning.operator.management;
