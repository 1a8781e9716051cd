package dev.wstuning.operator.api.v1alpha1;

import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.kubernetes.model.annotation.Categories;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Version;

/**
 * One node that is or was tuned, under the node's name: what its agent must do, and the conditions,
 * written by the operator; and what the agent did, written by that agent. Users read it.
 */
@Group("wstuning.dev")
@Version("v1alpha1")
@ShortNames("wsns")
@Categories("websocket")
@AdditionalPrinterColumn(
    name = "Ready",
    jsonPath = ".status.conditions[?(@.type==\"Ready\")].status",
    type = AdditionalPrinterColumn.Type.STRING)
@AdditionalPrinterColumn(
    name = "Serving",
    jsonPath = ".status.conditions[?(@.type==\"Serving\")].status",
    type = AdditionalPrinterColumn.Type.STRING)
@AdditionalPrinterColumn(
    name = "Limit",
    jsonPath = ".status.openFiles.limit",
    type = AdditionalPrinterColumn.Type.INTEGER)
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
@JsonDeserialize(using = WebSocketNodeState.Reader.class)
public class WebSocketNodeState
    extends TolerantResource<WebSocketNodeStateSpec, WebSocketNodeStateStatus> {

  @Override
  WebSocketNodeState empty() {
    return new WebSocketNodeState();
  }

  static final class Reader
      extends TolerantDeserializer<
          WebSocketNodeStateSpec, WebSocketNodeStateStatus, WebSocketNodeState> {

    Reader() {
      super(WebSocketNodeState::new, WebSocketNodeStateSpec.class, WebSocketNodeStateStatus.class);
    }

    @Override
    String selector() {
      return null;
    }

    /** The operator calculates the whole spec again from the node tunings. */
    @Override
    WebSocketNodeStateSpec outline(WebSocketNodeStateSpec read, Selector selector) {
      return read;
    }
  }
}
