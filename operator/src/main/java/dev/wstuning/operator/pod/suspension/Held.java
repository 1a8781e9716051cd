package dev.wstuning.operator.pod.suspension;

import java.time.Instant;

/**
 * An owner for which a replica steps aside.
 *
 * @param attempts how many failed
 * @param since when the first one did
 * @param nextTry from when on another one is due
 * @param anyway whether pods that are not tuned are refused, too
 */
public record Held(Target target, int attempts, Instant since, Instant nextTry, boolean anyway) {}
