package dev.wstuning.operator;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CacheWatchTest {

  private long nanos = 1;
  private final Map<String, Boolean> watching = new HashMap<>();
  private final CacheWatch caches = new CacheWatch(() -> watching, () -> nanos);

  @Test
  void aCacheThatWatchesIsNotBehind() {
    pass(30);
    watching.put("Pod", true);

    assertThat(seconds("Pod")).isZero();
  }

  @Test
  void aCacheThatLostItsWatchIsBehindUntilItWatchesAgain() {
    watching.put("Pod", true);
    seconds("Pod");

    watching.put("Pod", false);
    pass(30);
    assertThat(seconds("Pod")).isEqualTo(30);
    pass(30);
    assertThat(seconds("Pod")).isEqualTo(60);

    watching.put("Pod", true);
    assertThat(seconds("Pod")).isZero();
  }

  @Test
  void aCacheThatNeverWatchedCountsFromTheStart() {
    pass(5);

    assertThat(seconds("Node")).isEqualTo(5);
  }

  @Test
  void theListOfKindsIsClosed() {
    watching.put("Lease", true);

    assertThat(caches.secondsNotWatching()).hasSameSizeAs(CacheWatch.KINDS);
  }

  private void pass(int seconds) {
    nanos += Duration.ofSeconds(seconds).toNanos();
  }

  private double seconds(String kind) {
    return caches.secondsNotWatching().get(List.of(kind));
  }
}
