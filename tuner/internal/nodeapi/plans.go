package nodeapi

import (
	"context"
	"encoding/json"
	"fmt"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/watch"
	"k8s.io/client-go/tools/cache"

	"wstuning.dev/tuner/internal/podplan"
)

var plans = resource.GroupVersion().WithResource("websocketpodplans")

// podPlan is a WebSocketPodPlan with nothing that is not needed, because every agent keeps all plans of the cluster in memory.
type podPlan struct {
	metav1.ObjectMeta
	plan podplan.Named
}

// WatchPlans keeps the set as the API server has it, until the context is done, and calls back after each change. What cannot be
// understood selects no pods, and is passed to failed.
func (c *Client) WatchPlans(ctx context.Context, set *podplan.Set, changed func(), failed func(error)) {
	put := func(object any) {
		if plan, ok := object.(*podPlan); ok {
			set.Put(plan.Namespace, plan.plan)
			changed()
		}
	}
	remove := func(object any) {
		if last, ok := object.(cache.DeletedFinalStateUnknown); ok {
			object = last.Obj
		}
		if plan, ok := object.(*podPlan); ok {
			set.Remove(plan.Namespace, plan.Name)
			changed()
		}
	}
	store, informer := cache.NewInformerWithOptions(cache.InformerOptions{
		ListerWatcher: &cache.ListWatch{
			ListWithContextFunc: func(ctx context.Context, options metav1.ListOptions) (runtime.Object, error) {
				return c.plans.List(ctx, options)
			},
			WatchFuncWithContext: func(ctx context.Context, options metav1.ListOptions) (watch.Interface, error) {
				return c.plans.Watch(ctx, options)
			},
		},
		ObjectType: &unstructured.Unstructured{},
		Handler: cache.ResourceEventHandlerFuncs{
			AddFunc:    put,
			UpdateFunc: func(_, object any) { put(object) },
			DeleteFunc: remove,
		},
		Transform: func(object any) (any, error) { return slim(object, failed), nil },
	})
	listed := make(chan struct{})
	go func() {
		defer close(listed)
		if cache.WaitForCacheSync(ctx.Done(), informer.HasSynced) {
			set.Replace(func() map[string][]podplan.Named { return byNamespace(store.List()) })
			changed()
		}
	}()
	informer.RunWithContext(ctx)
	<-listed
}

func byNamespace(objects []any) map[string][]podplan.Named {
	found := map[string][]podplan.Named{}
	for _, object := range objects {
		if plan, ok := object.(*podPlan); ok {
			found[plan.Namespace] = append(found[plan.Namespace], plan.plan)
		}
	}
	return found
}

func slim(object any, failed func(error)) any {
	found, ok := object.(*unstructured.Unstructured)
	if !ok {
		return object
	}
	plan := &podPlan{ObjectMeta: metav1.ObjectMeta{
		Namespace: found.GetNamespace(), Name: found.GetName(), UID: found.GetUID(), ResourceVersion: found.GetResourceVersion(),
	}}
	spec, err := json.Marshal(found.Object["spec"])
	if err == nil {
		err = json.Unmarshal(spec, &plan.plan.Plan)
	}
	if err != nil {
		failed(fmt.Errorf("read WebSocketPodPlan %s/%s: %w", found.GetNamespace(), found.GetName(), err))
		plan.plan.Plan = podplan.Plan{}
	}
	plan.plan.Name = found.GetName()
	return plan
}
