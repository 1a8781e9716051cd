package dev.wstuning.operator.pod.verdict;

import java.util.List;
import java.util.Optional;

/**
 * What keeps new pods from being tuned, or from starting; each is empty if nothing does.
 *
 * @param suspended the owners whose pods start untuned at the moment
 * @param webhookProblem why the API server does not reach the webhook
 * @param webhookDoubt why it is not known yet whether it does
 * @param creationProblem why pods cannot be created at the moment
 * @param startProblem why pods that were injected cannot start
 * @param noAgent why no agent of a node tunes pods, if the tuning leaves that to agents
 * @param actionProblem what the API server refused in this pass, or others undid
 */
public record Hindrances(
    List<SuspendedOwner> suspended,
    Optional<String> webhookProblem,
    Optional<String> webhookDoubt,
    Optional<String> creationProblem,
    Optional<String> startProblem,
    Optional<String> noAgent,
    Optional<String> actionProblem) {}
