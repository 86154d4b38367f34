// libcurl for Swift, which cannot call functions with a variable number of arguments.

#ifndef QINCE_LEADS_CCURL_H
#define QINCE_LEADS_CCURL_H

#define CURL_DISABLE_TYPECHECK
#include <curl/curl.h>
#include <stdbool.h>

#if LIBCURL_VERSION_NUM < 0x075000
#error "qince-leads takes libcurl 7.80 or later, which says when a request is about to leave"
#endif

static inline CURLcode ccurl_set_number(CURL *easy, CURLoption option, long number) {
    return curl_easy_setopt(easy, option, number);
}

/// For texts, lists, and what callbacks are given.
static inline CURLcode ccurl_set_pointer(CURL *easy, CURLoption option, const void *pointer) {
    return curl_easy_setopt(easy, option, pointer);
}

/// For what takes heads and bodies as they come.
static inline CURLcode ccurl_set_taker(CURL *easy, CURLoption option, curl_write_callback taker) {
    return curl_easy_setopt(easy, option, taker);
}

/// For what is asked once a connection stands, before anything of the request leaves.
static inline CURLcode ccurl_set_starter(CURL *easy, curl_prereq_callback starter) {
    return curl_easy_setopt(easy, CURLOPT_PREREQFUNCTION, starter);
}

static inline long ccurl_number(CURL *easy, CURLINFO info) {
    long number = 0;
    curl_easy_getinfo(easy, info, &number);
    return number;
}

/// It lives as long as the handle; NULL where there is none.
static inline const char *ccurl_text(CURL *easy, CURLINFO info) {
    const char *text = NULL;
    curl_easy_getinfo(easy, info, &text);
    return text;
}

/// Whether the request goes by a proxy; in older versions, whether one has answered.
static inline bool ccurl_uses_proxy(CURL *easy) {
#if LIBCURL_VERSION_NUM >= 0x080700
    return ccurl_number(easy, CURLINFO_USED_PROXY) != 0;
#else
    return ccurl_number(easy, CURLINFO_HTTP_CONNECTCODE) != 0;
#endif
}

#endif
