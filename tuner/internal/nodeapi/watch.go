package nodeapi

import (
	"context"
	"sync"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/fields"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/watch"
	"k8s.io/client-go/tools/cache"
)

// Watch calls back with the object each time that it has changed, and with nil when it is gone, or was never there. It returns
// when the context is done. What cannot be understood is left out and passed to failed.
func (c *Client) Watch(ctx context.Context, changed func(*Node), failed func(error)) {
	selected := func(options metav1.ListOptions) metav1.ListOptions {
		options.FieldSelector = fields.OneTermEqualSelector("metadata.name", c.name).String()
		return options
	}
	tell := func(object any) {
		found, ok := object.(*unstructured.Unstructured)
		if !ok {
			return
		}
		node, err := parse(found)
		if err != nil {
			failed(err)
			return
		}
		changed(node)
	}
	store, informer := cache.NewInformerWithOptions(cache.InformerOptions{
		ListerWatcher: &cache.ListWatch{
			ListWithContextFunc: func(ctx context.Context, options metav1.ListOptions) (runtime.Object, error) {
				return c.nodes.List(ctx, selected(options))
			},
			WatchFuncWithContext: func(ctx context.Context, options metav1.ListOptions) (watch.Interface, error) {
				return c.nodes.Watch(ctx, selected(options))
			},
		},
		ObjectType: &unstructured.Unstructured{},
		Handler: cache.ResourceEventHandlerFuncs{
			AddFunc:    tell,
			UpdateFunc: func(_, object any) { tell(object) },
			DeleteFunc: func(any) { changed(nil) },
		},
	})
	var parts sync.WaitGroup
	parts.Go(func() {
		if cache.WaitForCacheSync(ctx.Done(), informer.HasSynced) && len(store.ListKeys()) == 0 {
			changed(nil)
		}
	})
	informer.RunWithContext(ctx)
	parts.Wait()
}
