package dev.wstuning.operator.crd;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wstuning.operator.guardrail.GuardRails;
import dev.wstuning.operator.node.agent.AgentKind;
import dev.wstuning.operator.node.agent.NodeAgentDaemonSet;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.HostPathVolumeSource;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.ValidatingAdmissionPolicy;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.ValidatingAdmissionPolicyBinding;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.Validation;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.Variable;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.rbac.ClusterRole;
import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The parts of the one-file manifest belong together. */
class InstallManifestTest {

  private final List<HasMetadata> objects = parse();

  @Test
  void everyPartIsInIt() throws IOException {
    String manifest = InstallManifest.render();
    try (var parts = Files.list(GeneratedFiles.root().resolve("manifests/install"))) {
      assertThat(parts)
          .isNotEmpty()
          .allSatisfy(part -> assertThat(manifest).contains(Files.readString(part)));
    }
  }

  @Test
  void thePoliciesAllowTheImagesThatTheOperatorIsGiven() {
    assertThat(expressions("wstuning-observers"))
        .contains("variables.added.all(c, c.image == '" + environment("WST_TUNER_IMAGE") + "')");
    assertThat(expressions("wstuning-node-agent"))
        .contains(
            "variables.pod.containers.all(c, c.image == '"
                + environment("WST_NODE_AGENT_IMAGE")
                + "')");
  }

  @Test
  void thePolicyAllowsTheNriSocketsThatTheOperatorIsGiven() {
    String sockets =
        Stream.of(environment("WST_NRI_SOCKET").split(","))
            .map("'%s'"::formatted)
            .collect(Collectors.joining(", ", "[", "]"));

    assertThat(variables("wstuning-node-agent")).containsEntry("sockets", sockets);
  }

  /** What the policies and the rights say literally, the operator has as constants. */
  @Test
  void theNodeAgentIsCalledTheSameEverywhere() {
    String policy = String.join("\n", expressions("wstuning-node-agent"));
    List<String> rights =
        all(Role.class)
            .filter(r -> r.getMetadata().getName().equals("wstuning-operator-nodes"))
            .flatMap(r -> r.getRules().stream())
            .flatMap(r -> r.getResourceNames().stream())
            .toList();

    for (AgentKind kind : AgentKind.values()) {
      assertThat(policy).contains("'" + kind.daemonSet() + "'", "'" + kind.value() + "'");
      assertThat(rights).contains(kind.daemonSet());
    }
    assertThat(policy).contains("'" + AgentKind.NODE_LABEL + "'");
    assertThat(String.join("\n", expressions("wstuning-node-labels")))
        .contains("'" + AgentKind.NODE_LABEL + "'", "['settings', 'grants', 'pods']");
  }

  /** What the policy lists literally, the DaemonSets have. */
  @ParameterizedTest
  @EnumSource
  void thePolicyAllowsWhatTheNodeAgentHas(AgentKind kind) {
    String policy =
        String.join("\n", expressions("wstuning-node-agent"))
            + String.join("\n", variables("wstuning-node-agent").values());
    PodSpec pod =
        new NodeAgentDaemonSet(
                environment("WST_NODE_AGENT_IMAGE"), List.of("/var/run/nri/nri.sock"))
            .of(kind)
            .getSpec()
            .getTemplate()
            .getSpec();
    Container container = pod.getContainers().get(0);

    Stream<String> words =
        Stream.of(
                pod.getVolumes().stream().map(Volume::getName),
                pod.getVolumes().stream()
                    .flatMap(v -> Stream.ofNullable(v.getHostPath()))
                    .map(HostPathVolumeSource::getPath),
                container.getVolumeMounts().stream().map(VolumeMount::getMountPath),
                container.getArgs().stream(),
                container.getSecurityContext().getCapabilities().getAdd().stream())
            .flatMap(all -> all);

    // Those of NRI follow from the list of sockets.
    assertThat(policy)
        .contains(words.filter(w -> !w.contains("nri")).map("'%s'"::formatted).toList());
  }

  /** So that an administrator changes a socket in two places of the manifest, and no third. */
  @Test
  void theNriSocketsAreWrittenInTwoPlaces() {
    String socket = environment("WST_NRI_SOCKET");
    String folder = socket.substring(0, socket.lastIndexOf('/'));

    assertThat(InstallManifest.render().lines().filter(line -> line.contains(folder))).hasSize(2);
    assertThat(expressions("wstuning-node-agent"))
        .anyMatch(e -> e.contains("'--nri-socket=' + variables.sockets.join(',')"))
        .anyMatch(e -> e.contains("v.hostPath.path in variables.folders"));
  }

  /**
   * The manifest names no ports by variables, so it has those that the operator takes by itself.
   */
  @Test
  void scrapersFindTheMetricsOfEachReplica() {
    Service metrics =
        all(Service.class)
            .filter(s -> s.getMetadata().getName().equals("wstuning-metrics"))
            .findFirst()
            .orElseThrow();
    Deployment operator = all(Deployment.class).findFirst().orElseThrow();

    assertThat(metrics.getSpec().getClusterIP()).as("headless").isEqualTo("None");
    assertThat(operator.getSpec().getTemplate().getMetadata().getLabels())
        .containsAllEntriesOf(metrics.getSpec().getSelector());
    assertThat(metrics.getSpec().getPorts())
        .extracting(port -> port.getTargetPort().getStrVal())
        .containsExactly("metrics");
    assertThat(operator.getSpec().getTemplate().getSpec().getContainers().get(0).getPorts())
        .extracting(port -> port.getName() + " " + port.getContainerPort())
        .containsExactly("webhook 8443", "health 8080", "metrics 8082");
  }

  private String environment(String variable) {
    return all(Deployment.class)
        .flatMap(d -> d.getSpec().getTemplate().getSpec().getContainers().stream())
        .flatMap(c -> c.getEnv().stream())
        .filter(env -> env.getName().equals(variable))
        .map(EnvVar::getValue)
        .findFirst()
        .orElseThrow();
  }

  private Map<String, String> variables(String policy) {
    return policies(policy)
        .flatMap(p -> p.getSpec().getVariables().stream())
        .collect(Collectors.toMap(Variable::getName, Variable::getExpression));
  }

  private List<String> expressions(String policy) {
    return policies(policy)
        .flatMap(p -> p.getSpec().getValidations().stream())
        .map(Validation::getExpression)
        .toList();
  }

  private Stream<ValidatingAdmissionPolicy> policies(String name) {
    return all(ValidatingAdmissionPolicy.class).filter(p -> p.getMetadata().getName().equals(name));
  }

  @Test
  void imagesCarryTheVersionOfTheRepository() throws IOException {
    String version = Files.readString(GeneratedFiles.root().resolve("VERSION")).strip();

    assertThat(
            InstallManifest.render().lines().filter(line -> line.contains("localhost/wstuning/")))
        .isNotEmpty()
        .allSatisfy(line -> assertThat(line).containsPattern(":" + version + "\\b"));
  }

  @Test
  void everyPolicyIsBoundAndDenies() {
    List<String> policies =
        all(ValidatingAdmissionPolicy.class).map(p -> p.getMetadata().getName()).toList();

    assertThat(all(ValidatingAdmissionPolicyBinding.class))
        .allSatisfy(b -> assertThat(b.getSpec().getValidationActions()).containsExactly("Deny"))
        .extracting(b -> b.getSpec().getPolicyName())
        .containsExactlyElementsOf(policies);
    assertThat(all(ValidatingAdmissionPolicy.class))
        .isNotEmpty()
        .allSatisfy(
            p ->
                assertThat(p.getSpec().getFailurePolicy())
                    .isEqualTo(
                        p.getMetadata().getName().equals("wstuning-untouched-namespaces")
                            ? "Ignore"
                            : "Fail"));
  }

  /** A role for everything in a namespace includes plans, which agents carry out. */
  @Test
  void aPolicyKeepsEveryoneButTheOperatorFromWritingPlans() {
    assertThat(all(ValidatingAdmissionPolicy.class))
        .filteredOn(
            p ->
                p.getSpec().getMatchConstraints().getResourceRules().stream()
                    .anyMatch(r -> r.getResources().contains("websocketpodplans")))
        .extracting(p -> p.getSpec().getMatchConditions().get(0).getExpression())
        .contains(
            "request.userInfo.username !="
                + " 'system:serviceaccount:wstuning-system:wstuning-operator'");
  }

  /** API servers look for the ConfigMap first: otherwise they would refuse requests of everyone. */
  @Test
  void aMissingConfigMapOfGuardRailsRefusesNothing() {
    assertThat(all(ConfigMap.class).map(c -> c.getMetadata().getName()))
        .containsExactly(GuardRails.CONFIG_MAP);
    assertThat(all(ValidatingAdmissionPolicyBinding.class).map(b -> b.getSpec().getParamRef()))
        .filteredOn(Objects::nonNull)
        .hasSize(2)
        .allSatisfy(
            ref -> {
              assertThat(ref.getName()).isEqualTo(GuardRails.CONFIG_MAP);
              assertThat(ref.getNamespace()).isEqualTo("wstuning-system");
              assertThat(ref.getParameterNotFoundAction()).isEqualTo("Allow");
            });
    assertThat(all(ValidatingAdmissionPolicy.class).filter(p -> p.getSpec().getParamKind() != null))
        .extracting(p -> p.getMetadata().getName())
        .containsExactly("wstuning-untouched-webhooks", "wstuning-untouched-namespaces");
  }

  /** An installation that is applied again must not undo what an administrator set. */
  @Test
  void theConfigMapOfGuardRailsIsShippedWithoutData() {
    assertThat(all(ConfigMap.class).map(ConfigMap::getData))
        .allSatisfy(d -> assertThat(d).isNullOrEmpty());
  }

  @Test
  void theRightToWriteTuningsIsNoPartOfIt() throws IOException {
    String aside =
        Files.readString(GeneratedFiles.root().resolve("manifests/namespace-admins.yaml"));

    assertThat(aside).contains("aggregate-to-admin: \"true\"");
    assertThat(InstallManifest.render()).doesNotContain("aggregate-to-admin", "aggregate-to-edit");
  }

  @Test
  void noRightIsAWildcard() {
    List<PolicyRule> rules =
        Stream.concat(
                all(ClusterRole.class).flatMap(role -> role.getRules().stream()),
                all(Role.class).flatMap(role -> role.getRules().stream()))
            .toList();

    assertThat(rules)
        .isNotEmpty()
        .allSatisfy(
            rule -> {
              assertThat(rule.getVerbs()).isNotEmpty().doesNotContain("*");
              assertThat(rule.getApiGroups()).isNotEmpty().doesNotContain("*");
              assertThat(rule.getResources())
                  .isNotEmpty()
                  .noneMatch(resource -> resource.contains("*"));
              assertThat(rule.getNonResourceURLs()).isEmpty();
            });
  }

  @ParameterizedTest
  @ValueSource(strings = {"10-rbac.yaml", "11-node-rbac.yaml"})
  void everyRightSaysWhatItIsFor(String part) throws IOException {
    List<String> lines =
        Files.readAllLines(GeneratedFiles.root().resolve("manifests/install").resolve(part));
    List<Integer> grants =
        IntStream.range(0, lines.size())
            .filter(i -> lines.get(i).startsWith("- apiGroups:"))
            .boxed()
            .toList();

    assertThat(grants)
        .isNotEmpty()
        .allSatisfy(
            i ->
                assertThat(lines.get(lines.get(i - 1).equals("rules:") ? opening(lines, i) : i - 1))
                    .as("the line before %s, line %d", lines.get(i), i + 1)
                    .startsWith("#"));
  }

  /** The first line of the document that line {@code i} belongs to. */
  private static int opening(List<String> lines, int i) {
    return lines.subList(0, i).lastIndexOf("---") + 1;
  }

  private <T> Stream<T> all(Class<T> type) {
    return objects.stream().filter(type::isInstance).map(type::cast);
  }

  private static List<HasMetadata> parse() {
    return Stream.of(InstallManifest.render().split("(?m)^---\n"))
        .map(document -> (HasMetadata) new KubernetesSerialization().unmarshal(document))
        .toList();
  }
}
