# The commands of this project's developers.

PKG ?= ./...
RUN ?= .

.PHONY: help build run test test-sqlite memory mongodb fuzz-api nightly release deploy typescript golden lint ci clean

help: ## list these commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "%-16s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

build: ## compile ./tenantry as it is released
	go build -trimpath -ldflags "-s -w" ./cmd/tenantry

run: ## serve on 127.0.0.1:8080, with the data in ./data
	go run ./cmd/tenantry serve

test: ## run the tests: all, or as in make test PKG=./keys RUN=TestAdmit
	go test -run '$(RUN)' $(PKG)

test-sqlite: ## run the tests on SQLite, but those that need a MongoDB server
	TENANTRY_TEST_STORE=sqlite go test $$(go list ./... | grep -v internal/store/mongo)

memory: ## run the use cases and dialects on the store in memory
	TENANTRY_TEST_STORE=memory go test -vet=off ./customers/... ./internal/api ./internal/dialect/... ./internal/webhook ./internal/app

mongodb: ## run the MongoDB engine's tests and all suites on the server of TENANTRY_TEST_MONGODB_URI, or on FerretDB
	go test -timeout 30m ./internal/store/mongo/...
	.ci/mongodb

fuzz-api: ## send made-up requests by openapi.yaml for five minutes: no 5xx, nothing undocumented
	tools/openapi/fuzz

nightly: fuzz-api ## kill the service 1,000 times under load, try 5,000 seeds of a failing disk, fuzz the API
	TENANTRY_TEST_KILLS=1000 go test ./cmd/tenantry -run TestKilledUnderLoad -v -timeout 3h
	TENANTRY_TEST_SEEDS=5000 go test ./internal/store/sqlite -run 'TestNoAcknowledgedWriteIsLostByADisk|TestALyingDiskIsNoticed' -v -timeout 3h

release: ## make a release twice, compare the bytes, and try what is in it
	cd tools/release && go test -count=1 ./...

deploy: ## try the chart and the alerts of the folder deploy; needs much to be compiled
	cd tools/deploy && go test -count=1 ./...

typescript: ## compile and try the client for TypeScript; tools/openapi/run --update makes its types anew
	client/typescript/run

golden: ## record the golden answers and documents anew, to be looked at with git diff
	go test ./internal/golden -update

lint: ## run the linters, on PKG if it is given
	.ci/golangci-lint run $(PKG)

ci: ## check everything as a merge requires
	.ci/run

clean: ## remove what building and testing leave behind, but no data
	rm -f tenantry *.test *.out
	find . -path '*/testdata/rapid' -prune -exec rm -r {} +
