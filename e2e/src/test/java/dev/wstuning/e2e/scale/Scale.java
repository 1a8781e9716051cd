package dev.wstuning.e2e.scale;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wstuning.e2e.support.Installation;
import dev.wstuning.e2e.support.Machine;
import dev.wstuning.e2e.support.NeedsTheNode;
import dev.wstuning.e2e.support.Section;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * The operator at full size. Run by make scale; writes the table of docs/scale.md. A part whose
 * result is in target/scale is not measured again unless it is named in {@code -Dscale.parts}.
 * {@code -Dscale.percent=10} tries parts out, and keeps nothing.
 */
@NeedsTheNode
class Scale {

  private static List<Part> parts;

  @BeforeAll
  static void start() {
    BigCluster big = new BigCluster(Installation.withOperator());
    parts =
        List.of(
            new NewTunings(big),
            new Roll(big),
            new ColdStart(big),
            AdmissionLatency.busy(big),
            new Soak(big, 1),
            new Soak(big, 2),
            new Soak(big, 3),
            // By now the pods had their second looks, and the API server has nothing to do.
            new Quiet(big),
            AdmissionLatency.idle(big),
            new NodeLoss(big));
  }

  @TestFactory
  Stream<DynamicTest> parts() {
    return parts.stream()
        .filter(Scale::isDue)
        .map(part -> DynamicTest.dynamicTest(part.name(), () -> measure(part)));
  }

  private static boolean isDue(Part part) {
    String named = System.getProperty("scale.parts", "");
    return named.isBlank()
        ? !part.onlyIfNamed() && Result.of(part).isEmpty()
        : List.of(named.split(",")).contains(part.name());
  }

  private static void measure(Part part) {
    String place =
        "%s, %s"
            .formatted(
                LocalDate.now(ZoneOffset.UTC),
                Machine.describe(Installation.withOperator().client()));
    String load = Machine.load();
    List<Line> lines = part.measure();
    lines.forEach(line -> System.out.print(part.name() + ": " + line.row()));
    if (BigCluster.PERCENT == 100) {
      new Result(place, load, lines).keep(part);
      write();
    }
    assertThat(lines).as(part.name()).allMatch(Line::holds);
  }

  private static void write() {
    List<Result> results = parts.stream().map(Result::of).flatMap(Optional::stream).toList();
    Section.of("docs/scale.md", Scale.class)
        .write(
            """
            %s; load averages before the parts: %s.

            | Work | Must be | Is | Was in 0.1.0 |
            |---|---|---|---|
            %s"""
                .formatted(
                    together(results.stream().map(Result::place).distinct()),
                    together(results.stream().map(Result::load)),
                    results.stream()
                        .flatMap(r -> r.lines().stream())
                        .map(Line::row)
                        .collect(Collectors.joining())));
  }

  private static String together(Stream<String> texts) {
    return texts.collect(Collectors.joining(", "));
  }
}
