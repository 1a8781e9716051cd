package dev.wstuning.operator.pod.injection;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.utils.Serialization;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The examples of the Kubernetes documentation, "Configure Quality of Service for Pods". */
class QosClassTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{}                                                                    | BEST_EFFORT",
        "{requests: {cpu: 0}}                                                  | BEST_EFFORT",
        "{limits: {ephemeral-storage: 1Gi}}                                    | BEST_EFFORT",
        "{requests: {memory: 1Gi}}                                             | BURSTABLE",
        "{limits: {cpu: 1}}                                                    | BURSTABLE",
        "{limits: {cpu: 1, memory: 1Gi}, requests: {cpu: 500m}}                | BURSTABLE",
        "{limits: {cpu: 1, memory: 1Gi}}                                       | GUARANTEED",
        "{limits: {cpu: 1, memory: 1Gi}, requests: {cpu: 1000m, memory: 1Gi}}  | GUARANTEED",
      })
  void aContainerDecidesAlone(String resources, QosClass expected) {
    assertThat(QosClass.of(pod("", resources))).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{}                             | BURSTABLE",
        "{limits: {cpu: 1, memory: 1Gi}} | GUARANTEED",
      })
  void initContainersCount(String resources, QosClass expected) {
    String init = "  initContainers: [{name: init, image: example.com/init, resources: %s}]\n";

    Pod pod = pod(init.formatted(resources), "{limits: {cpu: 1, memory: 1Gi}}");

    assertThat(QosClass.of(pod)).isEqualTo(expected);
  }

  private static Pod pod(String init, String resources) {
    return Serialization.unmarshal(
        """
        apiVersion: v1
        kind: Pod
        spec:
        %s  containers: [{name: server, image: example.com/chat, resources: %s}]
        """
            .formatted(init, resources),
        Pod.class);
  }
}
