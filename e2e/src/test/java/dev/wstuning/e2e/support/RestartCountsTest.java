package dev.wstuning.e2e.support;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RestartCountsTest {

  private final RestartCounts restarts = new RestartCounts(pod -> "out of luck");

  @BeforeEach
  void begin() {
    restarts.begin(pod("old", 3));
  }

  @Test
  void aPodThatCountsWhatItCountedIsFine() {
    restarts.look(pod("old", 3));

    assertThat(restarts.takeUnexplained().pods()).isEmpty();
  }

  @Test
  void anOldPodThatCountsMoreIsToldWithItsLastStateAndLog() {
    restarts.look(pod("old", 5));

    assertThat(restarts.takeUnexplained().pods())
        .singleElement()
        .asString()
        .contains("2 of 5 restarts", "pod old", "OOMKilled", "137", "no memory", "out of luck");
  }

  @Test
  void restartsOfAllPodsAreCounted() {
    restarts.look(pod("old", 5));
    restarts.look(pod("new", 1));

    assertThat(restarts.takeUnexplained().count()).isEqualTo(3);
  }

  @Test
  void aNewPodThatCountsAnyIsTold() {
    restarts.look(pod("new", 0));
    assertThat(restarts.takeUnexplained().pods()).isEmpty();

    restarts.look(pod("new", 1));
    assertThat(restarts.takeUnexplained().pods()).singleElement().asString().contains("pod new");
  }

  @Test
  void aPodThatIsGoneByTheEndOfTheStoryIsToldAll() {
    restarts.look(pod("short-lived", 1));
    restarts.look(pod("old", 3));

    assertThat(restarts.takeUnexplained().pods())
        .singleElement()
        .asString()
        .contains("short-lived");
  }

  @Test
  void aRestartIsToldOnce() {
    restarts.look(pod("old", 4));
    restarts.takeUnexplained();

    restarts.look(pod("old", 4));

    assertThat(restarts.takeUnexplained().pods()).isEmpty();
  }

  @Test
  void theStoryExplainsOneRestartBeforeItIsSeenOrAfter() {
    restarts.explainOne(pod("old", 3));
    restarts.look(pod("old", 4));
    restarts.look(pod("new", 1));
    restarts.explainOne(pod("new", 1));
    assertThat(restarts.takeUnexplained().pods()).isEmpty();

    restarts.look(pod("old", 5));
    assertThat(restarts.takeUnexplained().pods())
        .singleElement()
        .asString()
        .contains("1 of 5 restarts");
  }

  @Test
  void restartsOfInitContainersCount() {
    Pod pod =
        new PodBuilder(pod("new", 0))
            .editStatus()
            .addNewInitContainerStatus()
            .withName("first")
            .withRestartCount(1)
            .endInitContainerStatus()
            .endStatus()
            .build();

    restarts.look(pod);

    assertThat(restarts.takeUnexplained().pods())
        .singleElement()
        .asString()
        .contains("container first");
  }

  private static Pod pod(String name, int restarts) {
    return new PodBuilder()
        .withNewMetadata()
        .withName(name)
        .withUid("uid-of-" + name)
        .endMetadata()
        .withNewStatus()
        .addNewContainerStatus()
        .withName("operator")
        .withRestartCount(restarts)
        .withNewLastState()
        .withNewTerminated()
        .withReason("OOMKilled")
        .withExitCode(137)
        .withMessage("no memory")
        .endTerminated()
        .endLastState()
        .endContainerStatus()
        .endStatus()
        .build();
  }
}
