/* fuzz - what libFuzzer and replay.c call; each target is one property over any bytes. */
#pragma once

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
