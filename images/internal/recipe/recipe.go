// Package recipe says what each of the project's images is made of, one file a kind of image.
package recipe

import (
	"context"
	"fmt"
	"os"
	"slices"

	"wstuning.dev/images/internal/image"
)

// Recipe makes the description of one image, building what goes into it.
type Recipe struct {
	Name  string
	About string
	Rare  bool   // only the story of many servers or the measurement of costs needs it: built only by name or with --all
	Needs string // an environment variable without which it is left out, unless it is built by name
	Make  func(context.Context, Workshop) (image.Image, error)
}

// All lists the recipes, quick ones first.
func All() []Recipe {
	return []Recipe{
		tuner, nodeAgent, serverGo, client, serverNode, serverPython, operator,
		serverTini, serverNginx, serverJetty, serverCrystal, serverPuma, serverRabbitMQ, serverHAProxy, serverApache,
		serverUWSGI, serverGunicorn, serverSupervisor, serverAnyCable, busybox,
		nriAdjuster, nriUlimitAdjuster,
	}
}

// Possible lists the recipes whose needs are met.
func Possible() []Recipe {
	return slices.DeleteFunc(All(), func(r Recipe) bool { return r.Needs != "" && os.Getenv(r.Needs) == "" })
}

// Common lists the recipes that are not rare.
func Common() (common []Recipe) {
	for _, recipe := range All() {
		if !recipe.Rare {
			common = append(common, recipe)
		}
	}
	return common
}

// Named picks recipes by name, or the common ones when no name is given.
func Named(names []string) ([]Recipe, error) {
	if len(names) == 0 {
		return Common(), nil
	}
	var picked []Recipe
	for _, name := range names {
		recipe, err := named(name)
		if err != nil {
			return nil, err
		}
		picked = append(picked, recipe)
	}
	return picked, nil
}

func named(name string) (Recipe, error) {
	for _, recipe := range All() {
		if recipe.Name == name {
			return recipe, nil
		}
	}
	return Recipe{}, fmt.Errorf("there is no image %q; --list prints the names", name)
}
