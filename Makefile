# Pedigree: one graph, no recursion, no configure.  `make help` lists the targets.
MODE ?= debug
B    := build/$(MODE)
TIME ?= 60
WERROR ?= -Werror

PKGS  := libmicrohttpd jansson libpq libcurl inih libcrypto libsystemd icu-uc icu-i18n libpcre2-8 pangocairo expat
WARN  := -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wstrict-prototypes -Wmissing-prototypes \
         -Wvla -Wformat=2 -Wundef -Wswitch-enum $(WERROR)
FLAGS_debug   := -Og -g
FLAGS_release := -O2 -g -D_FORTIFY_SOURCE=3 -fstack-protector-strong -fstack-clash-protection \
                 -fcf-protection -fPIE -ffile-prefix-map=$(CURDIR)=.
FLAGS_asan    := -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
FLAGS_tsan    := -O1 -g -fsanitize=thread -fno-omit-frame-pointer
FLAGS_clang   := -O1 -g
FLAGS_fuzz    := -O1 -g -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all
LINK_release  := -pie -Wl,-z,relro,-z,now
LINK_asan     := -fsanitize=address,undefined
LINK_tsan     := -fsanitize=thread
LINK_fuzz     := -fsanitize=address,undefined
ifneq ($(filter clang fuzz,$(MODE)),)
CC := clang
else ifeq ($(origin CC),default)
CC := gcc
endif

ALLFLAGS := -std=gnu17 -D_GNU_SOURCE $(WARN) $(FLAGS_$(MODE)) -fvisibility=hidden -Iinclude -Isrc \
            $(shell pkg-config --cflags $(PKGS)) $(CFLAGS)
LIBS     := $(shell pkg-config --libs $(PKGS)) -lcsv -lzint -lpthread -lm

MAINS := src/daemon/main.c src/cli/main.c
SRC   := $(sort $(filter-out $(MAINS),$(shell find src -name '*.c')))
OBJ   := $(SRC:%.c=$B/%.o)
LIB   := $B/libpedigree.a
TESTS := $(patsubst tests/%.c,$B/tests/%,$(shell find tests -name 'test_*.c'))
FUZZ  := $(patsubst tests/%.c,$B/tests/%,$(shell find tests -name 'fuzz_*.c'))
BENCH := $(patsubst tests/%.c,$B/tests/%,$(shell find tests -name 'measure_*.c'))
HDRS  := $(shell find include src -name '*.h')
ALL_C := $(shell find src tests -name '*.c')
SHIM  := $B/tests/http/interpose.so $B/tests/http/moved_clock.so

.PHONY: all deb clean help check check-db check-http tests fuzzers measures lint sizes flags headers asan tsan ci hooks
all: $B/pedigreed $B/pedigree ## build daemon and client into build/$(MODE)/
tests: $(TESTS) $(SHIM) ## build all test programs and what they preload
measures: $(BENCH) ## build what scripts/bench runs beside the daemon
fuzzers: $(FUZZ) ## build the fuzz targets (MODE=fuzz)

$(LIB): $(OBJ)
	@rm -f $@; ar rcs $@ $^
$B/pedigreed: $B/src/daemon/main.o $(LIB)
	$(CC) $(LINK_$(MODE)) -o $@ $^ $(LIBS)
$B/pedigree: $B/src/cli/main.o $(LIB)
	$(CC) $(LINK_$(MODE)) -o $@ $^ $(LIBS)
$(TESTS): $B/tests/%: $B/tests/%.o $(LIB)
	$(CC) $(LINK_$(MODE)) -o $@ $^ $(LIBS) -lcmocka
$(BENCH): $B/tests/%: $B/tests/%.o $(LIB)
	$(CC) $(LINK_$(MODE)) -o $@ $^ $(LIBS)
$(FUZZ): $B/tests/%: $B/tests/%.o $(LIB)
	$(CC) $(LINK_$(MODE)) -fsanitize=fuzzer -o $@ $^ $(LIBS)
$(SHIM): $B/tests/%.so: tests/%.c Makefile
	@mkdir -p $(@D)
	$(CC) $(filter-out -fsanitize=% -fno-sanitize%,$(ALLFLAGS)) -O2 -fPIC -shared -o $@ $< -lpq
$B/%.o: %.c Makefile
	@mkdir -p $(@D)
	$(CC) $(ALLFLAGS) -MMD -MP -c $< -o $@
-include $(shell find $B -name '*.d' 2>/dev/null)

check: tests ## unit and rule tests: no database, under ten seconds
	@for t in $(filter $B/tests/unit/% $B/tests/rules/%,$(TESTS)); do $$t || exit 1; done
check-db: tests ## database tests on a PostgreSQL of their own
	@for t in $(filter $B/tests/db/%,$(TESTS)); do scripts/with-postgres $$t || exit 1; done
check-http: all tests ## HTTP tests and the documented sequences on the real daemon
	@for t in $(filter $B/tests/http/%,$(TESTS)); do scripts/with-postgres $$t || exit 1; done
	@scripts/with-postgres tests/http/reading --build $B
	@scripts/with-postgres tests/http/openapi --build $B
	@scripts/with-postgres tests/http/sequences --build $B
asan tsan: ## unit and database tests under a sanitizer
	@$(MAKE) MODE=$@ all check check-db
fuzz-%: ## fuzz one target for TIME seconds, say fuzz-json TIME=60
	@$(MAKE) MODE=fuzz fuzzers
	@mkdir -p build/corpus/$*
	$$(find build/fuzz/tests -name fuzz_$* -type f) -max_total_time=$(TIME) \
	    $$(find tests -path '*dict/$*.dict' -printf '-dict=%p') build/corpus/$* \
	    $$(find tests -type d -path '*corpus/$*')

lint: headers ## layers, shell, clang-tidy, cppcheck, spelling
	@scripts/lint
headers: $(HDRS:%=$B/%.ok) ## every header compiles alone
$B/%.h.ok: %.h Makefile
	@mkdir -p $(@D)
	@echo '#include "$<"' | $(CC) $(ALLFLAGS) -I. -Wno-unused -Wno-pedantic -fsyntax-only -x c - && touch $@
flags: # what clang-tidy needs to know
	@echo $(filter-out -Werror -f%,$(ALLFLAGS))
sizes: ## the longest and most tangled functions
	@scripts/check-sizes
deb: ## build a Debian package into build/deb/
	@scripts/make-deb
hooks: ## install the pre-commit hook
	@ln -sf ../../scripts/pre-commit .git/hooks/pre-commit
ci: ## everything that CI runs
	@scripts/test
clean: ## remove build output
	rm -rf build
help: ## this list
	@sed -n 's/^\([a-z% -]*\):[^#]*## \(.*\)/\1\t\2/p' Makefile | expand -t 16
