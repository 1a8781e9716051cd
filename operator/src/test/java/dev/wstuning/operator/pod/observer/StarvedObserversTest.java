package dev.wstuning.operator.pod.observer;

import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import dev.wstuning.operator.fixtures.Impatient;
import dev.wstuning.operator.fixtures.MovableClock;
import dev.wstuning.operator.fixtures.QuietMockServer;
import dev.wstuning.operator.fixtures.TestPod;
import dev.wstuning.operator.pod.observation.Observation;
import dev.wstuning.operator.pod.tuner.ObserveCommand;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.StatusBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.server.mock.EnableKubernetesMockClient;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import io.fabric8.mockwebserver.dsl.TimesOnceableOrHttpHeaderable;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Pods that get no observer cost few requests, and keep no other pod from getting one. */
@ExtendWith(QuietMockServer.class)
@EnableKubernetesMockClient(https = false)
class StarvedObserversTest {

  private static final ObserveCommand ALL_PORTS = new ObserveCommand(List.of(), true, Set.of(), "");

  private KubernetesMockServer server;
  private KubernetesClient client;
  private final MovableClock clock = new MovableClock("2026-01-01T12:00:10Z");
  private final Instant begin = clock.instant();
  private Observer observer;

  /** A request for an observer: for which pod, in which second, and the code of the answer. */
  private record Tried(String pod, long second, int code) {}

  private final List<Tried> tried = new ArrayList<>();

  @BeforeEach
  void fiveObserversASecond() {
    observer =
        new Observer(
            new ObserverLauncher(Impatient.client(client), TestPod.TUNER_IMAGE, outcome -> {}),
            clock,
            new Turns(5, clock::nanoTime, () -> true, pod -> {}));
  }

  @Test
  void aPodOfAnotherTuningIsObservedBesideEightThatRefuse() {
    List<TestPod> guarded = pods("guarded", 8, 403);
    List<TestPod> other = pods("other", 1, 200);

    each(
        Duration.ofSeconds(1),
        Duration.ofSeconds(60),
        () -> {
          look("guarded", guarded);
          look("other", other);
        });

    assertThat(tried("other-0")).singleElement().satisfies(t -> assertThat(t).isLessThan(2));
    assertThat(tried).hasSizeLessThanOrEqualTo(8 + 1);
  }

  @Test
  void aPodThatRefusesIsTriedAgainEverMoreSeldom() {
    List<TestPod> pods = pods("guarded", 1, 403);

    each(Duration.ofSeconds(1), Duration.ofMinutes(16), "guarded", pods);

    assertThat(tried("guarded-0")).containsExactly(0L, 60L, 180L, 420L, 900L);
  }

  @Test
  void twoHundredPodsBehindOnePolicyCostAHandfulOfRequests() {
    List<TestPod> pods = pods("guarded", 200, 403);

    each(Duration.ofSeconds(1), Duration.ofMinutes(1), "guarded", pods);
    assertThat(tried).hasSizeLessThanOrEqualTo(5);
    each(Duration.ofSeconds(30), Duration.ofMinutes(59), "guarded", pods);
    assertThat(tried).hasSizeLessThanOrEqualTo(15);
  }

  @Test
  void thePodsThatWaitSayWhy() {
    List<TestPod> pods = pods("guarded", 200, 403);
    look("guarded", pods);
    clock.pass(Duration.ofSeconds(10));

    assertThat(look("guarded", pods.subList(199, 200)))
        .containsExactly(
            new Observation.Failed(
                "the API server refused the observer: no answer but 403 for guarded-2",
                Observation.Prospect.REFUSED));
  }

  @Test
  void onceThePolicyIsMendedAllPodsAreObserved() {
    IntStream.range(0, 3).forEach(i -> answers("guarded-" + i, 403).once());
    List<TestPod> pods = pods("guarded", 20, 200);
    look("guarded", pods);
    assertThat(tried).hasSize(3);

    each(Duration.ofSeconds(1), Duration.ofSeconds(75), "guarded", pods);

    assertThat(observed()).hasSize(20);
  }

  @Test
  void podsOfAnotherWorkloadOrRevisionAreTriedNevertheless() {
    look("tuning", ofDeployment("guarded", "1", pods("guarded", 10, 403)));
    clock.pass(Duration.ofSeconds(1));
    List<TestPod> other = ofDeployment("other", "1", pods("other", 1, 200));
    List<TestPod> mended = ofDeployment("guarded", "2", pods("mended", 1, 200));

    look("tuning", other);
    look("tuning", mended);

    assertThat(tried("other-0")).hasSize(1);
    assertThat(tried("mended-0")).hasSize(1);
  }

  @Test
  void theOnlyPodOfATuningIsServedBesideAThousandOfAnother() {
    List<TestPod> many = pods("many", 1000, 200);
    List<TestPod> one = pods("one", 1, 200);

    each(
        Duration.ofSeconds(1),
        Duration.ofSeconds(10),
        () -> {
          look("many", many);
          look("one", one);
        });

    assertThat(tried("one-0")).singleElement().satisfies(t -> assertThat(t).isLessThan(2));
    assertThat(tried).hasSize(50);
  }

  @ParameterizedTest
  @ValueSource(ints = {429, 500, 503, 504})
  void anApiServerThatFailsRefusesNothingAndIsAskedSeldom(int code) {
    List<TestPod> pods = pods("chat", 20, code);

    look("tuning", pods);
    List<Observation> observations = look("tuning", pods);

    assertThat(observations).hasOnlyElementsOfType(Observation.Pending.class);
    assertThat(((Observation.Pending) observations.get(0)).state())
        .contains("code " + code, "no answer but " + code)
        .doesNotContain("refused");
    each(Duration.ofSeconds(1), Duration.ofMinutes(1), "tuning", pods);
    assertThat(tried).hasSizeLessThanOrEqualTo(8);
  }

  @Test
  void anApiServerThatIsAwayRefusesNothingAndIsAskedSeldom() {
    server.shutdown();
    List<TestPod> pods =
        IntStream.range(0, 20).mapToObj(i -> TestPod.named("chat-" + i).running()).toList();

    look("tuning", pods);

    assertThat(look("tuning", pods))
        .containsOnly(new Observation.Pending("the API server does not answer"));
  }

  @Test
  void onceTheApiServerWorksAgainAllPodsAreObserved() {
    IntStream.range(0, 3).forEach(i -> answers("chat-" + i, 503).once());
    List<TestPod> pods = pods("chat", 20, 200);
    look("tuning", pods);
    assertThat(tried).hasSize(3);

    each(Duration.ofSeconds(1), Duration.ofSeconds(15), "tuning", pods);

    assertThat(observed()).hasSize(20);
  }

  /** Looks at those pods that have no observer, and sends what may be sent now. */
  private List<Observation> look(String tuning, List<TestPod> pods) {
    Set<String> observed = observed();
    List<Observation> observations =
        pods.stream()
            .filter(pod -> !observed.contains(name(pod)))
            .map(
                pod -> observer.look(tuning, pod.facts(), Optional.empty(), Question.of(ALL_PORTS)))
            .toList();
    sendAll();
    return observations;
  }

  private void sendAll() {
    while (observer.errands().turn(Duration.ZERO)) {
      // Those that wait for a pause have a turn, too.
    }
  }

  private void each(Duration step, Duration time, String tuning, List<TestPod> pods) {
    each(step, time, () -> look(tuning, pods));
  }

  private void each(Duration step, Duration time, Runnable looks) {
    Instant end = clock.instant().plus(time);
    for (; clock.instant().isBefore(end); clock.pass(step)) {
      looks.run();
    }
  }

  /** Pods for which a request for an observer always has this answer. */
  private List<TestPod> pods(String prefix, int count, int code) {
    List<String> names = IntStream.range(0, count).mapToObj(i -> prefix + "-" + i).toList();
    names.forEach(name -> answers(name, code).always());
    return names.stream().map(name -> TestPod.named(name).running()).toList();
  }

  private TimesOnceableOrHttpHeaderable<Void> answers(String name, int code) {
    String path = "/api/v1/namespaces/realtime/pods/" + name;
    Pod pod = TestPod.named(name).build();
    // The client reads the pod before it patches.
    server.expect().get().withPath(path).andReturn(200, pod).always();
    Object answer =
        code == 200
            ? pod
            : new StatusBuilder()
                .withCode(code)
                .withMessage("no answer but %d for %s".formatted(code, name))
                .build();
    return server
        .expect()
        .patch()
        .withPath(path + "/ephemeralcontainers")
        .andReply(
            code,
            request -> {
              tried.add(
                  new Tried(name, Duration.between(begin, clock.instant()).toSeconds(), code));
              return answer;
            });
  }

  private static List<TestPod> ofDeployment(String name, String hash, List<TestPod> pods) {
    return pods.stream()
        .map(
            p ->
                p.with(
                    pod ->
                        pod.editMetadata()
                            .addToLabels("pod-template-hash", hash)
                            .addNewOwnerReference()
                            .withKind("ReplicaSet")
                            .withName(name + "-" + hash)
                            .withController(true)
                            .endOwnerReference()
                            .endMetadata()))
        .toList();
  }

  private static String name(TestPod pod) {
    return pod.build().getMetadata().getName();
  }

  private Set<String> observed() {
    return tried.stream().filter(t -> t.code() == 200).map(Tried::pod).collect(toSet());
  }

  /** The seconds in which an observer was requested for a pod. */
  private List<Long> tried(String pod) {
    return tried.stream().filter(t -> t.pod().equals(pod)).map(Tried::second).toList();
  }
}
