package dev.wstuning.operator.importing;

import dev.wstuning.operator.sysctl.NodeSysctl;
import dev.wstuning.operator.sysctl.Sysctl;
import dev.wstuning.operator.sysctl.SysctlKey;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Reads the lines of sysctl.conf. */
final class SysctlLines {

  private static final Pattern SETTING = Pattern.compile("([^=]*)=(.*)", Pattern.DOTALL);

  /** The kernel would not take it for a part of the value either. */
  private static final Pattern COMMENT = Pattern.compile("\\s[#;].*");

  /** A line that sets a key. */
  private record Assignment(Line line, String written, String key, String value) {}

  private final Map<String, Assignment> last = new LinkedHashMap<>();
  private final Draft draft;

  SysctlLines(Draft draft) {
    this.draft = draft;
  }

  void read(List<Line> lines) {
    lines.forEach(this::read);
  }

  /** Decides, once all files are read: if several set a key, the last one counts. */
  void translate() {
    last.values().forEach(this::translate);
    addKeepalive();
  }

  private void read(Line line) {
    Matcher setting = SETTING.matcher(line.text());
    if (!setting.matches() || setting.group(1).isBlank()) {
      draft.add(Remark.leftOut(line, line.text(), "it is no setting: write KEY = VALUE"));
      return;
    }
    String written = KeyName.dotted(setting.group(1).strip());
    String key = KeyName.today(written);
    String value = Sysctl.normalise(COMMENT.matcher(setting.group(2)).replaceFirst("").strip());
    Assignment before = last.put(key, new Assignment(line, written, key, value));
    if (before != null) {
      draft.add(Remark.setAgain(before.line(), key, line));
    }
  }

  private void translate(Assignment set) {
    Optional<Sysctl> ofPod = Sysctl.ofKey(set.key());
    Optional<NodeSysctl> ofNode = NodeSysctl.ofKey(set.key());
    if (ofPod.isEmpty() && ofNode.isEmpty()) {
      draft.add(Remark.leftOut(set.line(), set.key(), NoPlace.of(set.key())));
      return;
    }
    SysctlKey key = ofPod.map(SysctlKey.class::cast).orElseGet(ofNode::get);
    Optional<String> problem = key.problemWith(set.value());
    if (problem.isPresent()) {
      draft.add(Remark.leftOut(set.line(), set.key(), why(key, set.value(), problem.get())));
      return;
    }
    ofPod.ifPresent(k -> draft.podSysctls().put(k, set.value()));
    ofNode.ifPresent(k -> draft.nodeSysctls().put(k, set.value()));
    if (!set.written().equals(set.key())) {
      draft.add(Remark.changed(set.line(), set.written(), "its name is " + set.key()));
    }
  }

  private static String why(SysctlKey key, String value, String expected) {
    boolean tooLow =
        key instanceof NodeSysctl
            && value.matches("[0-9]{1,18}")
            && Long.parseLong(value) < key.min();
    return "%s, not %s%s"
        .formatted(
            expected.replaceFirst("^\\S+ ", "it "),
            value.isEmpty() ? "nothing" : value,
            tooLow ? "; less could break programs of the node" : "");
  }

  /** A tuning has all three values of keepalive or none. */
  private void addKeepalive() {
    Map<Sysctl, String> values = draft.podSysctls();
    List<Sysctl> missing =
        Draft.KEEPALIVE_DEFAULTS.keySet().stream().filter(k -> !values.containsKey(k)).toList();
    if (missing.isEmpty() || missing.size() == Draft.KEEPALIVE_DEFAULTS.size()) {
      return;
    }
    String added =
        missing.stream()
            .map(k -> k.key() + " = " + Draft.KEEPALIVE_DEFAULTS.get(k))
            .collect(Collectors.joining(" and "));
    Draft.KEEPALIVE_DEFAULTS.keySet().stream()
        .filter(values::containsKey)
        .findFirst()
        .map(k -> last.get(k.key()))
        .ifPresent(
            set ->
                draft.add(
                    Remark.consider(
                        set.line(),
                        set.key(),
                        "no line sets the rest, so the tuning has the kernel's default: "
                            + added
                            + ". Shorter ones find dead peers sooner; deadPeers: {withinSeconds: N}"
                            + " instead of keepalive derives all of them")));
    missing.forEach(k -> values.put(k, Draft.KEEPALIVE_DEFAULTS.get(k)));
  }
}
