package dev.wstuning.operator;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ShutdownTest {

  private final Readiness readiness = new Readiness();
  private final List<String> done = new ArrayList<>();
  private final Shutdown shutdown = new Shutdown(readiness, Duration.ofMillis(20));

  @Test
  void whatAdmissionIsServedFromEndsAfterIt() {
    readiness.serves(() -> true);
    shutdown.closeLater(() -> done.add("informers"));
    shutdown.closeLater(() -> done.add("duties"));
    shutdown.drainFirst(
        () -> done.add("drain, ready: " + readiness.problem().isEmpty()),
        () -> done.add("stop listening"));

    shutdown.run();

    assertThat(done)
        .containsExactly("drain, ready: false", "stop listening", "duties", "informers");
  }

  @Test
  void whatFailsToCloseKeepsNothingOpen() {
    shutdown.closeLater(() -> done.add("informers"));
    shutdown.closeLater(
        () -> {
          throw new IllegalStateException("as a test");
        });

    shutdown.run();

    assertThat(done).containsExactly("informers");
  }

  @Test
  void aReplicaThatWaitsEndsToo() {
    readiness.waitsFor("the API server");
    assertThat(readiness.problem()).contains("waiting for the API server");

    shutdown.run();

    assertThat(readiness.problem()).contains("ending");
  }

  @Test
  void withoutACertificateAReplicaIsNotReady() {
    readiness.serves(() -> false);

    assertThat(readiness.problem())
        .contains("no certificate yet: waiting for the leader to" + " create the authority");
  }
}
