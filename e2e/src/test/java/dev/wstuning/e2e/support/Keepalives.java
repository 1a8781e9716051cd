package dev.wstuning.e2e.support;

import dev.wstuning.operator.api.v1alpha1.WebSocketTuningStatus.ObservedKeepalive;
import java.util.List;

/** Keepalive of a port in short: {@code 300/10/5}, {@code 15/<=10/<=5}, {@code 15/?/?}, or off. */
public final class Keepalives {

  private Keepalives() {}

  public static String text(ObservedKeepalive keepalive) {
    return keepalive.state().equals("On")
        ? number(keepalive.timeSeconds(), "timeSeconds", keepalive)
            + "/"
            + number(keepalive.intervalSeconds(), "intervalSeconds", keepalive)
            + "/"
            + number(keepalive.probes(), "probes", keepalive)
        : keepalive.state().toLowerCase(java.util.Locale.ROOT);
  }

  private static String number(Integer number, String name, ObservedKeepalive keepalive) {
    List<String> atMost = keepalive.atMost() == null ? List.of() : keepalive.atMost();
    return (atMost.contains(name) ? "<=" : "") + (number == null ? "?" : number);
  }
}
