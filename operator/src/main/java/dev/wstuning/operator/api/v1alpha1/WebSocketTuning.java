package dev.wstuning.operator.api.v1alpha1;

import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.model.annotation.Categories;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Version;

/**
 * Tunes the selected WebSocket server pods of its namespace, and reports the settings that they
 * actually have.
 */
@Group("wstuning.dev")
@Version("v1alpha1")
@ShortNames("wst")
@Categories("websocket")
@AdditionalPrinterColumn(
    name = "Mode",
    jsonPath = ".spec.mode",
    type = AdditionalPrinterColumn.Type.STRING)
@AdditionalPrinterColumn(
    name = "Ready",
    jsonPath = ".status.conditions[?(@.type==\"Ready\")].status",
    type = AdditionalPrinterColumn.Type.STRING)
@AdditionalPrinterColumn(
    name = "Effective",
    jsonPath = ".status.summary.effective",
    type = AdditionalPrinterColumn.Type.STRING)
@AdditionalPrinterColumn(
    name = "Open Files",
    jsonPath = ".status.summary.openFiles",
    type = AdditionalPrinterColumn.Type.STRING)
@AdditionalPrinterColumn(
    name = "Dead Peer",
    jsonPath = ".status.summary.deadPeer",
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
@JsonDeserialize(using = WebSocketTuning.Reader.class)
public class WebSocketTuning extends TolerantResource<WebSocketTuningSpec, WebSocketTuningStatus>
    implements Namespaced {

  @Override
  WebSocketTuning empty() {
    return new WebSocketTuning();
  }

  static final class Reader
      extends TolerantDeserializer<WebSocketTuningSpec, WebSocketTuningStatus, WebSocketTuning> {

    Reader() {
      super(WebSocketTuning::new, WebSocketTuningSpec.class, WebSocketTuningStatus.class);
    }

    @Override
    String selector() {
      return "selector";
    }

    @Override
    WebSocketTuningSpec outline(WebSocketTuningSpec read, Selector selector) {
      return WebSocketTuningSpec.selecting(selector);
    }
  }
}
