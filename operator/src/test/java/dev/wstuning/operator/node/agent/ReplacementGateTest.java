package dev.wstuning.operator.node.agent;

import static dev.wstuning.operator.fixtures.NodeTunings.named;
import static dev.wstuning.operator.fixtures.TunedNodeBuilder.NOW;
import static dev.wstuning.operator.fixtures.TunedNodeBuilder.state;
import static org.assertj.core.api.Assertions.assertThat;

import dev.wstuning.operator.api.v1alpha1.WebSocketNodeTuning;
import dev.wstuning.operator.fixtures.MovableClock;
import dev.wstuning.operator.fixtures.TunedNodeBuilder;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** How another template spreads over twenty nodes, tick by tick. */
class ReplacementGateTest {

  private static final Duration TICK = Duration.ofSeconds(5);
  private static final Duration HOUR = Duration.ofHours(1);
  private static final String OLD = "template-1";
  private static final String NEW = "template-2";
  private static final String FIXED = "template-3";
  private static final WebSocketNodeTuning TUNING = named("big").openFiles(1048576).build();

  private final MovableClock clock = new MovableClock(NOW.toString());
  private AgentReplacements replacements = new AgentReplacements(clock, clock::nanoTime);

  private final Map<String, Agent> agents = new TreeMap<>();
  private final List<String> replaced = new ArrayList<>();

  /** Templates whose agents never become ready. */
  private final Set<String> broken = new HashSet<>();

  /** Nodes whose container runtime asks no agent. */
  private final Set<String> withoutNri = new HashSet<>();

  private final Set<String> tainted = new HashSet<>();

  /** Nodes on which no new pod appears. */
  private final Set<String> full = new HashSet<>();

  private record Agent(String template, Instant since, int number) {}

  ReplacementGateTest() {
    IntStream.rangeClosed(1, 20)
        .forEach(i -> agents.put("n%02d".formatted(i), new Agent(OLD, NOW.minus(HOUR), 0)));
  }

  @Test
  void aBrokenTemplateReachesOneNode() {
    broken.add(NEW);

    spread(NEW, HOUR);

    assertThat(replaced).containsExactly("n01");
    assertThat(replacements.heldBy()).contains("n01");
  }

  @Test
  void aGoodTemplateReachesAllNodesOneAfterTheOther() {
    spread(NEW, HOUR);

    assertThat(replaced).containsExactlyElementsOf(agents.keySet());
    assertThat(replacements.heldBy()).isEmpty();
  }

  @Test
  void anAgentIsReplacedOnlyWhenTheOneBeforeIsReady() {
    spread(NEW, TICK.multipliedBy(2));
    assertThat(replaced).containsExactly("n01");

    spread(NEW, TICK.multipliedBy(2));
    assertThat(replaced).containsExactly("n01", "n02");
  }

  @Test
  void aRepairReachesTheBrokenNodeFirstAndThenTheOthers() {
    agents.put("n07", new Agent(NEW, NOW.minus(HOUR), 1));
    broken.add(NEW);

    spread(FIXED, HOUR);

    assertThat(replaced).startsWith("n07", "n01", "n02").hasSize(20).doesNotHaveDuplicates();
  }

  @Test
  void aRepairThatRepairsNothingReachesTheBrokenNodeOnly() {
    broken.addAll(List.of(NEW, FIXED));
    spread(NEW, HOUR);

    spread(FIXED, HOUR);

    assertThat(replaced).containsExactly("n01", "n01");
  }

  @Test
  void aRestartOfTheOperatorDoesNotOpenTheGate() {
    broken.add(NEW);
    spread(NEW, HOUR);
    replacements = new AgentReplacements(clock, clock::nanoTime);

    spread(NEW, HOUR);

    assertThat(replaced).containsExactly("n01");
  }

  @Test
  void aNodeThatCannotRunPodsStopsNobodyAndIsNotChosen() {
    tainted.addAll(List.of("n03", "n07"));
    agents.put("n07", new Agent(NEW, NOW.plus(HOUR.multipliedBy(2)), 1));
    spread(NEW, HOUR);

    assertThat(replaced).hasSize(18).doesNotContain("n03", "n07");
  }

  @Test
  void aNodeWithoutAnAgentIsWaitedForTwoMinutesOnly() {
    full.add("n01");

    spread(NEW, Duration.ofSeconds(115));
    assertThat(replaced).containsExactly("n01");

    spread(NEW, HOUR);
    assertThat(replaced).hasSize(20);
  }

  @Test
  void nodesWhoseRuntimeAsksNoAgentStopNobody() {
    withoutNri.addAll(List.of("n05", "n06"));

    spread(NEW, HOUR);

    assertThat(replaced).startsWith("n05", "n06", "n01").hasSize(20).doesNotHaveDuplicates();
  }

  @Test
  void anAgentThatTheRuntimeDoesNotAskAnyMoreHoldsTheOthers() {
    spread(NEW, TICK);
    withoutNri.add("n01");

    spread(NEW, HOUR);

    assertThat(replaced).containsExactly("n01");
  }

  /** Until {@code time} has passed, in steps as the operator makes them. */
  private void spread(String template, Duration time) {
    Instant end = clock.instant().plus(time);
    while (clock.instant().isBefore(end)) {
      replacements
          .next(agents.keySet().stream().map(this::observe).toList(), template, pod -> true)
          .ifPresent(pod -> replace(pod.node(), template));
      clock.pass(TICK);
    }
  }

  /** The next one is there a tick later, and ready after another. */
  private void replace(String node, String template) {
    replaced.add(node);
    int number = agents.get(node).number() + 1;
    agents.put(node, new Agent(template, clock.instant().plus(TICK), number));
  }

  private TunedNode observe(String node) {
    TunedNodeBuilder state = state(node).tunedBy(TUNING).at(clock.instant());
    if (tainted.contains(node)) {
      state.tainted("node.kubernetes.io/unreachable");
    }
    Agent agent = agents.get(node);
    boolean there = !agent.since().isAfter(clock.instant()) || tainted.contains(node);
    if (!there || (full.contains(node) && agent.number() > 0)) {
      return state.noAgent().serves(1048576).build();
    }
    boolean up =
        !broken.contains(agent.template())
            && agent.since().plus(TICK).compareTo(clock.instant()) <= 0;
    boolean asked = up && !withoutNri.contains(node);
    if (asked) {
      state.serves(1048576);
    } else {
      state.doesNotServe("the agent has stopped");
    }
    return state.agent(pod(node, agent, up, asked)).build();
  }

  private static AgentPod pod(String node, Agent agent, boolean up, boolean asked) {
    return new AgentPod(
        "agent-on-" + node,
        "uid-" + agent.number(),
        node,
        agent.template(),
        false,
        Optional.of(agent.since()),
        up ? Optional.of(agent.since()) : Optional.empty(),
        asked,
        Optional.empty());
  }
}
