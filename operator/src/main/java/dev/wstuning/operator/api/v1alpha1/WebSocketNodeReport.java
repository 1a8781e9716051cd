package dev.wstuning.operator.api.v1alpha1;

import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.kubernetes.model.annotation.Categories;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Version;

/**
 * What the agent of one node did to the pods there and counts of them, under the node's name. That
 * agent alone writes it, in one write: the CRD has no subresource {@code status}.
 */
@Group("wstuning.dev")
@Version("v1alpha1")
@Categories("websocket")
@AdditionalPrinterColumn(
    name = "Left Out",
    jsonPath = ".status.left",
    type = AdditionalPrinterColumn.Type.INTEGER)
@AdditionalPrinterColumn(
    name = "Age",
    jsonPath = ".metadata.creationTimestamp",
    type = AdditionalPrinterColumn.Type.DATE)
@JsonDeserialize(using = WebSocketNodeReport.Reader.class)
public class WebSocketNodeReport extends TolerantResource<Void, WebSocketNodeReportStatus> {

  @Override
  WebSocketNodeReport empty() {
    return new WebSocketNodeReport();
  }

  static final class Reader
      extends TolerantDeserializer<Void, WebSocketNodeReportStatus, WebSocketNodeReport> {

    Reader() {
      super(WebSocketNodeReport::new, Void.class, WebSocketNodeReportStatus.class);
    }

    @Override
    String selector() {
      return null;
    }

    @Override
    Void outline(Void read, Selector selector) {
      return null;
    }
  }
}
