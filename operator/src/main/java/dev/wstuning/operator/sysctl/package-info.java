/** The closed lists of kernel settings that tunings may write. */
package dev.wstuning.operator.sysctl;
