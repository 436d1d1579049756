# Everything a developer needs. `make test` installs what the tests need and runs them all.
GO ?= go

.PHONY: build test check bench fuzz soak generate

build: ## the program, in bin/
	CGO_ENABLED=0 $(GO) build -trimpath -o bin/holdfast ./cmd/holdfast

test: ## installs what the tests need (Debian's chromium, scram, azure-cli and npm, when they are missing; Azurite from npm) and runs every test
	./scripts/test-needs
	HOLDFAST_REQUIRE_CHROMIUM=1 HOLDFAST_REQUIRE_SCRAM=1 HOLDFAST_REQUIRE_AZ=1 HOLDFAST_REQUIRE_AZURITE=1 $(GO) tool gotestsum --format pkgname-and-test-fails -- -timeout 15m ./...

check: ## what CI runs besides the tests
	$(GO) vet ./...
	$(GO) tool staticcheck ./...
	$(GO) test ./internal/architecture

bench: ## the figures of docs/performance.md
	$(GO) test -run '^$$' -bench 'QuickstartsSideBySide' -benchtime 60x ./internal/benchmark
	$(GO) test -run '^$$' -bench 'InventorySideBySide' -benchtime 5x ./internal/benchmark
	$(GO) test -run '^$$' -bench 'Program' -benchtime 5x ./internal/benchmark
	$(GO) test -run '^$$' -bench 'Quickstarts$$|Inventory$$' -benchmem ./internal/benchmark

fuzz: ## every fuzz target for FUZZTIME (default 1m) each
	./scripts/fuzz $(or $(FUZZTIME),1m)

soak: ## the property tests with random seeds and ten times the draws
	$(GO) test -count 1 -timeout 60m $$(grep -rl '"pgregory.net/rapid"' --include='*_test.go' . | xargs -n 1 dirname | sort -u) -rapid.seed=0 -rapid.checks=1000

generate: ## the reference pages and everything else that is made from the sources
	$(GO) generate ./...
