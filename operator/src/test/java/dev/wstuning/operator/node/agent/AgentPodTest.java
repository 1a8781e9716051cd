package dev.wstuning.operator.node.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** What is read of the agent's pods, and what they say when they cannot run. */
class AgentPodTest {

  private static final String APPLIED =
      """
      initContainerStatuses:
      - name: apply
        state: {terminated: {exitCode: 0, finishedAt: "2026-01-01T12:00:00Z"}}
      containerStatuses:
      - name: agent
        ready: true
        state: {running: {startedAt: "2026-01-01T12:00:01Z"}}
      """;

  @Test
  void aRunningPodIsReady() {
    AgentPod pod = pod(APPLIED);

    assertThat(pod.node()).isEqualTo("n1");
    assertThat(pod.template()).isEqualTo("abc");
    assertThat(pod.appliedAt()).contains(Instant.parse("2026-01-01T12:00:00Z"));
    assertThat(pod.ready()).isTrue();
    assertThat(pod.ending()).isFalse();
    assertThat(pod.problem()).isEmpty();
  }

  @Test
  void thePodOfANodeThatDiedIsNotReady() {
    assertThat(pod(APPLIED + "conditions: [{type: Ready, status: \"True\"}]").ready()).isTrue();
    assertThat(pod(APPLIED + "conditions: [{type: Ready, status: \"False\"}]").ready()).isFalse();
  }

  @Test
  void aStartingPodHasNoProblem() {
    AgentPod pod =
        pod(
            """
            initContainerStatuses:
            - name: apply
              state: {waiting: {reason: PodInitializing}}
            containerStatuses:
            - name: agent
              ready: false
              state: {waiting: {reason: PodInitializing}}
            """);

    assertThat(pod.problem()).isEmpty();
    assertThat(pod.appliedAt()).isEmpty();
    assertThat(pod.ready()).isFalse();
  }

  @Test
  void aPodThatHasNotStartedHasNoProblem() {
    assertThat(pod("phase: Pending").problem()).isEmpty();
  }

  @Test
  void anImageThatCannotBePulledIsAProblem() {
    assertThat(
            pod("""
                    initContainerStatuses:
                    - name: apply
                      state: {waiting: {reason: ImagePullBackOff, message: Back-off pulling image}}
                    """)
                .problem())
        .contains("container apply: ImagePullBackOff, Back-off pulling image");
  }

  @Test
  void aCrashIsReportedWithItsLastOutput() {
    assertThat(
            pod("""
                    initContainerStatuses:
                    - name: apply
                      state: {waiting: {reason: CrashLoopBackOff, message: back-off 10s}}
                      lastState: {terminated: {exitCode: 1, message: "find the API server\\n"}}
                    """)
                .problem())
        .contains("container apply: CrashLoopBackOff, find the API server");
  }

  @Test
  void aContainerThatEndedWithAnErrorIsAProblem() {
    assertThat(
            pod("""
                    initContainerStatuses:
                    - name: apply
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

  @Test
  void theTrimmedPodReadsTheSame() {
    Pod pod = parse(APPLIED);

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
        metadata: {name: agent-x, uid: u, annotations: {wstuning.dev/template: abc}}
        spec: {nodeName: n1, containers: [{name: agent, image: i}]}
        status:
        """
            + status.indent(2),
        Pod.class);
  }
}
