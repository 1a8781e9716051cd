/** Sends ephemeral containers into running pods, and reads what they report. */
package dev.wstuning.operator.pod.observer;
