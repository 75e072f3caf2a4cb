/* Stands in for netsh.exe under Wine, whose own does nothing: writes down how it was called. */
#include <stdio.h>
#include <windows.h>

int main(void)
{
    FILE *log = fopen("C:\\netsh.log", "a");
    if (!log)
        return 1;
    fprintf(log, "%s\n", GetCommandLineA());
    return fclose(log) != 0;
}
