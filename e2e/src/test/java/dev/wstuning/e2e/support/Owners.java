package dev.wstuning.e2e.support;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.PodTemplateSpecBuilder;
import io.fabric8.kubernetes.api.model.apps.DaemonSetBuilder;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.api.model.apps.ReplicaSetBuilder;
import io.fabric8.kubernetes.api.model.apps.StatefulSetBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.JobBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Owners of pods, each with one server. The pods are labelled for the tuning, and guarded: a policy
 * may refuse them.
 */
public final class Owners implements AutoCloseable {

  /** A label. */
  public static final String GUARDED = "guarded";

  /** The app label of a Deployment that is not guarded. */
  public static final String FREE = "free";

  /** A kind that only its controller knows, which is here. */
  private static final String CREW = "Crew";

  private static final String CREW_CRD =
      """
      apiVersion: apiextensions.k8s.io/v1
      kind: CustomResourceDefinition
      metadata: {name: crews.story.wstuning.dev}
      spec:
        group: story.wstuning.dev
        scope: Namespaced
        names: {kind: Crew, plural: crews, singular: crew}
        versions:
        - name: v1
          served: true
          storage: true
          schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}
      """;

  private final Installation cluster;
  private final String namespace;
  private final List<String> kinds;
  private final ScheduledExecutorService crewController =
      Executors.newSingleThreadScheduledExecutor();

  private Owners(Installation cluster, String namespace, List<String> kinds) {
    this.cluster = cluster;
    this.namespace = namespace;
    this.kinds = kinds;
  }

  public static Owners ofEveryKind(Installation cluster, String namespace) {
    return of(
        cluster, namespace, "Deployment", "StatefulSet", "DaemonSet", "Job", "ReplicaSet", CREW);
  }

  public static Owners of(Installation cluster, String namespace, String... kinds) {
    return new Owners(cluster, namespace, List.of(kinds));
  }

  public List<String> kinds() {
    return kinds;
  }

  public void create() {
    kinds.forEach(this::create);
  }

  /** Another one, which is not guarded. */
  public Runner free() {
    return () -> cluster.client().resource(deployment(FREE, false)).inNamespace(namespace).create();
  }

  /** Creates something. */
  public interface Runner {
    void create();
  }

  private void create(String kind) {
    String app = kind.toLowerCase(Locale.ROOT);
    if (kind.equals(CREW)) {
      startCrew(app);
      return;
    }
    HasMetadata owner =
        switch (kind) {
          case "Deployment" -> deployment(app, true);
          case "StatefulSet" ->
              new StatefulSetBuilder()
                  .withNewMetadata()
                  .withName(app)
                  .endMetadata()
                  .withNewSpec()
                  .withReplicas(1)
                  .withServiceName(app)
                  .withNewSelector()
                  .addToMatchLabels("app", app)
                  .endSelector()
                  .withTemplate(template(app, true))
                  .endSpec()
                  .build();
          case "DaemonSet" ->
              new DaemonSetBuilder()
                  .withNewMetadata()
                  .withName(app)
                  .endMetadata()
                  .withNewSpec()
                  .withNewSelector()
                  .addToMatchLabels("app", app)
                  .endSelector()
                  .withTemplate(template(app, true))
                  .endSpec()
                  .build();
          case "Job" ->
              new JobBuilder()
                  .withNewMetadata()
                  .withName(app)
                  .endMetadata()
                  .withNewSpec()
                  .withTemplate(
                      new PodTemplateSpecBuilder(template(app, true))
                          .editSpec()
                          .withRestartPolicy("OnFailure")
                          .endSpec()
                          .build())
                  .endSpec()
                  .build();
          case "ReplicaSet" ->
              new ReplicaSetBuilder()
                  .withNewMetadata()
                  .withName(app)
                  .endMetadata()
                  .withNewSpec()
                  .withReplicas(1)
                  .withNewSelector()
                  .addToMatchLabels("app", app)
                  .endSelector()
                  .withTemplate(template(app, true))
                  .endSpec()
                  .build();
          default -> throw new IllegalArgumentException(kind);
        };
    cluster.client().resource(owner).inNamespace(namespace).create();
  }

  private HasMetadata deployment(String app, boolean guarded) {
    return new DeploymentBuilder()
        .withNewMetadata()
        .withName(app)
        .endMetadata()
        .withNewSpec()
        .withReplicas(1)
        .withNewSelector()
        .addToMatchLabels("app", app)
        .endSelector()
        .withTemplate(template(app, guarded))
        .endSpec()
        .build();
  }

  private PodTemplateSpec template(String app, boolean guarded) {
    PodTemplateSpec server =
        Servers.deployment(cluster.client(), "server-go").getSpec().getTemplate();
    return new PodTemplateSpecBuilder(server)
        .editMetadata()
        .withLabels(Map.of("app", app, "tier", "chat", GUARDED, String.valueOf(guarded)))
        .endMetadata()
        .build();
  }

  /** Its controller makes a pod when there is none, and tries again after two seconds. */
  private void startCrew(String app) {
    cluster.apply(namespace, CREW_CRD);
    Command.kubectl("wait", "--for=condition=Established", "crd/crews.story.wstuning.dev");
    GenericKubernetesResource crew = new GenericKubernetesResource();
    crew.setApiVersion("story.wstuning.dev/v1");
    crew.setKind(CREW);
    crew.setMetadata(new ObjectMetaBuilder().withName(app).withNamespace(namespace).build());
    GenericKubernetesResource created = cluster.client().resource(crew).create();
    PodTemplateSpec template = template(app, true);
    Pod pod =
        new PodBuilder()
            .withMetadata(template.getMetadata())
            .editMetadata()
            .withGenerateName(app + "-")
            .withNamespace(namespace)
            .withOwnerReferences(
                new OwnerReferenceBuilder()
                    .withApiVersion(created.getApiVersion())
                    .withKind(CREW)
                    .withName(app)
                    .withUid(created.getMetadata().getUid())
                    .withController(true)
                    .build())
            .endMetadata()
            .withSpec(template.getSpec())
            .build();
    crewController.scheduleWithFixedDelay(
        () -> {
          if (cluster.pods(namespace, app).isEmpty()) {
            try {
              cluster.client().resource(pod).create();
            } catch (KubernetesClientException e) {
              System.out.println("crew: " + e.getMessage());
            }
          }
        },
        0,
        2,
        TimeUnit.SECONDS);
  }

  /** The pods that serve, at most one of each owner. */
  public List<Pod> serving() {
    return kinds.stream()
        .map(kind -> kind.toLowerCase(Locale.ROOT))
        .flatMap(
            app ->
                cluster.pods(namespace, app).stream()
                    .filter(p -> p.getMetadata().getDeletionTimestamp() == null)
                    .filter(Installation::ready)
                    .limit(1))
        .toList();
  }

  /** Each owner makes another. */
  public void deletePods() {
    cluster.client().pods().inNamespace(namespace).withLabel(GUARDED, "true").delete();
  }

  @Override
  public void close() {
    crewController.shutdownNow();
    for (String kind : kinds) {
      Command.kubectl(
          "-n",
          namespace,
          "delete",
          kind.toLowerCase(Locale.ROOT),
          kind.toLowerCase(Locale.ROOT),
          "--ignore-not-found");
    }
    if (kinds.contains(CREW)) {
      Command.kubectl("delete", "crd", "crews.story.wstuning.dev", "--ignore-not-found");
    }
  }
}
