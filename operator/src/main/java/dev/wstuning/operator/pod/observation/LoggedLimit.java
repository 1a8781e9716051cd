package dev.wstuning.operator.pod.observation;

import java.util.Optional;

/**
 * What a server's log says of its limit of open files. It corroborates, and decides nothing.
 *
 * @param limit the limit, or {@code unknown} where the server says so; empty if it says nothing
 * @param problem why the log could not be read; empty if it could
 */
public record LoggedLimit(Optional<String> limit, Optional<String> problem) {}
