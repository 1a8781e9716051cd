package dev.wstuning.operator.crd;

import dev.wstuning.operator.api.v1alpha1.WebSocketNodeReport;
import dev.wstuning.operator.api.v1alpha1.WebSocketNodeState;
import dev.wstuning.operator.api.v1alpha1.WebSocketNodeTuning;
import dev.wstuning.operator.api.v1alpha1.WebSocketPodPlan;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuning;
import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.crdv2.generator.CRDGenerator;
import io.fabric8.crdv2.generator.CRDPostProcessor;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceColumnDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinitionVersion;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/**
 * The CRDs: what fabric8's generator makes of the annotated classes, and what it cannot express.
 */
final class Crd {

  /** What the annotations of each kind cannot say. */
  private static final Map<Class<? extends HasMetadata>, Consumer<JSONSchemaProps>> RULES =
      Map.of(
          WebSocketTuning.class, SchemaRules::apply,
          WebSocketNodeTuning.class, NodeSchemaRules::applyToTuning,
          WebSocketNodeState.class, NodeSchemaRules::applyToNode,
          WebSocketPodPlan.class, AgentSchemaRules::applyToPlan,
          WebSocketNodeReport.class, AgentSchemaRules::applyToReport);

  /** Kinds that one side alone writes, so that one write is enough. */
  private static final Set<Class<? extends HasMetadata>> WITHOUT_SUBRESOURCE =
      Set.of(WebSocketPodPlan.class, WebSocketNodeReport.class);

  private Crd() {}

  static CustomResourceDefinition generate(Class<? extends HasMetadata> kind) {
    AtomicReference<CustomResourceDefinition> result = new AtomicReference<>();
    new CRDGenerator()
        .customResourceClasses(kind)
        .forCRDVersions("v1")
        .withPostProcessor(
            new CRDPostProcessor() {
              @Override
              public HasMetadata process(HasMetadata crd, String crdSpecVersion) {
                result.set((CustomResourceDefinition) crd);
                return crd;
              }
            })
        .withOutput(new Discarded())
        .detailedGenerate();
    result.get().getSpec().getVersions().forEach(v -> complete(v, kind));
    return result.get();
  }

  /** The schema that users meet. */
  static JSONSchemaProps schema(Class<? extends HasMetadata> kind) {
    return generate(kind).getSpec().getVersions().get(0).getSchema().getOpenAPIV3Schema();
  }

  private static void complete(
      CustomResourceDefinitionVersion version, Class<? extends HasMetadata> kind) {
    orderColumns(version.getAdditionalPrinterColumns(), kind);
    if (WITHOUT_SUBRESOURCE.contains(kind)) {
      version.setSubresources(null);
    }
    JSONSchemaProps root = version.getSchema().getOpenAPIV3Schema();
    RULES.get(kind).accept(root);
    FieldTypes.apply(root, kind);
  }

  /** The generator sorts columns by JSON path; users must see them as the class declares them. */
  private static void orderColumns(
      List<CustomResourceColumnDefinition> columns, Class<? extends HasMetadata> kind) {
    List<String> declared =
        Arrays.stream(kind.getAnnotationsByType(AdditionalPrinterColumn.class))
            .map(AdditionalPrinterColumn::name)
            .toList();
    columns.sort(Comparator.comparingInt(column -> declared.indexOf(column.getName())));
    columns.stream()
        .filter(column -> Integer.valueOf(0).equals(column.getPriority()))
        .forEach(column -> column.setPriority(null));
  }

  /** The generator insists on writing; the post-processor has taken the object itself. */
  private static final class Discarded implements CRDGenerator.CRDOutput<ByteArrayOutputStream> {
    @Override
    public ByteArrayOutputStream outputFor(String crdName) {
      return new ByteArrayOutputStream();
    }

    @Override
    public void close() {}
  }
}
