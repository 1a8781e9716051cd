package nodeapi

import (
	"context"
	"encoding/json"
	"fmt"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/types"
)

var reports = resource.GroupVersion().WithResource("websocketnodereports")

// PutReport writes the WebSocketNodeReport of the node, which goes with its WebSocketNodeState. No one else writes it.
func (c *Client) PutReport(ctx context.Context, node *Node, status ReportStatus) error {
	ctx, cancel := context.WithTimeout(ctx, requestTimeout)
	defer cancel()
	object := map[string]any{
		"apiVersion": resource.GroupVersion().String(), "kind": "WebSocketNodeReport",
		"metadata": map[string]any{
			"name": c.name,
			"ownerReferences": []any{map[string]any{
				"apiVersion": resource.GroupVersion().String(), "kind": "WebSocketNodeState", "name": c.name, "uid": string(node.UID),
			}},
		},
		"status": status,
	}
	text, err := json.Marshal(object)
	if err != nil {
		return fmt.Errorf("encode WebSocketNodeReport %s: %w", c.name, err)
	}
	_, err = c.reports.Patch(ctx, c.name, types.MergePatchType, text, metav1.PatchOptions{FieldManager: fieldManager})
	if apierrors.IsNotFound(err) {
		made := &unstructured.Unstructured{}
		if err := made.UnmarshalJSON(text); err != nil {
			return fmt.Errorf("encode WebSocketNodeReport %s: %w", c.name, err)
		}
		_, err = c.reports.Create(ctx, made, metav1.CreateOptions{FieldManager: fieldManager})
	}
	if err != nil {
		return fmt.Errorf("write WebSocketNodeReport %s: %w", c.name, err)
	}
	return nil
}
