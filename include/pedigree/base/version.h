/* version - of daemon, client and package: this is the only place that says it. */
#pragma once

#define PEDIGREE_VERSION "0.1.0"
