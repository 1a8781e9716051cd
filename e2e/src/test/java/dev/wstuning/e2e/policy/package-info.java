/** What the operator's service account may do, with the shipped RBAC and admission policies. */
package dev.wstuning.e2e.policy;
