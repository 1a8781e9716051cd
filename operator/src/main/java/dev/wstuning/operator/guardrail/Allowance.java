package dev.wstuning.operator.guardrail;

import java.util.Optional;

/**
 * What the cluster's administrator allows in one namespace.
 *
 * @param privilege why no container may be privileged; empty if one may
 * @param change why nothing may be changed; empty if it may
 */
public record Allowance(Optional<Refusal> privilege, Optional<Refusal> change) {

  /** Everything. */
  public static final Allowance ALL = new Allowance(Optional.empty(), Optional.empty());
}
