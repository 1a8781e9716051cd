module wstuning.dev/e2e/cluster/modules/pause

go 1.26.0
