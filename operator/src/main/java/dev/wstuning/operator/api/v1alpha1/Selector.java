package dev.wstuning.operator.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;
import java.util.Map;

/**
 * A label selector with the meaning of {@code metav1.LabelSelector}. It is a type of our own
 * because the shared one carries no constraints, and a selector that the API server accepts here
 * but refuses in the webhook entry would fail late.
 */
@ValidationRule(
    value =
        "(has(self.matchLabels) && size(self.matchLabels) > 0)"
            + " || (has(self.matchExpressions) && size(self.matchExpressions) > 0)",
    message = "selector must not be empty: write matchLabels, for example {app: my-server}")
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record Selector(
    @Size(max = 16)
        @JsonPropertyDescription("Labels that a pod must have, for example {app: my-server}.")
        Map<String, String> matchLabels,
    @Size(max = 16) @JsonPropertyDescription("Conditions on labels. All must be met.")
        List<Requirement> matchExpressions) {

  /**
   * A label's key, as validated by IsQualifiedName() in k8s.io/apimachinery, except for the length
   * of the prefix.
   */
  public static final String KEY_PATTERN =
      "^([a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*/)?"
          + "[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$";

  /** A label's value. */
  public static final String VALUE_PATTERN = "^([A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?)?$";

  /** One condition on one label. */
  @ValidationRule(
      value = "!(self.operator in ['In', 'NotIn']) || (has(self.values) && size(self.values) > 0)",
      message = "In and NotIn need values: write for example values: [my-server]")
  @ValidationRule(
      value =
          "!(self.operator in ['Exists', 'DoesNotExist'])"
              + " || !has(self.values) || size(self.values) == 0",
      message = "Exists and DoesNotExist take no values: leave values out, or write operator: In")
  @ValidationRule(
      value = "self.key.indexOf('/') <= 253",
      message = "the prefix of a label's key must have at most 253 characters: shorten it")
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  public record Requirement(
      @Required
          @Size(min = 1, max = 317)
          @Pattern(KEY_PATTERN)
          @JsonPropertyDescription("The label's key.")
          String key,
      @Required @JsonPropertyDescription("How the label's value is compared with the values.")
          Operator operator,
      @Size(max = 32)
          @JsonPropertyDescription(
              "Values for In and NotIn (at least one); none for Exists and DoesNotExist.")
          List<@Size(max = 63) @Pattern(VALUE_PATTERN) String> values) {
    public List<String> valuesOrEmpty() {
      return values == null ? List.of() : values;
    }
  }

  /** A selector that matches no object. The API server does not accept such a selector. */
  public static final Selector NOTHING = new Selector(null, null);

  public enum Operator {
    In,
    NotIn,
    Exists,
    DoesNotExist
  }

  /** Whether it has no condition, so that it matches nothing. */
  @JsonIgnore
  public boolean isNothing() {
    return labels().isEmpty() && expressions().isEmpty();
  }

  public Map<String, String> labels() {
    return matchLabels == null ? Map.of() : matchLabels;
  }

  public List<Requirement> expressions() {
    return matchExpressions == null ? List.of() : matchExpressions;
  }
}
