package dev.wstuning.e2e.support;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.PodTemplateSpecBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.HashMap;
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

  /** How often a Job runs its server. */
  private static final int RUNS = 5;

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
  private final String scheduler;
  private final ScheduledExecutorService crewController =
      Executors.newSingleThreadScheduledExecutor();

  private Owners(Installation cluster, String namespace, List<String> kinds, String scheduler) {
    this.cluster = cluster;
    this.namespace = namespace;
    this.kinds = kinds;
    this.scheduler = scheduler;
  }

  public static Owners ofEveryKind(Installation cluster, String namespace) {
    return of(
        cluster, namespace, "Deployment", "StatefulSet", "DaemonSet", "Job", "ReplicaSet", CREW);
  }

  public static Owners of(Installation cluster, String namespace, String... kinds) {
    return new Owners(cluster, namespace, List.of(kinds), "default-scheduler");
  }

  /** The same, whose pods are the business of another scheduler. */
  public Owners scheduledBy(String name) {
    return new Owners(cluster, namespace, kinds, name);
  }

  public List<String> kinds() {
    return kinds;
  }

  public void create() {
    kinds.forEach(this::create);
  }

  /** Another one, which is not guarded. */
  public void createFree() {
    create("Deployment", FREE, false);
  }

  private void create(String kind) {
    String app = kind.toLowerCase(Locale.ROOT);
    if (kind.equals(CREW)) {
      startCrew(app);
    } else {
      create(kind, app, true);
    }
  }

  private void create(String kind, String app, boolean guarded) {
    PodTemplateSpec template = template(app, guarded);
    Map<String, Object> spec = new HashMap<>();
    spec.put("template", template);
    if (kind.equals("Job")) {
      template.getSpec().setRestartPolicy("OnFailure");
      // A server that ends after SIGTERM has succeeded, and must not be the last one.
      spec.put("completions", RUNS);
      spec.put("parallelism", 1);
    } else {
      spec.put("selector", Map.of("matchLabels", Map.of("app", app)));
    }
    if (kind.equals("StatefulSet")) {
      spec.put("serviceName", app);
    }
    create(kind.equals("Job") ? "batch/v1" : "apps/v1", kind, app, Map.of("spec", spec));
  }

  private GenericKubernetesResource create(
      String apiVersion, String kind, String name, Map<String, Object> content) {
    GenericKubernetesResource owner = new GenericKubernetesResource();
    owner.setApiVersion(apiVersion);
    owner.setKind(kind);
    owner.setMetadata(new ObjectMetaBuilder().withName(name).withNamespace(namespace).build());
    owner.setAdditionalProperties(content);
    return cluster.client().resource(owner).create();
  }

  private PodTemplateSpec template(String app, boolean guarded) {
    PodTemplateSpec server =
        Servers.deployment(cluster.client(), "server-go").getSpec().getTemplate();
    return new PodTemplateSpecBuilder(server)
        .editMetadata()
        .withLabels(Map.of("app", app, "tier", "chat", GUARDED, String.valueOf(guarded)))
        .endMetadata()
        .editSpec()
        .withSchedulerName(scheduler)
        .endSpec()
        .build();
  }

  /** Its controller makes a pod when there is none, and tries again after two seconds. */
  private void startCrew(String app) {
    cluster.apply(namespace, CREW_CRD);
    Command.kubectl("wait", "--for=condition=Established", "crd/crews.story.wstuning.dev");
    GenericKubernetesResource created = create("story.wstuning.dev/v1", CREW, app, Map.of());
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
