package dev.wstuning.operator.api.v1alpha1;

import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.model.annotation.Categories;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Version;

/** Sets on nodes what pods cannot set themselves, and reports what nodes have. */
@Group("wstuning.dev")
@Version("v1alpha1")
@ShortNames("wsnt")
@Categories("websocket")
@AdditionalPrinterColumn(
    name = "Ready",
    jsonPath = ".status.conditions[?(@.type==\"Ready\")].status",
    type = AdditionalPrinterColumn.Type.STRING)
@AdditionalPrinterColumn(
    name = "Nodes",
    jsonPath = ".status.summary.nodes",
    type = AdditionalPrinterColumn.Type.STRING)
@AdditionalPrinterColumn(
    name = "Open Files",
    jsonPath = ".status.summary.openFiles",
    type = AdditionalPrinterColumn.Type.STRING)
@AdditionalPrinterColumn(
    name = "Reason",
    jsonPath = ".status.conditions[?(@.type==\"Ready\")].reason",
    type = AdditionalPrinterColumn.Type.STRING)
@AdditionalPrinterColumn(
    name = "Age",
    jsonPath = ".metadata.creationTimestamp",
    type = AdditionalPrinterColumn.Type.DATE)
@AdditionalPrinterColumn(
    name = "Message",
    jsonPath = ".status.conditions[?(@.type==\"Ready\")].message",
    type = AdditionalPrinterColumn.Type.STRING,
    priority = 1)
@ValidationRule(
    value = "size(self.metadata.name) <= 63",
    message = "metadata.name must have at most 63 characters: write a shorter name")
@JsonDeserialize(using = WebSocketNodeTuning.Reader.class)
public class WebSocketNodeTuning
    extends TolerantResource<WebSocketNodeTuningSpec, WebSocketNodeTuningStatus> {

  @Override
  WebSocketNodeTuning empty() {
    return new WebSocketNodeTuning();
  }

  static final class Reader
      extends TolerantDeserializer<
          WebSocketNodeTuningSpec, WebSocketNodeTuningStatus, WebSocketNodeTuning> {

    Reader() {
      super(
          WebSocketNodeTuning::new, WebSocketNodeTuningSpec.class, WebSocketNodeTuningStatus.class);
    }

    @Override
    String selector() {
      return "nodeSelector";
    }

    @Override
    WebSocketNodeTuningSpec outline(WebSocketNodeTuningSpec read, Selector selector) {
      return new WebSocketNodeTuningSpec(selector, null, null, null, null);
    }
  }
}
