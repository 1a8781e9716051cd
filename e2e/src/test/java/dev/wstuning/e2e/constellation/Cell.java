package dev.wstuning.e2e.constellation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wstuning.e2e.support.Tunings;
import dev.wstuning.operator.api.v1alpha1.Condition;
import dev.wstuning.operator.api.v1alpha1.ConditionStatus;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuning;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuningStatus;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuningStatus.Observation;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuningStatus.ObservedKeepalive;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuningStatus.ObservedPort;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A constellation as the status shows it.
 *
 * @param host what the host shows of it
 */
record Cell(Constellation of, WebSocketTuning tuning, Sight host) {

  /** Whether a status is more than a wait for an observation. */
  static boolean isSettled(Constellation constellation, WebSocketTuning tuning) {
    WebSocketTuningStatus status = tuning.getStatus();
    if (status == null || status.pods() == null) {
      return false;
    }
    if (constellation.expected() == Expected.LEFT_ALONE) {
      return status.pods().skipped() == 1;
    }
    return status.pods().running() == 1
        && Tunings.condition(tuning, "Effective")
            .filter(c -> c.status() != ConditionStatus.Unknown || isExpected(constellation, c))
            .isPresent();
  }

  private static boolean isExpected(Constellation constellation, Condition unknown) {
    return constellation.expected().unknown().filter(unknown.reason()::equals).isPresent();
  }

  /** The status is right, or says with a true reason that it cannot be known. */
  void mustAgree() {
    if (of.expected() == Expected.LEFT_ALONE) {
      mustBeLeftAlone();
    } else if (effective().status() == ConditionStatus.Unknown) {
      assertThat(of.expected().isTrueOf(host, of)).as("%s is true", effective()).isTrue();
      assertThat(effective().message()).contains("Next: ");
    } else {
      assertThat(of.expected().mayBeRight()).as("%s may be claimed", effective()).isTrue();
      mustBeRight();
    }
  }

  private void mustBeLeftAlone() {
    assertThat(Tunings.condition(tuning, "Applied").orElseThrow().reason())
        .isEqualTo("PodsSkipped");
    assertThat(tuning.getStatus().observationsOrEmpty()).isEmpty();
  }

  private void mustBeRight() {
    assertThat(effective().reason()).isEqualTo(host.reason(of.ports().judged()));
    assertThat(observation().process()).isIn(host.serving());
    assertThat(observation().openFiles())
        .extracting("soft", "hard")
        .containsExactly(host.limit().soft(), host.limit().hard());
    assertThat(shown().keySet()).containsAll(of.ports().judged());
    assertThat(host.keepalive()).containsAllEntriesOf(shown());
  }

  private Condition effective() {
    return Tunings.condition(tuning, "Effective").orElseThrow();
  }

  private Observation observation() {
    return tuning.getStatus().observations().get(0);
  }

  private SortedMap<Integer, OptionalInt> shown() {
    SortedMap<Integer, OptionalInt> shown = new TreeMap<>();
    for (ObservedPort port : observation().ports()) {
      shown.put(port.port(), seconds(port.keepalive()));
    }
    return shown;
  }

  private static OptionalInt seconds(ObservedKeepalive keepalive) {
    return keepalive.state().equals("On")
        ? OptionalInt.of(keepalive.timeSeconds())
        : OptionalInt.empty();
  }

  /** What the status says, in the words of the table. */
  String text() {
    if (of.expected() == Expected.LEFT_ALONE) {
      return "PodsSkipped";
    }
    if (effective().status() == ConditionStatus.Unknown) {
      return "Unknown, " + effective().reason();
    }
    return "%s; %s"
        .formatted(
            effective().reason(),
            Figures.text(observation().process(), observation().openFiles().soft(), shown()));
  }
}
