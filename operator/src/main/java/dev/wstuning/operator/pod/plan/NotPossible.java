package dev.wstuning.operator.pod.plan;

/**
 * A wish that a plan cannot fulfil.
 *
 * @param setting the sysctl's key, or the field of the spec
 * @param reason why, as a clause
 */
public record NotPossible(String setting, String reason) {

  @Override
  public String toString() {
    return setting + ": " + reason;
  }
}
