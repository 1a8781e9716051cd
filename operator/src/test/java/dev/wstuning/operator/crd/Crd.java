package dev.wstuning.operator.crd;

import dev.wstuning.operator.api.v1alpha1.WebSocketTuning;
import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.crdv2.generator.CRDGenerator;
import io.fabric8.crdv2.generator.CRDPostProcessor;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceColumnDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinitionVersion;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;

/** The CRD: what fabric8's generator makes of the annotated classes, and what it cannot express. */
final class Crd {

  private Crd() {}

  static CustomResourceDefinition generate() {
    AtomicReference<CustomResourceDefinition> result = new AtomicReference<>();
    new CRDGenerator()
        .customResourceClasses(WebSocketTuning.class)
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
    result.get().getSpec().getVersions().forEach(Crd::complete);
    return result.get();
  }

  private static void complete(CustomResourceDefinitionVersion version) {
    orderColumns(version.getAdditionalPrinterColumns());
    SchemaRules.apply(version.getSchema().getOpenAPIV3Schema());
  }

  /** The generator sorts columns by JSON path; users shall see them as the class declares them. */
  private static void orderColumns(List<CustomResourceColumnDefinition> columns) {
    List<String> declared =
        Arrays.stream(WebSocketTuning.class.getAnnotationsByType(AdditionalPrinterColumn.class))
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
