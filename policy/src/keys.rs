//! Every key of the policy file: the one place that says what there is.

use hardtack::Renew;

use crate::key::{Key, Section, Slot};
use crate::words::{ACCEPT, BOTS, DNT, GPC, RENEW, SAME_SITE, US_OPT_OUT, renewal_period};

/// The sections, in the order in which they are written.
pub const SECTIONS: &[Section] = &[
    Section {
        name: "cookie",
        summary: "The cookie's name and attributes",
    },
    Section {
        name: "id",
        summary: "What counts as a visitor id",
    },
    Section {
        name: "renew",
        summary: "When a returning visitor's cookie is extended",
    },
    Section {
        name: "adopt",
        summary: "Whose ids are adopted: visitors whom another cookie has numbered before",
    },
    Section {
        name: "bots",
        summary: "What to make of crawlers, link previews and other programs that say what they are",
    },
    Section {
        name: "scope",
        summary: "Which exchanges are looked at",
    },
    Section {
        name: "caches",
        summary: "What caches are told about responses that carry the cookie",
    },
    Section {
        name: "consent",
        summary: "What visitors have said about being recognised; by default nobody is asked",
    },
    Section {
        name: "signals",
        summary: "Who else is told; everything here is off by default",
    },
];

/// The keys, section by section, in the order in which they are written.
pub const KEYS: &[Key] = &[
    Key {
        section: "cookie",
        name: "name",
        summary: "The cookie's name",
        details: "Letters, digits and any of ``!#$%&'*+-.^_`|~``. A name that begins with `__Secure-` makes browsers \
                  insist on `secure = true`; one that begins with `__Host-` also on `domain = \"none\"` and \
                  `path = \"/\"`. Whoever changes the name of a live site's cookie gives every visitor a new id.",
        pattern: Some(TOKEN),
        example: "\"__Secure-visitor\"",
        slot: Slot::Text(|settings| &mut settings.cookie.name),
    },
    Key {
        section: "cookie",
        name: "max_age",
        summary: "How long a browser is to keep the cookie after the last time it was set",
        details: "A whole number with a unit, `s`, `m`, `h`, `d` or `w`, or a number of seconds; 24855 days at most. \
                  Browsers have limits of their own, Chromium and Firefox 400 days, Brave 180: `hardtack check` shows \
                  what is left of it in each.",
        pattern: Some("^[0-9]+[smhdw]$"),
        example: "\"393d\"",
        slot: Slot::Seconds(|settings| &mut settings.cookie.max_age),
    },
    Key {
        section: "cookie",
        name: "domain",
        summary: "Which hosts share the cookie",
        details: "`\"auto\"` takes the registrable domain of the request's host by the public suffix list, its private \
                  section included: `www.example.co.uk` gives `example.co.uk`. `\"none\"` leaves the attribute out, and \
                  the cookie stays with the one host. A domain or a list of domains is taken where the host is the \
                  domain or below it, the longest first. Where nothing fits (addresses, single labels, hosts that are \
                  public suffixes, unlisted hosts) the cookie is for the one host.",
        pattern: None,
        example: "[\"example.com\", \"example.org\"]",
        slot: Slot::Domain(|settings| &mut settings.cookie.domain),
    },
    Key {
        section: "cookie",
        name: "path",
        summary: "The paths for which browsers send the cookie",
        details: "It begins with a slash, and covers what lies below it. Pages elsewhere get no cookie.",
        pattern: Some("^/[!-:<-~]*$"),
        example: "\"/shop\"",
        slot: Slot::Text(|settings| &mut settings.cookie.path),
    },
    Key {
        section: "cookie",
        name: "secure",
        summary: "Send the cookie over TLS only",
        details: "With true, pages on plain http get no cookie, loopback excepted: there the attribute is left off, so \
                  that the cookie can be tried out on one's own machine.",
        pattern: None,
        example: "false",
        slot: Slot::Flag(|settings| &mut settings.cookie.secure),
    },
    Key {
        section: "cookie",
        name: "http_only",
        summary: "Keep the cookie out of the reach of scripts",
        details: "With false, every script on the page can read the id.",
        pattern: None,
        example: "false",
        slot: Slot::Flag(|settings| &mut settings.cookie.http_only),
    },
    Key {
        section: "cookie",
        name: "same_site",
        summary: "Whether browsers send the cookie with requests that other sites cause",
        details: "`\"none\"` needs `secure = true`.",
        pattern: None,
        example: "\"strict\"",
        slot: Slot::Words(SAME_SITE),
    },
    Key {
        section: "cookie",
        name: "partitioned",
        summary: "Keep one cookie for each site that embeds this one",
        details: "For pages in other sites' frames (CHIPS); it needs `secure = true`. Browsers that do not know the \
                  attribute ignore it.",
        pattern: None,
        example: "true",
        slot: Slot::Flag(|settings| &mut settings.cookie.partitioned),
    },
    Key {
        section: "id",
        name: "accept",
        summary: "Which UUIDs are taken from a browser as a visitor's id",
        details: "New ids are always of version 4. Anything that is not accepted is replaced by a new id.",
        pattern: None,
        example: "\"any\"",
        slot: Slot::Words(ACCEPT),
    },
    Key {
        section: "id",
        name: "sealed",
        summary: "Seal ids, so that only those that this site issued count",
        details: "A sealed id is an ordinary UUID of version 4 whose last 48 bits prove where it comes from; forged, guessed and \
                  planted ids are replaced (reason `unsealed`). It needs a key, which never stands in this file: \
                  `hardtack seal new-key` makes one, and it is read from the environment variable `HARDTACK_SEAL_KEYS` or from \
                  the file that `HARDTACK_SEAL_KEYS_FILE` names. The first key seals, all of them verify, so keys are \
                  rotated by writing a new one in front. Artifacts built for the edge carry the keys.",
        pattern: None,
        example: "true",
        slot: Slot::Flag(|settings| &mut settings.id.sealed),
    },
    Key {
        section: "id",
        name: "accept_unsealed_until",
        summary: "Until the beginning of that day, UTC, ids without a seal count as well",
        details: "For visitors who came before the seal: until then they keep their ids, and afterwards they get new ones. \
                  Left out, they get new ones at once.",
        pattern: Some("^[0-9]{4}-[0-9]{2}-[0-9]{2}$"),
        example: "\"2030-12-31\"",
        slot: Slot::Day(|settings| &mut settings.id.accept_unsealed_until),
    },
    Key {
        section: "renew",
        name: "when",
        summary: "When a returning visitor's cookie is extended to its full `max_age`",
        details: "The id stays the same either way. With a time, a second cookie, the marker, is set along with the first and \
                  lives that long; while it is there, pages carry no `Set-Cookie` and can be cached. Who returns within \
                  `max_age` less that time never loses the id.",
        pattern: Some("^[0-9]+[smhdw]$"),
        example: "\"30d\"",
        slot: Slot::WordsOrSeconds(RENEW, renewal_period, |settings, seconds| {
            let seconds = u32::try_from(seconds).unwrap_or(u32::MAX);
            settings.renew.when = Renew::WhenDue(seconds);
        }),
    },
    Key {
        section: "renew",
        name: "marker",
        summary: "The name of the cookie that says when the id was renewed last",
        details: "For renewal after a time. It holds that time in Unix seconds, and nothing about the visitor. Left out, it is \
                  the cookie's name with `_renewed`.",
        pattern: Some(TOKEN),
        example: "\"seen\"",
        slot: Slot::OptionalText(|settings| &mut settings.renew.marker),
    },
    Key {
        section: "adopt",
        name: "from",
        summary: "Cookies that may hold a visitor's id from before, the first one first",
        details: "A visitor without an id of ours who brings one of these keeps the UUID in it: `ajs_anonymous_id` of Segment, \
                  `_sp_id.*` of Snowplow, or any other that holds one, alone, in quotes or among other parts. A star at the end of \
                  a name stands for the rest of it. Where consent is asked for, nothing is adopted without it. With `sealed = true` the \
                  new id is made from the old one instead, since an id that was taken over has no seal.",
        pattern: Some("^[!#$%&'+.^_`|~0-9A-Za-z-]+[*]?$"),
        example: "[\"ajs_anonymous_id\", \"_sp_id.*\", \"_ga\"]",
        slot: Slot::Patterns(|settings| &mut settings.adopt.from),
    },
    Key {
        section: "adopt",
        name: "derive",
        summary: "Make an id from values that hold no UUID",
        details: "Such as Google's `_ga`, nginx's `uid` or Snowplow's older ids: a hash with the bits of version 4 set, so that \
                  the same value always gives the same id. Of `_ga` only the client id counts, not the version before it. Values \
                  under 12 characters tell hardly two visitors apart, and are passed over.",
        pattern: None,
        example: "true",
        slot: Slot::Flag(|settings| &mut settings.adopt.derive),
    },
    Key {
        section: "bots",
        name: "policy",
        summary: "Whether programs get an id",
        details: "They are recognised by `User-Agent`, with tables that are built in: search engines, AI agents, link \
                  previews, monitors, HTTP libraries, browsers without a window. Requests without a `User-Agent` count \
                  as people's. A program that claims to be a browser is not recognised. Pages that a browser prefetches \
                  or prerenders get the cookie either way; the signals say so.",
        pattern: None,
        example: "\"treat-as-people\"",
        slot: Slot::Words(BOTS),
    },
    Key {
        section: "bots",
        name: "also",
        summary: "Parts of `User-Agent`s that make a program of whoever sends them",
        details: "In any case, anywhere in the field; three characters at least.",
        pattern: Some(AGENT),
        example: "[\"AcmeMonitor/\"]",
        slot: Slot::Patterns(|settings| &mut settings.bots.also),
    },
    Key {
        section: "bots",
        name: "people",
        summary: "Parts of `User-Agent`s that make a person of whoever sends them, whatever else they hold",
        details: "Such as that of a site's own app, where it says nothing but its name. In any case, anywhere in the \
                  field; three characters at least.",
        pattern: Some(AGENT),
        example: "[\"AcmeApp/\"]",
        slot: Slot::Patterns(|settings| &mut settings.bots.people),
    },
    Key {
        section: "scope",
        name: "exclude",
        summary: "Paths to leave alone",
        details: "Patterns for the whole path, without the query; `*` stands for any run of characters, slashes included. \
                  Each begins with a slash or a star.",
        pattern: Some("^[/*]"),
        example: "[\"/admin/*\", \"*.xml\"]",
        slot: Slot::Patterns(|settings| &mut settings.scope.exclude),
    },
    Key {
        section: "scope",
        name: "documents_only",
        summary: "Set the cookie with pages only, never with images, scripts, frames or calls",
        details: "With false, every response in scope carries the cookie. Safari may then keep it for 7 days only, and \
                  the parallel first requests of a new visitor each bring an id of their own.",
        pattern: None,
        example: "false",
        slot: Slot::Flag(|settings| &mut settings.scope.documents_only),
    },
    Key {
        section: "scope",
        name: "error_pages",
        summary: "Set the cookie with pages of status 400 and above, too",
        details: "",
        pattern: None,
        example: "true",
        slot: Slot::Flag(|settings| &mut settings.scope.error_pages),
    },
    Key {
        section: "caches",
        name: "protect",
        summary: "Keep shared caches from storing a response that carries a visitor's cookie",
        details: "Where such a response is neither `private` nor `no-store`, its `Cache-Control` is written anew: `private` comes, \
                  `public` and `s-maxage` go, what browsers read stays. `CDN-Cache-Control`, its variants of Cloudflare, Vercel and \
                  Netlify, `Surrogate-Control`, `Edge-Control` and `X-Accel-Expires` are set to forbid it where they are there. \
                  Responses without our cookie stay as they are. With false, a cache may hand one visitor's id to others.",
        pattern: None,
        example: "false",
        slot: Slot::Flag(|settings| &mut settings.caches.protect),
    },
    Key {
        section: "consent",
        name: "required",
        summary: "Where a visitor gets an id only after having consented",
        details: "A list holds ISO 3166-1 codes, such as `\"FR\"`, and `\"EEA\"` for the 30 countries of the European Economic \
                  Area; `\"UK\"` and `\"EL\"` stand for `GB` and `GR`. The country is the platform's to tell (Lambda@Edge, \
                  CloudFront, Cloudflare, Vercel and Netlify do); where it is not known, consent is required. A denial counts \
                  everywhere.",
        pattern: None,
        example: "[\"EEA\", \"UK\", \"CH\"]",
        slot: Slot::Required(|settings| &mut settings.consent.required),
    },
    Key {
        section: "consent",
        name: "from",
        summary: "The cookies in which consent platforms keep a visitor's answer",
        details: "`\"tcf\"`, `\"gpp\"`, `\"usprivacy\"`, `\"cookiebot\"`, `\"onetrust\"`, `\"didomi\"`, `\"cookieyes\"`, \
                  `\"complianz\"`, `\"tarteaucitron\"`, `\"klaro\"`, `\"cookieconsent\"`, `\"iubenda\"`, `\"axeptio\"`, \
                  `\"trustarc\"`, and for any other cookie `\"plain\"`, `\"form\"` and `\"json\"`. Any denial wins, then any \
                  grant; what cannot be read counts as not given. A table says more: `cookie`, its name; `needs`, what has to be \
                  granted, all of it; `vendor`, a number of the IAB's list; `granted` and `denied`, the values that mean it. \
                  [Consent](consent.md) explains each platform, and what to do about those whose cookies say nothing.",
        pattern: None,
        example: "[\"onetrust\", { cmp = \"tcf\", needs = [1, 2, 8] }]",
        slot: Slot::Sources(|settings| &mut settings.consent.from),
    },
    Key {
        section: "consent",
        name: "gpc",
        summary: "What `Sec-GPC: 1`, the Global Privacy Control, means for this cookie",
        details: "",
        pattern: None,
        example: "\"deny\"",
        slot: Slot::Words(GPC),
    },
    Key {
        section: "consent",
        name: "dnt",
        summary: "What `DNT: 1`, Do Not Track, means for this cookie",
        details: "Browsers have given it up; some still send it.",
        pattern: None,
        example: "\"deny\"",
        slot: Slot::Words(DNT),
    },
    Key {
        section: "consent",
        name: "us_opt_out",
        summary: "What an objection to sale, sharing or targeted advertising means for this cookie",
        details: "For `\"gpp\"` and `\"usprivacy\"` in `from`. That nobody objected is no consent.",
        pattern: None,
        example: "\"deny\"",
        slot: Slot::Words(US_OPT_OUT),
    },
    Key {
        section: "signals",
        name: "response_header",
        summary: "The name of a response header that tells outcome, reason and id",
        details: "Such as `x-visitor: issued;reason=new_visitor;id=\"…\"`, a structured field of RFC 9651. Scripts of the site \
                  that fetch a page can read it, and a cache that stores the page stores it, too. Left out, there is no \
                  such header.",
        pattern: Some(TOKEN),
        example: "\"x-visitor\"",
        slot: Slot::OptionalText(|settings| &mut settings.signals.response_header),
    },
    Key {
        section: "signals",
        name: "request_header",
        summary: "The name of a request header that tells the origin outcome, reason and id",
        details: "As the request shows the visitor, first visits included, in the form of `response_header`. What clients send \
                  under this name is removed. It works where hardtack stands in front of the origin: in `serve`, the \
                  tower layer, Workers, fetch handlers and Node; functions that run after the origin cannot set it. The \
                  origin, and whatever it logs its requests to, learns the id.",
        pattern: Some(TOKEN),
        example: "\"x-visitor-id\"",
        slot: Slot::OptionalText(|settings| &mut settings.signals.request_header),
    },
    Key {
        section: "signals",
        name: "script_cookie",
        summary: "The name of a second cookie that holds the id, for scripts to read",
        details: "It has the attributes of the first one but for `HttpOnly`, and is set along with it. Every script of the page, \
                  third parties' included, can read it and send it anywhere; the first cookie stays out of their reach. What \
                  comes back in it is never believed.",
        pattern: Some(TOKEN),
        example: "\"visitor_id\"",
        slot: Slot::OptionalText(|settings| &mut settings.signals.script_cookie),
    },
    Key {
        section: "signals",
        name: "server_timing",
        summary: "Tell outcome and reason, without the id, in `Server-Timing`",
        details: "Such as `server-timing: hardtack;desc=\"issued new_visitor\"`, which scripts of the page and monitoring \
                  tools read as `performance.getEntriesByType(\"navigation\")[0].serverTiming`. Scripts learn whether the \
                  visitor is new, and what they have consented to, but not who they are.",
        pattern: None,
        example: "true",
        slot: Slot::Flag(|settings| &mut settings.signals.server_timing),
    },
    Key {
        section: "signals",
        name: "log",
        summary: "Write one line of JSON for each decision to the platform's log",
        details: "With time, outcome, reason, id, method, host, path and status: whoever reads the log can follow a visitor from \
                  page to page.",
        pattern: None,
        example: "true",
        slot: Slot::Flag(|settings| &mut settings.signals.log),
    },
];

/// A token of RFC 9110 §5.6.2.
const TOKEN: &str = "^[!#$%&'*+.^_`|~0-9A-Za-z-]+$";

/// Three printable characters of ASCII at least.
const AGENT: &str = "^[ -~]{3,}$";
