package dev.wstuning.operator.crd;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.Yaml;

/** A CRD as a file that people can read and review. */
final class CrdYaml {

  private static final String HEADER =
      """
      # Generated from the classes of dev.wstuning.operator.api.v1alpha1 and the enums Sysctl, NodeSysctl.
      # Edit those, then run: make crds
      """;

  private CrdYaml() {}

  static String render(Class<? extends HasMetadata> kind) {
    DumperOptions options = new DumperOptions();
    options.setDefaultFlowStyle(DumperOptions.FlowStyle.BLOCK);
    options.setWidth(100);
    Map<?, ?> crd = new KubernetesSerialization().convertValue(Crd.generate(kind), Map.class);
    return HEADER + new Yaml(options).dump(wholeNumbers(crd));
  }

  /** The model holds bounds as doubles, which would be written as 1.073741816E9. */
  private static Object wholeNumbers(Object node) {
    if (node instanceof Map<?, ?> map) {
      Map<Object, Object> copy = new LinkedHashMap<>();
      map.forEach((key, value) -> copy.put(key, wholeNumbers(value)));
      return copy;
    }
    if (node instanceof List<?> list) {
      return list.stream().map(CrdYaml::wholeNumbers).toList();
    }
    return node instanceof Double number ? (Object) number.longValue() : node;
  }
}
