package dev.wstuning.operator.pod.admission;

import dev.wstuning.operator.api.v1alpha1.WebSocketTuning;
import dev.wstuning.operator.pod.injection.PodMutator;
import dev.wstuning.operator.pod.plan.PlanContext;
import dev.wstuning.operator.pod.suspension.Intervals;
import dev.wstuning.operator.pod.suspension.LivePods;
import dev.wstuning.operator.pod.suspension.RefusalWatch;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * Runs the code of an admission before the first real one: a fresh JVM takes most of a second for
 * it, which an API server would not wait for, and needs some dozens until it is quick.
 */
public final class WarmUp {

  private static final int ADMISSIONS = 50;

  private static final String TUNING =
      """
      apiVersion: wstuning.dev/v1alpha1
      kind: WebSocketTuning
      metadata:
        {name: typical, namespace: typical, uid: typical, generation: 1, creationTimestamp: "2026-01-01T00:00:00Z"}
      spec:
        selector: {matchLabels: {app: typical}}
        deadPeers: {withinSeconds: 60}
        connections: {perPod: 10000}
      """;

  private static final String POD =
      """
      {"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview",
       "request": {
         "uid": "typical", "operation": "CREATE", "namespace": "typical",
         "kind": {"group": "", "version": "v1", "kind": "Pod"},
         "object": {
           "apiVersion": "v1", "kind": "Pod",
           "metadata": {
             "generateName": "typical-", "namespace": "typical", "labels": {"app": "typical"},
             "ownerReferences": [
               {"apiVersion": "apps/v1", "kind": "ReplicaSet", "name": "typical", "uid": "typical", "controller": true}]},
           "spec": {
             "containers": [{
               "name": "server", "image": "typical",
               "env": [{"name": "PORT", "value": "8080"}],
               "ports": [{"containerPort": 8080, "protocol": "TCP"}],
               "readinessProbe": {"httpGet": {"path": "/", "port": 8080, "scheme": "HTTP"}, "periodSeconds": 10},
               "resources": {"requests": {"memory": "128Mi"}, "limits": {"memory": "256Mi"}},
               "volumeMounts": [{"name": "token", "mountPath": "/token", "readOnly": true}]}],
             "volumes": [{"name": "token", "projected": {"sources": [{"serviceAccountToken": {"path": "token"}}]}}],
             "tolerations": [{"key": "typical", "operator": "Exists", "effect": "NoExecute"}],
             "securityContext": {}, "restartPolicy": "Always"}}}}
      """;

  private WarmUp() {}

  private record Typical(WebSocketTuning tuning) implements TuningLookup {
    @Override
    public Optional<WebSocketTuning> find(String namespace, AdmissionPath path) {
      return Optional.of(tuning);
    }

    @Override
    public Collection<WebSocketTuning> inNamespace(String namespace) {
      return List.of(tuning);
    }

    @Override
    public PlanContext planContext(String namespace) {
      return PlanContext.of("privileged", OptionalInt.empty(), 30);
    }
  }

  /** Returns when admission is quick. */
  public static void run() {
    PodAdmission admission = admission();
    for (int i = 0; i < ADMISSIONS; i++) {
      admit(admission);
    }
  }

  static PodAdmission admission() {
    return new PodAdmission(
        new Typical(Serialization.unmarshal(TUNING, WebSocketTuning.class)),
        new PodMutator("typical"),
        new RefusalWatch(
            Clock.fixed(Instant.EPOCH, ZoneOffset.UTC),
            System::nanoTime,
            Intervals.USUAL,
            namespace -> new LivePods.Existing(Set.of(), Set.of())));
  }

  static AdmissionHandler.Answer admit(PodAdmission admission) {
    return AdmissionHandler.answer(
        POD.getBytes(StandardCharsets.UTF_8),
        review -> admission.admit(review, AdmissionPath.of("typical"), () -> true));
  }
}
