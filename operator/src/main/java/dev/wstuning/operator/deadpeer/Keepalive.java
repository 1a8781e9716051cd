package dev.wstuning.operator.deadpeer;

import dev.wstuning.operator.api.v1alpha1.WebSocketTuningSpec.KeepaliveSettings;
import dev.wstuning.operator.sysctl.Setting;
import dev.wstuning.operator.sysctl.Sysctl;
import java.time.Duration;
import java.util.List;

/**
 * The three values of TCP keepalive, in seconds and probes.
 *
 * @param time seconds without traffic before the first probe
 * @param interval seconds between unanswered probes
 * @param probes unanswered probes after which the connection is closed
 */
public record Keepalive(int time, int interval, int probes) {

  public static Keepalive of(KeepaliveSettings settings) {
    return new Keepalive(settings.timeSeconds(), settings.intervalSeconds(), settings.probes());
  }

  /**
   * Seconds after which an idle connection to a vanished peer is closed: tcp_keepalive_timer() in
   * net/ipv4/tcp_timer.c. The kernel may fire long timers up to an eighth later.
   */
  long deadPeerSeconds() {
    return time + (long) interval * probes;
  }

  /**
   * The smallest user timeout, in seconds, that does not for certain end a connection before the
   * last probe: it replaces the count of probes ({@link DeadPeerTime}).
   */
  long smallestUserTimeout() {
    return beforeTheLastProbe() + 1;
  }

  /** The smallest user timeout, in seconds, that never does so, however late timers fire. */
  long safeUserTimeout() {
    return KernelTimer.latest(Duration.ofSeconds(beforeTheLastProbe())).toSeconds() + 1;
  }

  /** Silence when the last probe is sent. */
  private long beforeTheLastProbe() {
    return time + (long) interval * (probes - 1);
  }

  public List<Setting> settings() {
    return List.of(
        new Setting(Sysctl.TCP_KEEPALIVE_TIME, Integer.toString(time)),
        new Setting(Sysctl.TCP_KEEPALIVE_INTVL, Integer.toString(interval)),
        new Setting(Sysctl.TCP_KEEPALIVE_PROBES, Integer.toString(probes)));
  }

  /** As {@code time/interval/probes}, the way the page and the status write it. */
  @Override
  public String toString() {
    return time + "/" + interval + "/" + probes;
  }
}
