package dev.wstuning.e2e.support;

import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.List;
import java.util.function.Supplier;

/** A ValidatingAdmissionPolicy that refuses guarded pods, in words that name nothing of them. */
public final class RefusingPolicy implements AutoCloseable {

  public static final String WORDS = "this cluster is quiet today";

  private final Installation cluster;
  private final String namespace;
  private final List<HasMetadata> objects;

  private RefusingPolicy(Installation cluster, String namespace, List<HasMetadata> objects) {
    this.cluster = cluster;
    this.namespace = namespace;
    this.objects = objects;
  }

  /** Refuses pods with a privileged init container. */
  public static RefusingPolicy ofTunedPods(Installation cluster, String namespace) {
    return start(
        cluster,
        namespace,
        "object.spec.?initContainers.orValue([]).all(c, !c.?securityContext.?privileged.orValue(false))");
  }

  /** Refuses each pod. */
  public static RefusingPolicy ofAllPods(Installation cluster, String namespace) {
    return start(cluster, namespace, "false");
  }

  private static RefusingPolicy start(Installation cluster, String namespace, String expression) {
    List<HasMetadata> objects =
        cluster.apply(
            namespace,
            """
            apiVersion: admissionregistration.k8s.io/v1
            kind: ValidatingAdmissionPolicy
            metadata: {name: %1$s}
            spec:
              failurePolicy: Fail
              matchConstraints:
                namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: %1$s}}
                objectSelector: {matchLabels: {%2$s: "true"}}
                resourceRules:
                - {apiGroups: [""], apiVersions: [v1], operations: [CREATE], resources: [pods]}
              validations:
              - expression: "%3$s"
                message: %4$s
            ---
            apiVersion: admissionregistration.k8s.io/v1
            kind: ValidatingAdmissionPolicyBinding
            metadata: {name: %1$s}
            spec: {policyName: %1$s, validationActions: [Deny]}
            """
                .formatted(namespace, Owners.GUARDED, expression, WORDS));
    RefusingPolicy policy = new RefusingPolicy(cluster, namespace, objects);
    await("the policy acts").until(policy::refuses);
    return policy;
  }

  private boolean refuses() {
    Pod probe =
        new PodBuilder(Pods.privilegedProbe())
            .editMetadata()
            .addToLabels(Owners.GUARDED, "true")
            .endMetadata()
            .build();
    return refuses(
        () -> cluster.client().pods().inNamespace(namespace).resource(probe).dryRun().create());
  }

  /**
   * Whether a policy with these words refuses what is created.
   *
   * @param creation of a pod, as a dry run
   */
  public static boolean refuses(Supplier<Pod> creation) {
    try {
      creation.get();
      return false;
    } catch (KubernetesClientException e) {
      if (String.valueOf(e.getMessage()).contains(WORDS)) {
        return true;
      }
      throw e;
    }
  }

  /** Takes it away, and waits until the API server knows that; twice is once. */
  @Override
  public void close() {
    objects.forEach(object -> cluster.client().resource(object).delete());
    await("the policy acts no more").until(() -> !refuses());
  }
}
