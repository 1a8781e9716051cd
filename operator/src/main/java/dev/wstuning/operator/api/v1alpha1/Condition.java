package dev.wstuning.operator.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import java.util.List;

/** A condition, as {@code metav1.Condition}. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Condition(
    @Required
        @Size(max = 316)
        @Pattern("^[A-Z][A-Za-z]*$")
        @JsonPropertyDescription("Type of the condition.")
        String type,
    @Required @JsonPropertyDescription("True, False or Unknown.") ConditionStatus status,
    @JsonPropertyDescription("The generation of the resource that the condition describes.")
        Long observedGeneration,
    @Required @JsonPropertyDescription("When the condition last went from one status to another.")
        String lastTransitionTime,
    @Required
        @Size(min = 1, max = 1024)
        @Pattern("^[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?$")
        @JsonPropertyDescription("The reason in one word.")
        String reason,
    @Required
        @Size(max = 32768)
        @JsonPropertyDescription(
            "What the condition means, and what to do next if something is" + " wrong.")
        String message) {

  static List<Condition> readable(List<Condition> conditions) {
    return conditions == null
        ? List.of()
        : conditions.stream()
            .filter(c -> c != null && c.type != null && c.status != null)
            .filter(c -> c.lastTransitionTime != null && c.reason != null && c.message != null)
            .toList();
  }
}
