package dev.wstuning.operator.pod.suspension;

import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * A call of an API server about a pod that is being created.
 *
 * @param request the uid of the request
 * @param name of the pod; empty if the API server makes one up
 * @param dryRun whether the pod will not exist in any case
 * @param connected whether the API server still holds the connection of the call. One that gave up
 *     waiting closes it (net/http of Go does so for HTTP/1.1, which API servers use for webhooks),
 *     and creates the pod without what was answered, or refuses it for want of an answer
 */
public record Call(
    String request, Optional<String> name, boolean dryRun, BooleanSupplier connected) {}
