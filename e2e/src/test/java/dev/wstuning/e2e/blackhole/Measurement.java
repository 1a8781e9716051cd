package dev.wstuning.e2e.blackhole;

import java.time.Duration;

/**
 * What came of a {@link DeadPeerCase}.
 *
 * @param found until the server's connection was gone, counted from where the prediction counts:
 *     from when the peer was last heard, or from the first data that it did not acknowledge
 * @param sinceVanished the same since the peer's packets were dropped
 */
record Measurement(DeadPeerCase of, Duration found, Duration sinceVanished) {}
