package dev.wstuning.operator.api.v1alpha1;

import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.model.annotation.Categories;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Version;

/**
 * The resolved plan of one tuning, under its name, which the agents of nodes read. The operator
 * writes it for each tuning of a namespace in which at least one has {@code via: NodeAgent},
 * because an agent must know all of them to decide whose a pod is.
 */
@Group("wstuning.dev")
@Version("v1alpha1")
@Categories("websocket")
@AdditionalPrinterColumn(
    name = "Via",
    jsonPath = ".spec.via",
    type = AdditionalPrinterColumn.Type.STRING)
@AdditionalPrinterColumn(
    name = "Plan",
    jsonPath = ".spec.plan",
    type = AdditionalPrinterColumn.Type.STRING)
@AdditionalPrinterColumn(
    name = "Age",
    jsonPath = ".metadata.creationTimestamp",
    type = AdditionalPrinterColumn.Type.DATE)
@JsonDeserialize(using = WebSocketPodPlan.Reader.class)
public class WebSocketPodPlan extends TolerantResource<WebSocketPodPlanSpec, Void>
    implements Namespaced {

  @Override
  WebSocketPodPlan empty() {
    return new WebSocketPodPlan();
  }

  static final class Reader
      extends TolerantDeserializer<WebSocketPodPlanSpec, Void, WebSocketPodPlan> {

    Reader() {
      super(WebSocketPodPlan::new, WebSocketPodPlanSpec.class, Void.class);
    }

    @Override
    String selector() {
      return null;
    }

    /** The operator calculates the whole spec again from the tuning. */
    @Override
    WebSocketPodPlanSpec outline(WebSocketPodPlanSpec read, Selector selector) {
      return read;
    }
  }
}
