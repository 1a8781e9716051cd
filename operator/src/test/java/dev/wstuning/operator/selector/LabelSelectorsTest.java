package dev.wstuning.operator.selector;

import static dev.wstuning.operator.api.v1alpha1.Selector.Operator.DoesNotExist;
import static dev.wstuning.operator.api.v1alpha1.Selector.Operator.Exists;
import static dev.wstuning.operator.api.v1alpha1.Selector.Operator.In;
import static dev.wstuning.operator.api.v1alpha1.Selector.Operator.NotIn;
import static org.assertj.core.api.Assertions.assertThat;

import dev.wstuning.operator.api.v1alpha1.Selector;
import dev.wstuning.operator.api.v1alpha1.Selector.Operator;
import dev.wstuning.operator.api.v1alpha1.Selector.Requirement;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.LabelSelectorBuilder;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A selector means what metav1.LabelSelector means, in each of its three forms. */
class LabelSelectorsTest {

  @ParameterizedTest
  @CsvSource({
    "In, chat, true",
    "In, video, true",
    "In, mail, false",
    "In, , false",
    "NotIn, chat, false",
    "NotIn, mail, true",
    "NotIn, , true", // a missing label is not in any list
    "Exists, chat, true",
    "Exists, '', true",
    "Exists, , false",
    "DoesNotExist, chat, false",
    "DoesNotExist, '', false",
    "DoesNotExist, , true",
  })
  void anExpression(Operator operator, String label, boolean matches) {
    List<String> values = operator == In || operator == NotIn ? List.of("chat", "video") : null;
    Selector selector = expressions(new Requirement("app", operator, values));
    Map<String, String> labels = label == null ? Map.of("other", "x") : Map.of("app", label);

    assertThat(LabelSelectors.matches(selector, labels)).isEqualTo(matches);
  }

  @Test
  void everyLabelAndEveryExpressionMustHold() {
    Selector selector =
        new Selector(
            Map.of("app", "chat", "tier", "front"),
            List.of(new Requirement("canary", DoesNotExist, null)));

    assertThat(LabelSelectors.matches(selector, Map.of("app", "chat", "tier", "front"))).isTrue();
    assertThat(LabelSelectors.matches(selector, Map.of("app", "chat"))).isFalse();
    assertThat(LabelSelectors.matches(selector, Map.of("app", "chat", "tier", "back"))).isFalse();
    assertThat(
            LabelSelectors.matches(
                selector, Map.of("app", "chat", "tier", "front", "canary", "yes")))
        .isFalse();
  }

  @Test
  void asAQuery() {
    Selector selector =
        new Selector(
            Map.of("tier", "front", "app", "chat"),
            List.of(
                new Requirement("a", In, List.of("1", "2")),
                new Requirement("b", NotIn, List.of("3")),
                new Requirement("c", Exists, null),
                new Requirement("d", DoesNotExist, null)));

    assertThat(LabelSelectors.query(selector))
        .isEqualTo("app=chat,tier=front,a in (1,2),b notin (3),c,!d");
  }

  @Test
  void equalSelectorsGiveEqualQueries() {
    Map<String, String> oneOrder = new LinkedHashMap<>();
    oneOrder.put("a", "1");
    oneOrder.put("b", "2");
    Map<String, String> otherOrder = new LinkedHashMap<>();
    otherOrder.put("b", "2");
    otherOrder.put("a", "1");

    assertThat(LabelSelectors.query(new Selector(oneOrder, null)))
        .isEqualTo(LabelSelectors.query(new Selector(otherOrder, null)));
  }

  @Test
  void asTheApiServerWantsIt() {
    Selector selector =
        new Selector(
            Map.of("app", "chat"),
            List.of(
                new Requirement("a", In, List.of("1", "2")), new Requirement("b", Exists, null)));

    LabelSelector model = LabelSelectors.toModel(selector);

    assertThat(model)
        .isEqualTo(
            new LabelSelectorBuilder()
                .addToMatchLabels("app", "chat")
                .addNewMatchExpression()
                .withKey("a")
                .withOperator("In")
                .withValues("1", "2")
                .endMatchExpression()
                .addNewMatchExpression()
                .withKey("b")
                .withOperator("Exists")
                .endMatchExpression()
                .build());
  }

  private static Selector expressions(Requirement... requirements) {
    return new Selector(null, List.of(requirements));
  }
}
