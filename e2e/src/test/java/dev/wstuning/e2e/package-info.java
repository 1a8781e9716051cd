/** Tests on a real cluster: what only an API server, a kubelet and a kernel can answer. */
package dev.wstuning.e2e;
