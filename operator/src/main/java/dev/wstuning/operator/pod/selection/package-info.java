/** Which pods a tuning selects and owns, and which are left alone. */
package dev.wstuning.operator.pod.selection;
