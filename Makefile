.DEFAULT_GOAL := help
PKG ?= ./...
FUZZTIME ?= 30s
SEED ?= 1
SEEDS ?= 20
FUZZ ?= .

help: ## Show the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "  %-10s %s\n", $$1, $$2}'

run: ## Serve, with the settings of the environment
	go run ./cmd/sadasya serve

demo: ## Everything embedded, with a Telegram of its own in the browser
	go run ./cmd/sadasya demo

test: ## All tests, with the race detector and in random order
	go test -race -shuffle=on -timeout 20m $(PKG)

lint: ## Formatting, vet and the linters of .golangci.yaml
	@unformatted=$$(go tool -modfile=tools.mod gofumpt -l $$(git ls-files '*.go')); \
	  if [ -n "$$unformatted" ]; then echo "gofumpt would change:"; echo "$$unformatted"; exit 1; fi
	go vet ./...
	go tool -modfile=tools.mod golangci-lint run

bench: ## The benchmarks beside the code
	go test -run '^$$' -bench . -benchmem $(PKG)

fuzz: ## Each fuzz target for FUZZTIME; those alone whose name FUZZ matches
	@for pkg in $$(go list $(PKG)); do \
	  for target in $$(go test -list '^Fuzz' $$pkg | grep '^Fuzz' | grep -E '$(FUZZ)'); do \
	    echo "$$pkg $$target"; out=$$(mktemp); \
	    go test -run '^$$' -fuzz "^$$target$$" -fuzztime $(FUZZTIME) -fuzzminimizetime 10x $$pkg >$$out 2>&1; end=$$?; cat $$out; \
	    if [ $$end != 0 ] && grep -q 'context deadline exceeded' $$out && ! grep -qE 'Failing input|_test\.go:|panic:' $$out; then \
	      echo "no input failed: before Go 1.27 a target may fail as its time ends (go.dev/issue/75804)"; end=0; fi; \
	    rm -f $$out; [ $$end = 0 ] || exit 1; \
	  done; done

fuzz-short: ## What CI fuzzes: updates, Voter IDs, names, codes, buttons, booths, any sequence; 10 s each
	@$(MAKE) --no-print-directory fuzz FUZZTIME=10s PKG='./bot ./bot/telegram ./flows ./party ./party/place' FUZZ='^Fuzz(Decode|ReadVoterID|ParseName|ParseCode|Tap|ParseBooth|Read|Sequence)$$$$'

faults: ## Play schedules of faults: SEEDS of them from SEED on (docs/faults.md)
	go test -race ./cmd/sadasya -run '^TestFaults$$' -count 1 -timeout 0 -v -seed $(SEED) -seeds $(SEEDS)

alerts: ## Play when the alerts fire and end (wants promtool, of Prometheus)
	promtool test rules docs/operations/alerts_test.yaml

generate: ## Draw the flows' diagrams anew
	go generate ./...

picture: ## Take the README's pictures of the demo (wants Chromium and an emoji font)
	go test ./cmd/sadasya -run 'TestAnEnrolmentByClicks' -count 1 -pictures $(CURDIR)/docs/pictures

pictures: ## Draw the samples of docs/pictures anew
	go test ./bot/picture -run TestTheCodesOnPicturesAreRead -write

voice: ## Speak the consent notice anew (wants espeak-ng and opus-tools)
	@for l in hi en; do v=$$l; [ $$l = en ] && v=en-gb; \
	  espeak-ng -v $$v -s 140 -f locales/voice/consent.$$l.txt --stdout | opusenc --quiet --bitrate 16 --speech - locales/voice/consent.$$l.ogg || exit 1; done

update: ## Rewrite the transcripts with what is said now
	go test ./flows -run TestTranscripts -update

.PHONY: help run demo test lint bench fuzz fuzz-short faults alerts generate picture pictures voice update
