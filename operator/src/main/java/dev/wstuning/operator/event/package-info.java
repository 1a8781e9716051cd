/** Events, which kubectl describe shows beside a resource. */
package dev.wstuning.operator.event;
