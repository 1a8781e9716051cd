package dev.wstuning.operator.node.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** What is read of the agent's pods, and what they say when they cannot run. */
class AgentPodTest {

  private static final String RUNNING =
      """
      containerStatuses:
      - name: agent
        ready: true
        state: {running: {startedAt: "2026-01-01T12:00:01Z"}}
      """;

  @Test
  void aRunningPodIsReady() {
    AgentPod pod = pod(RUNNING);

    assertThat(pod.node()).isEqualTo("n1");
    assertThat(pod.runningSince()).contains(Instant.parse("2026-01-01T12:00:01Z"));
    assertThat(pod.runs()).isTrue();
    assertThat(pod.ready()).isTrue();
    assertThat(pod.ending()).isFalse();
    assertThat(pod.problem()).isEmpty();
  }

  @Test
  void thePodOfANodeThatDiedIsNotReady() {
    assertThat(pod(RUNNING + "conditions: [{type: Ready, status: \"True\"}]").ready()).isTrue();
    assertThat(pod(RUNNING + "conditions: [{type: Ready, status: \"False\"}]").ready()).isFalse();
  }

  @Test
  void aStartingPodHasNoProblem() {
    AgentPod pod =
        pod(
            """
            containerStatuses:
            - name: agent
              ready: false
              state: {waiting: {reason: ContainerCreating}}
            """);

    assertThat(pod.problem()).isEmpty();
    assertThat(pod.runningSince()).isEmpty();
    assertThat(pod.ready()).isFalse();
  }

  @Test
  void aPodThatHasNotStartedHasNoProblem() {
    assertThat(pod("phase: Pending").problem()).isEmpty();
  }

  @Test
  void whatTheKubeletLeavesOutIsNoProblem() {
    for (String state : new String[] {"{waiting: {}}", "{}", "null", "{running: {}}"}) {
      AgentPod pod = pod("containerStatuses: [{name: agent, ready: false, state: " + state + "}]");

      assertThat(pod.problem()).as(state).isEmpty();
      assertThat(pod.ready()).as(state).isFalse();
      assertThat(pod.runningSince()).as(state).isEmpty();
    }
    assertThat(pod("containerStatuses: [{name: agent}]").problem()).isEmpty();
    assertThat(pod("conditions: [{}]").ready()).isFalse();
  }

  @Test
  void anImageThatCannotBePulledIsAProblem() {
    assertThat(
            pod("""
                    containerStatuses:
                    - name: agent
                      state: {waiting: {reason: ImagePullBackOff, message: Back-off pulling image}}
                    """)
                .problem())
        .contains("container agent: ImagePullBackOff, Back-off pulling image");
  }

  @Test
  void aCrashIsReportedWithItsLastOutput() {
    assertThat(
            pod("""
                    containerStatuses:
                    - name: agent
                      state: {waiting: {reason: CrashLoopBackOff, message: back-off 10s}}
                      lastState: {terminated: {exitCode: 1, message: "find the API server\\n"}}
                    """)
                .problem())
        .contains("container agent: CrashLoopBackOff, find the API server");
  }

  @Test
  void aContainerThatEndedWithAnErrorIsAProblem() {
    assertThat(
            pod("""
                    initContainerStatuses:
                    - name: of-another-webhook
                      state: {terminated: {exitCode: 0, finishedAt: "2026-01-01T12:00:00Z"}}
                    containerStatuses:
                    - name: agent
                      state: {terminated: {exitCode: 2, message: no node}}
                    """)
                .problem())
        .contains("container agent ended with code 2: no node");
  }

  @Test
  void anEvictedPodIsAProblem() {
    assertThat(pod("{phase: Failed, reason: Evicted, message: low on memory}").problem())
        .contains("Evicted, low on memory");
  }

  /** A full node has no room for a second agent while a new version spreads. */
  @Test
  void aPodThatIsNotScheduledYetIsOfTheNodeThatItIsFor() {
    Pod pod =
        Serialization.unmarshal(
            """
            apiVersion: v1
            kind: Pod
            metadata: {name: agent-x}
            spec:
              affinity:
                nodeAffinity:
                  requiredDuringSchedulingIgnoredDuringExecution:
                    nodeSelectorTerms:
                    - matchFields: [{key: metadata.name, operator: In, values: [n2]}]
            """,
            Pod.class);

    assertThat(AgentPod.of(pod).node()).isEqualTo("n2");
    assertThat(AgentPod.of(AgentPod.trim(pod))).isEqualTo(AgentPod.of(pod));
  }

  @Test
  void theTrimmedPodReadsTheSame() {
    Pod pod = parse(RUNNING);

    assertThat(AgentPod.of(AgentPod.trim(pod))).isEqualTo(AgentPod.of(pod));
    assertThat(AgentPod.trim(pod).getSpec().getContainers()).isEmpty();
  }

  private static AgentPod pod(String status) {
    return AgentPod.of(parse(status));
  }

  private static Pod parse(String status) {
    return Serialization.unmarshal(
        """
        apiVersion: v1
        kind: Pod
        metadata: {name: agent-x, uid: u}
        spec: {nodeName: n1, containers: [{name: agent, image: i}]}
        status:
        """
            + status.indent(2),
        Pod.class);
  }
}
