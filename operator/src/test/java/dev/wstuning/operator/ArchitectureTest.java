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
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
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
          Map.entry("sysctl", Set.of()),
          Map.entry("deadpeer", Set.of("api.v1alpha1", "sysctl")),
          Map.entry("capacity", Set.of()),
          Map.entry("selector", Set.of("api.v1alpha1")),
          Map.entry("condition", Set.of("api.v1alpha1")),
          Map.entry("publish", Set.of("api.v1alpha1", "condition", "pace")),
          Map.entry("pace", Set.of()),
          Map.entry("certificate", Set.of()),
          Map.entry("management", Set.of()),
          Map.entry("metrics", Set.of()),
          Map.entry("store", Set.of()),
          Map.entry("podsecurity", Set.of()),
          Map.entry("guardrail", Set.of()),
          Map.entry("importing", Set.of("api.v1alpha1", "sysctl")),
          Map.entry(
              "pod.plan", Set.of("api.v1alpha1", "sysctl", "deadpeer", "capacity", "guardrail")),
          Map.entry("pod.selection", Set.of("api.v1alpha1", "selector")),
          Map.entry(
              "pod.tuner",
              Set.of("api.v1alpha1", "sysctl", "deadpeer", "pod.plan", "pod.selection")),
          Map.entry(
              "pod.nodeplan",
              Set.of("store", "publish", "api.v1alpha1", "pod.plan", "pod.selection", "pod.tuner")),
          Map.entry(
              "pod.injection",
              Set.of(
                  "podsecurity",
                  "api.v1alpha1",
                  "sysctl",
                  "pod.plan",
                  "pod.selection",
                  "pod.tuner")),
          Map.entry(
              "pod.admission",
              Set.of(
                  "store",
                  "guardrail",
                  "podsecurity",
                  "api.v1alpha1",
                  "selector",
                  "certificate",
                  "pace",
                  "pod.plan",
                  "pod.selection",
                  "pod.injection",
                  "pod.suspension")),
          Map.entry(
              "pod.observation",
              Set.of(
                  "capacity",
                  "guardrail",
                  "api.v1alpha1",
                  "sysctl",
                  "deadpeer",
                  "pod.plan",
                  "pod.selection",
                  "pod.tuner",
                  "pod.injection")),
          Map.entry(
              "pod.observer",
              Set.of(
                  "podsecurity",
                  "sysctl",
                  "pace",
                  "pod.selection",
                  "pod.tuner",
                  "pod.observation")),
          Map.entry(
              "pod.rollout", Set.of("api.v1alpha1", "pace", "pod.selection", "pod.observation")),
          Map.entry(
              "pod.suspension",
              Set.of(
                  "pace",
                  "store",
                  "api.v1alpha1",
                  "condition",
                  "pod.plan",
                  "pod.selection",
                  "pod.tuner",
                  "pod.observation")),
          Map.entry(
              "pod.verdict",
              Set.of(
                  "capacity",
                  "guardrail",
                  "api.v1alpha1",
                  "sysctl",
                  "deadpeer",
                  "condition",
                  "pod.plan",
                  "pod.selection",
                  "pod.tuner",
                  "pod.observation")),
          Map.entry(
              "pod.status",
              Set.of(
                  "api.v1alpha1",
                  "sysctl",
                  "deadpeer",
                  "capacity",
                  "condition",
                  "pod.plan",
                  "pod.selection",
                  "pod.tuner",
                  "pod.observation",
                  "pod.verdict")),
          Map.entry(
              "pod.reconciler",
              Set.of(
                  "store",
                  "api.v1alpha1",
                  "selector",
                  "condition",
                  "publish",
                  "pace",
                  "certificate",
                  "pod.plan",
                  "pod.selection",
                  "pod.tuner",
                  "pod.admission",
                  "pod.observation",
                  "pod.observer",
                  "pod.rollout",
                  "pod.suspension",
                  "pod.verdict",
                  "pod.status")),
          Map.entry("node.plan", Set.of("api.v1alpha1", "selector")),
          Map.entry("node.agent", Set.of("podsecurity", "api.v1alpha1", "node.plan")),
          Map.entry("node.wave", Set.of("api.v1alpha1", "node.plan", "node.agent")),
          Map.entry(
              "node.verdict",
              Set.of("api.v1alpha1", "condition", "node.plan", "node.agent", "node.wave")),
          Map.entry(
              "node.status",
              Set.of(
                  "api.v1alpha1",
                  "condition",
                  "node.plan",
                  "node.agent",
                  "node.wave",
                  "node.verdict")),
          Map.entry(
              "node.reconciler",
              Set.of(
                  "store",
                  "condition",
                  "api.v1alpha1",
                  "publish",
                  "pace",
                  "node.plan",
                  "node.agent",
                  "node.wave",
                  "node.status")));

  /** What the pure packages may use apart from the JDK and this operator. */
  private static final Map<String, List<String>> PURE =
      Map.ofEntries(
          Map.entry("sysctl", List.of()),
          Map.entry("deadpeer", List.of()),
          Map.entry("capacity", List.of()),
          Map.entry("selector", List.of("io.fabric8.kubernetes.api..")),
          Map.entry("condition", List.of()),
          Map.entry("pace", List.of()),
          Map.entry("importing", List.of()),
          Map.entry("pod.plan", List.of()),
          Map.entry("pod.selection", List.of("io.fabric8.kubernetes.api..")),
          Map.entry("pod.tuner", List.of("com.fasterxml.jackson..", "io.fabric8.kubernetes.api..")),
          Map.entry("pod.injection", List.of("io.fabric8.kubernetes.api..")),
          Map.entry(
              "pod.observation", List.of("com.fasterxml.jackson..", "io.fabric8.kubernetes.api..")),
          Map.entry("pod.verdict", List.of()),
          Map.entry("pod.status", List.of()),
          Map.entry("node.plan", List.of("io.fabric8.kubernetes.api..")),
          Map.entry("node.agent", List.of("io.fabric8.kubernetes.api..")),
          Map.entry("node.wave", List.of("io.fabric8.kubernetes.api..")),
          Map.entry("node.verdict", List.of()),
          Map.entry("node.status", List.of("io.fabric8.kubernetes.api..")));

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

  /** A file is a type with all that is nested in it. */
  private static final SliceAssignment FILES =
      new SliceAssignment() {
        @Override
        public SliceIdentifier getIdentifierOf(JavaClass type) {
          return type.getPackageName().startsWith(ROOT)
              ? SliceIdentifier.of(type.getName().replaceAll("\\$.*", ""))
              : SliceIdentifier.ignore();
        }

        @Override
        public String getDescription() {
          return "files";
        }
      };

  @Test
  void filesFormNoCycle() {
    slices().assignedFrom(FILES).should().beFreeOfCycles().check(OPERATOR);
  }

  @Test
  void neitherWingUsesTheOther() {
    slices().matching(ROOT + ".(pod|node)..").should().notDependOnEachOther().check(OPERATOR);
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
  void onlyCommandsPrint() {
    noClasses()
        .that()
        .doNotHaveFullyQualifiedName(ClassArchiveTraining.class.getName())
        .and()
        .doNotHaveFullyQualifiedName(ImportCommand.class.getName())
        .should()
        .accessField(System.class, "out")
        .orShould()
        .accessField(System.class, "err")
        .check(OPERATOR);
  }
}
