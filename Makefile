# Targets of WebSocket Tuning. `make` alone lists them. You need a JDK, Maven and Go; the targets install
# everything else (Debian packages, through apt).

MVN := mvn -B -q
# iptables, nft and sysctl are there; a plain su leaves these folders out.
export PATH := $(PATH):/usr/sbin:/sbin
GO_MODULES := tuner images e2e/cluster e2e/servers

.PHONY: registry packages compilers help demo test unit build images servers up down e2e modern blackhole \
  blackhole-long suspension-long oldest-kernel cost cost-connections cost-observer cost-pod-start constellations field-long \
  scale scale-store scale-agents sixty-thousand crds format push
.NOTPARALLEL:

help: ## show this list
	@grep -hE '^[a-z0-9-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 18

demo: ## build, start a node, install, observe, tune, show the status; the node stays up
	e2e/demo

test: unit e2e modern ## run everything: unit tests, then the stories on one real node, and on two

unit: packages ## check the formatting, run Go and Java unit tests; no cluster
	@for module in $(GO_MODULES); do \
	  echo "== $$module: go vet, go test"; \
	  unformatted=$$(gofmt -l $$module); [ -z "$$unformatted" ] || { echo "make format would change: $$unformatted"; exit 1; }; \
	  (cd $$module && go vet ./... && go test ./...) || exit 1; \
	done
	@echo "== operator: unit tests, formatting"
	mvn -B -pl operator verify

packages: # the Debian packages that the tests call
	@[ "$${WST_UNPRIVILEGED:-}" = 1 ] || e2e/cluster/packages

compilers: # for the preload library
	@[ "$${WST_UNPRIVILEGED:-}" = 1 ] || e2e/cluster/packages images

build: ## compile the operator without tests
	$(MVN) -pl operator package -DskipUnitTests=true

images: compilers build ## build the container images, into target/images
	images/build

servers: compilers build ## build the images, and those of servers that only ServersMatrixIT needs
	images/build --all

up: ## start the node, or check the cluster that WST_KUBECONFIG names
	e2e/cluster/up

down: ## stop the node and remove everything it left
	e2e/cluster/down

e2e: servers ## run the stories on a real node
	e2e/run

modern: servers ## run the stories of a second node, with systemd, cgroup v2 and all capabilities (amd64)
	e2e/run --modern

blackhole: images ## measure how long dead peers live, into docs/dead-peers.md; 3 minutes, also part of make e2e
	e2e/run -Dtest=BlackholeIT -Dmeasured.write=true

blackhole-long: images ## ... with the kernel's defaults; 20 minutes
	e2e/run -Dtest=BlackholeLongIT -DexcludedGroups= -Dmeasured.write=true

constellations: images ## what the status shows of servers in every layout, into docs/constellations.md; 5 minutes, also part of make e2e
	e2e/run -Dtest=ConstellationsIT -Dmeasured.write=true

field-long: images ## cases from the field in which time passes; 12 minutes
	e2e/run -Dtest=LabelsOfTheWholeChartIT,RestartsOverMonthsIT,EnforcerOfWebhookConfigurationsIT -DexcludedGroups= -Denforcer.seconds=120 -DforkCount=2

suspension-long: servers ## pods that are refused or cannot start, with the intervals as shipped; as root, 50 minutes
	e2e/run -Dtest=SuspensionIT,RefusedPodsIT -Dsuspension.seconds=60
	e2e/run --modern -Dtest=MissingImageIT -DexcludedGroups= -Dsuspension.seconds=60

OLDEST = $(HOME)/.cache/wstuning/oldest-kernel
oldest-kernel: packages ## try the socket programs on the oldest kernel that docs/programs.md names; as root, a minute (amd64)
	kernel=$$(tuner/kerneltest/oldest-kernel $(OLDEST)) && cd tuner && \
	  go test ./kerneltest -run 'TestAnOlderKernel|TestTheOldestKernel' -oldest=$$kernel -count=1 -v

cost: cost-connections cost-observer cost-pod-start scale scale-store scale-agents ## measure what tuning costs, into docs/cost.md

cost-connections: ## ... for connections; as root, two minutes
	cd tuner && go run ./cost --rounds=150 --page=../docs/cost.md

cost-observer: ## ... for an observation of a server with 15,000 connections; as root, two minutes
	cd tuner && CGO_ENABLED=0 go build -o ../target/go/tuner ./cmd/tuner
	cd tuner && go run ./cost --observer=../target/go/tuner --connections=15000 --page=../docs/cost.md

cost-pod-start: images ## ... for the start of pods, on a real node; twenty minutes
	images/build busybox
	e2e/run -Dtest=PodStartCost

scale: images ## measure the operator with 10,000 pods, into docs/scale.md; as root, 75 minutes, 8 GiB
	e2e/run -Dtest=Scale -Dscale.parts=$(PARTS)

scale-store: ## ... and simulate 100,000 pods against the store of a leader; five minutes, 3 GiB
	mvn -B -pl operator test -Dtest=StoreBenchmark -DargLine="-Xmx3g -Xbatch -XX:+UseSerialGC"

scale-agents: ## ... and simulate the agents of 5,000 nodes that tune pods; three minutes, 2 GiB
	cd tuner && go test ./cmd/node-agent -run TestReportsOfAFleet -count=1 -timeout=30m -v -page=$(CURDIR)/docs/scale.md

sixty-thousand: packages ## hold 60,000 WebSockets in one server in user-mode Linux; as root, 4 minutes, 3 GiB
	cd tuner && go test ./kerneltest -run TestOneServerHoldsACrowd -connections=60000 -count=1 -timeout=30m -v

crds: ## write the generated files: CRDs, pages, install.yaml
	$(MVN) -pl operator test -Dtest='*AreCurrentTest,*IsCurrentTest' -Dcrds.write=true -Dsurefire.failIfNoSpecifiedTests=false

format: ## format Java and Go
	$(MVN) spotless:apply -Pe2e
	gofmt -w $(GO_MODULES)

push: registry compilers build ## push the images: make push REGISTRY=registry.example.com/team
	images/push --registry $(REGISTRY)

registry:
	@test -n "$(REGISTRY)" || { echo "REGISTRY is missing: make push REGISTRY=registry.example.com/team" >&2; exit 1; }
