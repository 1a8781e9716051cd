package dev.wstuning.operator;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.simpleName;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.fabric8.kubernetes.client.CustomResource;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** Who may use whom. A package that is missing in these tables is refused. */
class ArchitectureTest {

  private static final String ROOT = "dev.wstuning.operator";

  private static final JavaClasses OPERATOR =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages(ROOT);

  private static final Map<String, Set<String>> MAY_USE =
      Map.ofEntries(
          Map.entry("api.v1alpha1", Set.of()),
          Map.entry("tuning", Set.of("api.v1alpha1")),
          Map.entry("selection", Set.of("api.v1alpha1")),
          Map.entry("mutation", Set.of("api.v1alpha1", "tuning", "selection")),
          Map.entry("report", Set.of()),
          Map.entry("condition", Set.of("api.v1alpha1")),
          Map.entry("event", Set.of("api.v1alpha1")),
          // mutation.TunerContainer both writes the order to the init container and reads it back.
          Map.entry("verdict", Set.of("api.v1alpha1", "tuning", "selection", "mutation", "report")),
          Map.entry(
              "status",
              Set.of(
                  "api.v1alpha1",
                  "condition",
                  "tuning",
                  "selection",
                  "mutation",
                  "report",
                  "verdict")),
          Map.entry("admission", Set.of("api.v1alpha1", "tuning", "selection", "mutation")),
          Map.entry("pace", Set.of()),
          Map.entry("patch", Set.of()),
          Map.entry("observer", Set.of("pace", "tuning", "selection", "report", "verdict")),
          Map.entry("rollout", Set.of("selection", "verdict")),
          Map.entry(
              "reconciler",
              Set.of(
                  "api.v1alpha1",
                  "tuning",
                  "selection",
                  "mutation",
                  "report",
                  "verdict",
                  "condition",
                  "event",
                  "status",
                  "admission",
                  "observer",
                  "pace",
                  "patch",
                  "rollout")),
          Map.entry("node", Set.of("api.v1alpha1", "condition", "selection", "verdict")),
          Map.entry("fleet", Set.of("api.v1alpha1", "condition", "event", "node", "pace", "patch")),
          Map.entry("management", Set.of()));

  /** What the pure packages may use besides the JDK and this operator. */
  private static final Map<String, List<String>> PURE =
      Map.of(
          "tuning", List.of(),
          "pace", List.of(),
          "report", List.of("com.fasterxml.jackson.."),
          "condition", List.of(),
          "selection", List.of("io.fabric8.kubernetes.api.."),
          "mutation", List.of("io.fabric8.kubernetes.api.."),
          "verdict", List.of("io.fabric8.kubernetes.api.."),
          "status", List.of(),
          "node", List.of("io.fabric8.kubernetes.api.."));

  private static final List<String> PACKAGES = MAY_USE.keySet().stream().sorted().toList();
  private static final List<String> PURE_PACKAGES = PURE.keySet().stream().sorted().toList();

  @ParameterizedTest
  @FieldSource("PACKAGES")
  void aPackageUsesOnlyThoseBelowIt(String name) {
    List<String> allowed = new ArrayList<>(List.of(ROOT + "." + name));
    MAY_USE.get(name).forEach(p -> allowed.add(ROOT + "." + p));
    classes()
        .that()
        .resideInAPackage(ROOT + "." + name)
        .should()
        .onlyDependOnClassesThat(
            not(resideInAnyPackage(ROOT + ".."))
                .or(resideInAnyPackage(allowed.toArray(String[]::new))))
        .check(OPERATOR);
  }

  @ParameterizedTest
  @FieldSource("PURE_PACKAGES")
  void aPurePackageNeedsNoClusterNoLogAndNoFramework(String name) {
    List<String> allowed = new ArrayList<>(List.of("java..", ROOT + ".."));
    allowed.addAll(PURE.get(name));
    classes()
        .that()
        .resideInAPackage(ROOT + "." + name)
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(allowed.toArray(String[]::new))
        .check(OPERATOR);
  }

  @Test
  void theApiKnowsNothingOfTheClientButCustomResource() {
    noClasses()
        .that()
        .resideInAPackage(ROOT + ".api..")
        .should()
        .dependOnClassesThat(
            resideInAnyPackage("io.fabric8.kubernetes.client..", "io.javaoperatorsdk..")
                .and(not(simpleName(CustomResource.class.getSimpleName()))))
        .check(OPERATOR);
  }

  @Test
  void everyPackageHasItsPlaceInTheTable() {
    Set<String> present =
        OPERATOR.stream()
            .map(JavaClass::getPackageName)
            .filter(p -> !p.equals(ROOT))
            .map(p -> p.substring(ROOT.length() + 1))
            .collect(Collectors.toSet());
    assertThat(present).isEqualTo(MAY_USE.keySet());
  }

  @Test
  void packagesFormNoCycle() {
    slices().matching(ROOT + ".(**)").should().beFreeOfCycles().check(OPERATOR);
  }

  @Test
  void onlyTheWiringAsksForTheTime() {
    noClasses()
        .that()
        .resideOutsideOfPackage(ROOT)
        .should()
        .callMethod(Instant.class, "now")
        .orShould()
        .callMethod(Clock.class, "systemUTC")
        .orShould()
        .callMethod(Clock.class, "systemDefaultZone")
        .orShould()
        .callMethod(System.class, "currentTimeMillis")
        .check(OPERATOR);
  }

  @Test
  void onlyTheWarmUpPrints() {
    noClasses()
        .that()
        .doNotHaveFullyQualifiedName(WarmUp.class.getName())
        .should()
        .accessField(System.class, "out")
        .orShould()
        .accessField(System.class, "err")
        .check(OPERATOR);
  }
}
