# Pedigree: one graph, no recursion, no configure.  `make help` lists the targets.
MODE ?= debug
CC   ?= gcc
B    := build/$(MODE)

PKGS  := libmicrohttpd jansson libpq libcurl inih libcrypto libsystemd
WARN  := -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wstrict-prototypes -Wmissing-prototypes \
         -Wvla -Wformat=2 -Wundef -Wswitch-enum -Werror
FLAGS_debug   := -Og -g
FLAGS_release := -O2 -g -D_FORTIFY_SOURCE=3 -fstack-protector-strong -fstack-clash-protection \
                 -fcf-protection -fPIE
FLAGS_asan    := -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
FLAGS_tsan    := -O1 -g -fsanitize=thread -fno-omit-frame-pointer
FLAGS_clang   := -O1 -g
LINK_release  := -pie -Wl,-z,relro,-z,now
LINK_asan     := -fsanitize=address,undefined
LINK_tsan     := -fsanitize=thread
ifeq ($(MODE),clang)
CC := clang
endif

ALLFLAGS := -std=gnu17 -D_GNU_SOURCE $(WARN) $(FLAGS_$(MODE)) -fvisibility=hidden -Iinclude -Isrc \
            $(shell pkg-config --cflags $(PKGS)) $(CFLAGS)
LIBS     := $(shell pkg-config --libs $(PKGS)) -lcsv -lpthread -lm

MAINS := src/daemon/main.c src/cli/main.c
SRC   := $(filter-out $(MAINS),$(shell find src -name '*.c'))
OBJ   := $(SRC:%.c=$B/%.o)
LIB   := $B/libpedigree.a
TESTS := $(patsubst tests/%.c,$B/tests/%,$(shell find tests -name 'test_*.c'))

.PHONY: all clean help check tests
all: $B/pedigreed $B/pedigree ## build daemon and client into build/$(MODE)/
tests: $(TESTS) ## build all test programs

$(LIB): $(OBJ)
	@rm -f $@; ar rcs $@ $^
$B/pedigreed: $B/src/daemon/main.o $(LIB)
	$(CC) $(LINK_$(MODE)) -o $@ $^ $(LIBS)
$B/pedigree: $B/src/cli/main.o $(LIB)
	$(CC) $(LINK_$(MODE)) -o $@ $^ $(LIBS)
$B/tests/%: $B/tests/%.o $(LIB)
	@mkdir -p $(@D)
	$(CC) $(LINK_$(MODE)) -o $@ $^ $(LIBS) -lcmocka
$B/%.o: %.c Makefile
	@mkdir -p $(@D)
	$(CC) $(ALLFLAGS) -MMD -MP -c $< -o $@
-include $(OBJ:.o=.d)

check: tests ## unit tests: no database, under ten seconds
	@for t in $(filter $B/tests/unit/% $B/tests/rules/%,$(TESTS)); do $$t || exit 1; done
clean: ## remove build output
	rm -rf build
help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/\1\t\2/p' Makefile | expand -t 16
