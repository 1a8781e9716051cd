package dev.wstuning.operator.crd;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.ValidatingAdmissionPolicy;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.ValidatingAdmissionPolicyBinding;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

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
  void thePolicyAllowsTheImageThatTheOperatorIsGiven() {
    String tunerImage =
        all(Deployment.class)
            .flatMap(d -> d.getSpec().getTemplate().getSpec().getContainers().stream())
            .flatMap(c -> c.getEnv().stream())
            .filter(env -> env.getName().equals("WST_TUNER_IMAGE"))
            .map(EnvVar::getValue)
            .findFirst()
            .orElseThrow();

    assertThat(all(ValidatingAdmissionPolicy.class))
        .filteredOn(policy -> policy.getMetadata().getName().equals("wstuning-observers"))
        .flatExtracting(policy -> policy.getSpec().getValidations())
        .extracting("expression")
        .contains("variables.added.all(c, c.image == '" + tunerImage + "')");
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
        .allSatisfy(p -> assertThat(p.getSpec().getFailurePolicy()).isEqualTo("Fail"));
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
