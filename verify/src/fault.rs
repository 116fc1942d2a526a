//! The closed list of faults, with their effect on visitors and how to fix them.

/// How severe a fault is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Worth knowing; nothing is lost.
    Note,
    /// Some visitors, or some browsers' visitors, are lost sooner than necessary.
    Warning,
    /// Visitors are lost, mixed up, or counted against the policy.
    Error,
}

impl Severity {
    /// `error`, `warning` or `note`.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// One entry for each fault: word, severity, title, why it matters, how to fix it.
macro_rules! faults {
    ($($(#[$doc:meta])* $name:ident $word:literal $severity:ident $title:literal $why:literal $fix:literal)*) => {
        /// What can be wrong with a site's visitor cookie.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Fault { $( #[doc = $title] $name, )* }

        impl Fault {
            /// Every fault.
            pub const ALL: &[Self] = &[$(Self::$name),*];
            /// The word in JSON.
            pub const fn word(self) -> &'static str { match self { $(Self::$name => $word),* } }
            /// How severe it is.
            pub const fn severity(self) -> Severity { match self { $(Self::$name => Severity::$severity),* } }
            /// The fault in a few plain words.
            pub const fn title(self) -> &'static str { match self { $(Self::$name => $title),* } }
            /// Its effect on visitors, and where that is documented.
            pub const fn why(self) -> &'static str { match self { $(Self::$name => $why),* } }
            /// How to fix it.
            pub const fn fix(self) -> &'static str { match self { $(Self::$name => $fix),* } }
        }
    };
}

faults! {
    PageFails "page_fails" Error
        "the page is an error"
        "an error page is not a page view, so the cookie cannot be examined"
        "name a page that answers 200"
    NoCookie "no_cookie" Error
        "a new visitor gets no cookie"
        "no visitor is recognised on a second visit"
        "check that the function or server is attached to this path, and that the policy's cookie name is the site's"
    NotAUuid "not_a_uuid" Error
        "the id is not a UUID of version 4"
        "Adobe and Snowplow accept version 4 only (Adobe Experience Platform, first-party device ids); version 7 also reveals when the visitor first came (RFC 9562 §8)"
        "generate ids of version 4"
    SharedId "shared_id" Error
        "two new visitors get the same id"
        "a cache serves one visitor's cookie to the next: Set-Cookie does not keep a response out of caches (RFC 9111 §7.3)"
        "set the cookie behind the cache (viewer-response, Worker), or send Cache-Control: private"
    ReplacedOnReturn "replaced_on_return" Error
        "a returning visitor gets another id"
        "each page view counts as a new visitor"
        "read the cookie from the request, and keep a valid id"
    LostOnSecondPage "lost_on_second_page" Error
        "the id changes from page to page"
        "one visit counts as several visitors"
        "attach the same function to every path that serves pages"
    NotRenewed "not_renewed" Error
        "the cookie is not renewed"
        "it ends at most 400 days after the first visit in Chromium and Firefox (RFC 6265bis §5.5), 180 in Brave, however often the visitor comes"
        "send Set-Cookie with the same id again on every page, or set renew.when = \"never\" if that is intended"
    RenewedAgainstPolicy "renewed_against_policy" Error
        "the cookie is renewed, and the policy says never"
        "CNIL's exemption from consent requires that a new visit does not extend it"
        "deploy this policy, or name the deployed one with --policy"
    SecondPageWithoutRenewal "second_page_without_renewal" Warning
        "another page does not renew the cookie"
        "visitors who land on such pages lose their id when the first cookie ends"
        "attach the same function to every path that serves pages"
    Rejected "rejected_by_browsers" Error
        "browsers refuse the cookie"
        "the cookie is not stored, and each page view counts as a new visitor (RFC 6265bis §5.7)"
        "fix the attributes above; `hardtack check` shows a header that browsers accept"
    PublicSuffixDomain "public_suffix_domain" Error
        "Domain is a public suffix"
        "browsers refuse such a cookie, because every site under that suffix could read it (RFC 6265bis §5.7, publicsuffix.org)"
        "leave Domain off, or name the registrable domain: domain = \"auto\" does"
    ForeignDomain "foreign_domain" Error
        "Domain does not cover the host"
        "browsers refuse the cookie (RFC 6265bis §5.7)"
        "name the host's own registrable domain, or leave Domain off"
    OtherDomain "other_domain" Error
        "Domain is not what the policy says"
        "visitors are not recognised on the site's other hosts, or are recognised on more hosts than intended"
        "deploy this policy; build with --host for the hosts that are served"
    OtherPath "other_path" Error
        "Path is not what the policy says"
        "pages outside the path do not receive the cookie, and set another one"
        "set Path=/"
    NotSecure "not_secure" Warning
        "Secure is missing"
        "the id travels in the clear, can be replaced on any open network, and is evicted first (RFC 6265bis §5.7)"
        "add Secure"
    ScriptReadable "script_readable" Warning
        "HttpOnly is missing"
        "scripts can read the id, copy it and overwrite the cookie, which Safari then caps at 7 days (WebKit, Tracking Prevention)"
        "add HttpOnly"
    OtherSameSite "other_same_site" Warning
        "SameSite is not what the policy says"
        "without it, browsers differ in when they send the cookie; with Strict, a visitor who follows a link sends no cookie"
        "send the SameSite of the policy; Lax suits nearly every site"
    SessionCookie "session_cookie" Error
        "the cookie ends with the browser session"
        "without Max-Age or Expires no visitor is recognised in the next session"
        "add Max-Age"
    ShortLived "short_lived" Error
        "the cookie's lifetime is shorter than the policy says"
        "visitors who stay away for longer return as new visitors"
        "send the policy's Max-Age"
    DuplicateSetCookie "duplicate_set_cookie" Error
        "one response sets the cookie twice"
        "servers must not do that (RFC 6265bis §4.1.1); the order decides which one stays, and caches may drop one"
        "set it in one place: the origin or the edge"
    CacheableForAll "cacheable_for_all" Error
        "shared caches may store a response with the cookie"
        "a cache between the site and the visitor may serve the id to others (RFC 9111 §7.3; several such leaks in 2026)"
        "send Cache-Control: private, without public and s-maxage, with every response that sets the cookie"
    IdInCacheablePage "id_in_cacheable_page" Error
        "shared caches may store a page that shows the visitor's id"
        "a cache between the site and the visitor may serve one visitor's page, with the id in it, to others (RFC 9111 §3; two such leaks in 2026)"
        "send Cache-Control: private with every page that shows the id; with signals.request_header, hardtack does"
    InvalidKept "invalid_kept" Error
        "an invalid id is not replaced"
        "a value that a script, an extension or a tester wrote stays permanently, and ends up in reports"
        "check that the value is a UUID, and replace it otherwise"
    ForgedKept "forged_kept" Error
        "an id that the site never issued is kept"
        "the policy seals ids, but visitors can still impersonate each other"
        "deploy this policy, with the same keys"
    ForgedDropped "forged_dropped" Error
        "a valid id that another system issued is replaced"
        "visitors with an id of another system, or of an older policy, are lost"
        "deploy this policy; with sealed ids, set id.accept_unsealed_until for the migration"
    DuplicateMisread "duplicate_misread" Error
        "with a duplicate cookie, the valid id is not found"
        "a script can plant a duplicate; then each page view counts as a new visitor"
        "look at all values of the name, and take the first valid one"
    DuplicateReordered "duplicate_reordered" Warning
        "with two valid duplicates, the first one is not kept"
        "browsers send them in a stable order; another choice changes the id of visitors who have both"
        "take the first valid value"
    SecondHeaderIgnored "second_header_ignored" Error
        "only the first Cookie header is read"
        "HTTP/2 and HTTP/3 may split cookies over several headers (RFC 9113 §8.2.3); visitors whose id is in a later one count as new"
        "read all Cookie headers"
    OddCookiesBreak "odd_cookies_break" Error
        "malformed cookies break the page"
        "a visitor with one malformed cookie of another script gets an error instead of every page"
        "read cookies without decoding them, and let no error reach the visitor"
    OddCookiesHide "odd_cookies_hide" Error
        "malformed cookies hide the id"
        "a visitor with one malformed cookie of another script counts as new with each page"
        "skip a malformed pair, and go on with the next one"
    GpcIgnored "gpc_ignored" Error
        "Global Privacy Control is ignored"
        "the policy treats `Sec-GPC: 1` as a denial, as the law does in some US states (w3c/gpc)"
        "deploy this policy, and forward the Sec-GPC header to it"
    DenialIgnored "denial_ignored" Error
        "a visitor who denied consent gets the cookie"
        "an id without consent breaches ePrivacy article 5(3), whether a server sets it or not (EDPB guidelines 2/2023)"
        "deploy this policy, and forward the consent cookie to it"
    WithdrawalIgnored "withdrawal_ignored" Error
        "a visitor who withdrew consent keeps the cookie"
        "withdrawing consent must be as easy as giving it (GDPR article 7(3)), and a cookie that stays is still read"
        "expire the cookie both with the Domain that it was set with and host-only"
    GrantIgnored "grant_ignored" Error
        "a visitor who granted consent gets no cookie"
        "visitors who consented are not recognised"
        "forward the consent cookie to the function or server"
    BotGetsId "bot_gets_id" Warning
        "a declared bot gets an id"
        "crawlers store no cookies, so each of their page views counts as a new visitor"
        "issue no id to declared bots: [bots] in the policy"
    PrefetchWithoutId "prefetch_without_id" Error
        "a prefetched page does not set the cookie"
        "a browser shows it later without another request, so that page view has no id (WICG nav-speculation)"
        "treat Sec-Purpose: prefetch like any other page"
    WorkerWithoutRenewal "worker_without_renewal" Warning
        "a page through a service worker does not renew the cookie"
        "a request that a worker passes on has Sec-Fetch-Dest: empty; visitors with the site's app installed send no others, and are lost when the first cookie ends"
        "treat it as a page if Sec-Fetch-Mode is navigate and Accept lists text/html, and in Firefox's form too (rule 2)"
    FrameSets "frame_sets_cookie" Warning
        "a page in a frame sets the cookie"
        "a frame on another site creates ids that are partitioned or blocked, and count as visitors"
        "set the cookie with pages only, by Sec-Fetch-Dest"
    FetchSets "fetch_sets_cookie" Error
        "a fetch by a script sets the cookie"
        "fetches run in parallel and race for an id, and Safari may keep their cookies for only 7 days (WebKit NetworkTaskCocoa)"
        "set the cookie with pages only, by Sec-Fetch-Dest"
    AssetSets "asset_sets_cookie" Error
        "an image, style or script sets the cookie"
        "subresources load in parallel and race for an id, caches store them, and Safari may keep their cookies for only 7 days (WebKit NetworkTaskCocoa)"
        "set the cookie with HTML pages only"
    ErrorPageSets "error_page_sets_cookie" Warning
        "an error page sets the cookie"
        "scanners that guess addresses count as visitors"
        "set no cookie with status 400 and above, or set scope.error_pages = true if that is intended"
    ErrorPageWithout "error_page_without_cookie" Warning
        "the custom error page does not set the cookie"
        "CloudFront calls no viewer-response function where the origin answers 400 or above; visitors who follow a dead link are not recognised"
        "serve the error page with an origin-response function or a CloudFront Function, or set scope.error_pages = false"
    HeadSets "head_sets_cookie" Note
        "HEAD sets the cookie"
        "monitors and link checkers count as visitors"
        "set the cookie with GET and POST only"
    RevalidationWithout "revalidation_without_cookie" Warning
        "a revalidated page (304) does not renew the cookie"
        "browsers store cookies of a 304 (Fetch standard, HTTP-network fetch); visitors whose browser revalidates are renewed late or never"
        "run the function on 304 too"
    OffsiteRedirectSets "offsite_redirect_sets_cookie" Warning
        "a redirect to another site sets the cookie"
        "bounce trackers do that, and browsers delete the site's data for it (privacycg, Bounce Tracking Mitigations)"
        "set no cookie on redirects that leave the site"
    RedirectWithout "redirect_without_cookie" Note
        "a redirect within the site does not set the cookie"
        "nothing is lost if the page that it leads to sets the cookie"
        "nothing, if that page does"
    PlainHttpSets "plain_http_sets_cookie" Error
        "plain http sets the cookie"
        "browsers refuse a Secure cookie there (RFC 6265bis §5.7), and any other can be read and replaced in transit"
        "redirect http to https before anything sets a cookie"
    PlainHttpServes "plain_http_serves_pages" Warning
        "plain http serves pages"
        "a Secure cookie is not sent there, so these page views have no id"
        "redirect http to https"
    NoHsts "no_hsts" Warning
        "Strict-Transport-Security is missing"
        "a visitor's first request may go over plain http, without the cookie, where an attacker can answer it (RFC 6797)"
        "send Strict-Transport-Security: max-age=31536000"
    OriginCookiesLost "origin_cookies_lost" Error
        "the origin's own cookies are lost"
        "a function that replaces Set-Cookie instead of appending to it drops logins and carts"
        "append to the existing Set-Cookie headers"
    ClockSkew "clock_skew" Warning
        "the server's clock is off"
        "an Expires date is off by as much, and Chromium corrects by the Date header while others do not"
        "set the clock by NTP, and send Max-Age"
    CnameCloaked "cname_cloaked" Warning
        "a host of the site is a CNAME to another site, and sets cookies"
        "Safari keeps such a host's cookies for 7 days (WebKit NetworkTaskCocoa, CNAME cloaking)"
        "set the visitor cookie with pages only, or point the host at addresses of the page's network with A and AAAA"
    OtherNetworkV4 "other_network_v4" Warning
        "a host that sets cookies is in another IPv4 network than the page"
        "Safari keeps such a host's cookies for 7 days, unless the first 16 bits of the addresses agree (WebKit NetworkTaskCocoa)"
        "serve it from the page's own CDN distribution, or set the visitor cookie with pages only"
    OtherNetworkV6 "other_network_v6" Warning
        "a host that sets cookies is in another IPv6 network than the page"
        "Safari keeps such a host's cookies for 7 days, unless the first 64 bits of the addresses agree (WebKit NetworkTaskCocoa)"
        "serve it from the page's own CDN distribution, or set the visitor cookie with pages only"
    MixedFamilies "mixed_families" Warning
        "a host that sets cookies has another address family than the page"
        "an IPv6 address never matches an IPv4 address, so Safari keeps such a host's cookies for 7 days (WebKit NetworkTaskCocoa)"
        "publish A and AAAA for both, or for neither"
    UnexpectedCookie "unexpected_cookie" Error
        "a cookie is set where the policy sets none"
        "the site runs another policy than this one"
        "deploy this policy, or name the deployed one with --policy"
}

#[cfg(test)]
mod tests {
    use super::Fault;

    #[test]
    fn words_differ_and_every_fault_says_why_and_what_to_do() {
        let mut words: Vec<_> = Fault::ALL.iter().map(|fault| fault.word()).collect();
        words.sort_unstable();
        words.dedup();
        assert_eq!(words.len(), Fault::ALL.len());
        for fault in Fault::ALL {
            for text in [fault.title(), fault.why(), fault.fix()] {
                assert!(!text.is_empty() && !text.ends_with('.'), "{text}");
            }
        }
    }
}
