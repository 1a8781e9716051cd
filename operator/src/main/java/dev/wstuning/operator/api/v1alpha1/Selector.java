package dev.wstuning.operator.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import java.util.List;
import java.util.Map;

/**
 * A label selector with the meaning of {@code metav1.LabelSelector}. It is a type of our own because
 * the shared one carries no constraints, and a selector that the API server accepts here but
 * refuses in the webhook entry would fail late.
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record Selector(
    @Size(max = 16)
        @JsonPropertyDescription("Labels that a pod must have, for example {app: my-server}.")
        Map<String, String> matchLabels,
    @Size(max = 16) @JsonPropertyDescription("Conditions on labels; all must hold.")
        List<Requirement> matchExpressions) {

  /** One condition on one label. */
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  public record Requirement(
      @Required
          @Size(min = 1, max = 317)
          @Pattern(
              "^([a-z0-9]([-a-z0-9.]*[a-z0-9])?/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$")
          @JsonPropertyDescription("The label's key.")
          String key,
      @Required @JsonPropertyDescription("How the label's value is compared with values.")
          Operator operator,
      @Size(max = 32)
          @JsonPropertyDescription(
              "Values for In and NotIn (at least one); none for Exists and DoesNotExist.")
          List<
                  @Size(max = 63) @Pattern("^([A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?)?$") String>
              values) {
    public List<String> valuesOrEmpty() {
      return values == null ? List.of() : values;
    }
  }

  public enum Operator {
    In,
    NotIn,
    Exists,
    DoesNotExist
  }

  public Map<String, String> labels() {
    return matchLabels == null ? Map.of() : matchLabels;
  }

  public List<Requirement> expressions() {
    return matchExpressions == null ? List.of() : matchExpressions;
  }
}
