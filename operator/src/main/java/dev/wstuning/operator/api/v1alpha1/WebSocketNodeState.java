package dev.wstuning.operator.api.v1alpha1;

import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.kubernetes.model.annotation.Categories;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Version;

/**
 * One node that is or was tuned, under the node's name: what its agent shall do, written by the
 * operator alone, and what it did, written by that agent alone. Users read it.
 */
@Group("wstuning.dev")
@Version("v1alpha1")
@ShortNames("wsns")
@Categories("websocket")
@AdditionalPrinterColumn(
    name = "Generation",
    jsonPath = ".metadata.generation",
    type = AdditionalPrinterColumn.Type.INTEGER)
@AdditionalPrinterColumn(
    name = "Applied",
    jsonPath = ".status.observedGeneration",
    type = AdditionalPrinterColumn.Type.INTEGER)
@AdditionalPrinterColumn(
    name = "Serving",
    jsonPath = ".status.openFiles.serving",
    type = AdditionalPrinterColumn.Type.BOOLEAN)
@AdditionalPrinterColumn(
    name = "Limit",
    jsonPath = ".status.openFiles.limit",
    type = AdditionalPrinterColumn.Type.INTEGER)
@AdditionalPrinterColumn(
    name = "Age",
    jsonPath = ".metadata.creationTimestamp",
    type = AdditionalPrinterColumn.Type.DATE)
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

    /** The operator writes it again from what the node tunings ask for. */
    @Override
    WebSocketNodeStateSpec outline(WebSocketNodeStateSpec read, Selector selector) {
      return read;
    }
  }
}
