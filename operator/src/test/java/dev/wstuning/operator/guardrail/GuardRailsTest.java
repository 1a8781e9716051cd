package dev.wstuning.operator.guardrail;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a ConfigMap keeps from all tunings; what cannot be read keeps out the most. */
class GuardRailsTest {

  private static final Set<String> NEVER = Set.of("kube-system", "wstuning-system");

  @Test
  void withoutDataEverythingIsAllowedApartFromTheSystem() {
    GuardRails none = GuardRails.none(NEVER);

    assertThat(none.in("realtime")).isEqualTo(Allowance.ALL);
    assertThat(none.in("kube-system").change())
        .contains(
            new Refusal(
                "the operator never changes pods of namespace kube-system",
                "create the tuning in another namespace"));
    assertThat(none.mistakes()).isEmpty();
    assertThat(rails("maxPrivilege", "Privileged", "untouchedNamespaces", "")).isEqualTo(none);
  }

  @Test
  void theCapHoldsInEveryNamespace() {
    GuardRails capped = rails("maxPrivilege", " Unprivileged\n");

    assertThat(capped.in("realtime").privilege()).isPresent();
    assertThat(capped.in("realtime").change()).isEmpty();
    assertThat(capped.mistakes()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"payments,batch", "payments, batch,", "\npayments\nbatch\n", "batch payments"})
  void namesAreSeparatedByCommasOrWhiteSpace(String value) {
    GuardRails listed = rails("untouchedNamespaces", value);

    assertThat(listed.in("payments").change()).isPresent();
    assertThat(listed.in("batch").change()).isPresent();
    assertThat(listed.in("kube-system").change()).isPresent();
    assertThat(listed.in("pay").change()).isEmpty();
    assertThat(listed.in("payments-test").change()).isEmpty();
    assertThat(listed.mistakes()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "unprivileged", "Auto", "Privileged,Unprivileged"})
  void aMaximumThatIsNotKnownAllowsNoPrivilege(String value) {
    GuardRails mistaken = rails("maxPrivilege", value, "untouchedNamespaces", "batch");

    assertThat(mistaken.in("realtime").privilege().map(Refusal::why))
        .contains(
            "in the ConfigMap wstuning-guard-rails maxPrivilege is \"%s\", which allows no privileged containers: write Privileged or Unprivileged"
                .formatted(value));
    assertThat(mistaken.in("realtime").change()).isEmpty();
    assertThat(mistaken.mistakes()).containsExactly(mistaken.privilege().orElseThrow().why());
  }

  @ParameterizedTest
  @ValueSource(strings = {"Payments", "payments;batch", "pay_ments", "team-*", "-a", "\"batch\""})
  void aListThatCannotBeReadLetsNoNamespaceBeTouched(String name) {
    GuardRails mistaken = rails("untouchedNamespaces", "a, " + name);

    assertThat(mistaken.in("realtime"))
        .isEqualTo(
            new Allowance(
                Optional.empty(),
                Optional.of(
                    new Refusal(
                        "in the ConfigMap wstuning-guard-rails untouchedNamespaces contains \"%s\", which is no name of a namespace, so no namespace is touched: write names separated by commas or white space"
                            .formatted(name),
                        "have the cluster's administrator correct the ConfigMap wstuning-guard-rails"))));
    assertThat(mistaken.mistakes()).hasSize(1);
  }

  /** It may be one of the known keys, misspelt. */
  @Test
  void aKeyThatIsNotKnownLetsNoNamespaceBeTouched() {
    GuardRails mistaken = rails("maxPriviledge", "Unprivileged");

    assertThat(mistaken.mistakes())
        .containsExactly(
            "in the ConfigMap wstuning-guard-rails the key maxPriviledge is not known, so no namespace is touched: write maxPrivilege or untouchedNamespaces");
    assertThat(mistaken.in("realtime").change()).isPresent();
  }

  private static GuardRails rails(String... keysAndValues) {
    return GuardRails.of(
        NEVER,
        keysAndValues.length == 2
            ? Map.of(keysAndValues[0], keysAndValues[1])
            : Map.of(keysAndValues[0], keysAndValues[1], keysAndValues[2], keysAndValues[3]));
  }
}
