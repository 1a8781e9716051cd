module wstuning.dev/e2e/cluster

go 1.26
