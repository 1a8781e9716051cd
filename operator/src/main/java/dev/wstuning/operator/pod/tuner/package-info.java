/** The contract with the tuner: the commands it gets and the reports it leaves. */
package dev.wstuning.operator.pod.tuner;
