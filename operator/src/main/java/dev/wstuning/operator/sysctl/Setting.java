package dev.wstuning.operator.sysctl;

/** A sysctl with the value that it should have. */
public record Setting(Sysctl sysctl, String value) {

  /** As {@code key=value}, which is also the tuner's argument. */
  @Override
  public String toString() {
    return sysctl.key() + "=" + value;
  }
}
