/* main - pedigree, the client; the program is program.c, what it can do COMMANDS in
 * commands.c. */
#include "command.h"

#include "pedigree/base/standard.h"

int main(int argc, char **argv)
{
    standard_open();
    return (int)pedigree_main(argc > 0 ? argc - 1 : 0, argv + 1);
}
