/** What the operator's own containers may do, in both wings. */
package dev.wstuning.operator.podsecurity;
