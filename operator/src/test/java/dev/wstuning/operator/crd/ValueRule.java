package dev.wstuning.operator.crd;

import dev.wstuning.operator.sysctl.SysctlKey;
import io.fabric8.kubernetes.api.model.apiextensions.v1.ValidationRule;
import io.fabric8.kubernetes.api.model.apiextensions.v1.ValidationRuleBuilder;

/** The rule for the value of one key in the schema of an entry with a name and a value. */
final class ValueRule {

  private ValueRule() {}

  static ValidationRule of(SysctlKey key) {
    return new ValidationRuleBuilder()
        .withRule(
            "self.name != '%s' || (%s)"
                .formatted(key.key(), wellFormedAndInBounds(key.fields(), key.min(), key.max())))
        .withMessage(key.expected())
        .withFieldPath(".value")
        .build();
  }

  private static String wellFormedAndInBounds(int fields, long min, long max) {
    String number = number(max);
    String pattern = "^" + number + (" " + number).repeat(fields - 1) + "$";
    String wellFormed = "self.value.matches('%s')".formatted(pattern);
    if (max == Long.MAX_VALUE) {
      wellFormed += " && (size(self.value) < 19 || self.value <= '%d')".formatted(max);
    }
    return fields == 1
        ? "%s && int(self.value) >= %d && int(self.value) <= %d".formatted(wellFormed, min, max)
        : ("%s && self.value.split(' ').all(n, int(n) >= %d && int(n) <= %d)"
                + " && self.value.split(' ').map(n, int(n)).isSorted()")
            .formatted(wellFormed, min, max);
  }

  /**
   * A number without sign or leading zeros, and short enough for the conversion to an integer. The
   * largest integer has as many digits as some that are too large, so those are compared as text.
   */
  private static String number(long max) {
    int digits = Math.max(10, String.valueOf(max).length());
    return "(0|[1-9][0-9]{0,%d})".formatted(digits - 1);
  }
}
