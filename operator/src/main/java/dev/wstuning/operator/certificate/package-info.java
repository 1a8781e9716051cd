/** The certificate authority of the webhook, and the certificates that it issues to replicas. */
package dev.wstuning.operator.certificate;
