/* slug("Hello, you!") is "hello-you": what a note is called in links. */
#include <ctype.h>

void slug(const char *text, char *into)
{
    char *start = into;
    for (; *text; text++) {
        if (isalnum((unsigned char)*text))
            *into++ = (char)tolower((unsigned char)*text);
        else if (into > start && into[-1] != '-')
            *into++ = '-';
    }
    if (into > start && into[-1] == '-')
        into--;
    *into = '\0';
}
