//! Hosts that speak the Fetch standard as a platform: modules to import.

use hardtack_platform::Answer::Can;
use hardtack_platform::{
    AdoptAnswers, Answers, BakedPolicy, BotAnswers, CacheAnswers, ConsentAnswers, CookieAnswers,
    File, IdAnswers, NextStep, Packing, Platform, RenewAnswers, ScopeAnswers, SignalAnswers,
};

use crate::js::{engine_as_text, from_here, host, host_types, module, policy};

/// Deno, Netlify, Vercel, Bun, Next.js.
pub(crate) const PLATFORM: Platform = Platform {
    name: "fetch",
    about: "Deno, Netlify, Vercel, Bun, Next.js: modules to import",
    packing: Packing::Folder(files),
    next: |built| NextStep {
        command: format!("import {{ wrap }} from '{}/hardtack.mjs'", from_here(built)),
        effect: "and export `wrap(handler)`",
    },
    answers: Answers {
        cookie: CookieAnswers {
            name: Can,
            max_age: Can,
            domain: Can,
            path: Can,
            secure: Can,
            http_only: Can,
            same_site: Can,
            partitioned: Can,
        },
        id: IdAnswers {
            accept: Can,
            sealed: Can,
            accept_unsealed_until: Can,
            keys: Can,
        },
        renew: RenewAnswers {
            when: Can,
            marker: Can,
        },
        adopt: AdoptAnswers {
            from: Can,
            derive: Can,
        },
        bots: BotAnswers {
            policy: Can,
            also: Can,
            people: Can,
        },
        scope: ScopeAnswers {
            exclude: Can,
            documents_only: Can,
            error_pages: Can,
        },
        caches: CacheAnswers { protect: Can },
        consent: ConsentAnswers {
            required: Can,
            from: Can,
            gpc: Can,
            dnt: Can,
            us_opt_out: Can,
        },
        signals: SignalAnswers {
            response_header: Can,
            request_header: Can,
            script_cookie: Can,
            server_timing: Can,
            log: Can,
        },
    },
};

fn files(baked: &BakedPolicy) -> Vec<File> {
    vec![
        baked.fill("hardtack.mjs", include_str!("templates/hardtack.mjs")),
        baked.fill("hardtack.d.mts", include_str!("templates/hardtack.d.mts")),
        policy(baked),
        engine_as_text(),
        host(),
        adapter(),
        host_types(),
        adapter_types(),
    ]
}

/// The adapter, which a Worker's is built on.
pub(crate) fn adapter() -> File {
    module("fetch.mjs", include_str!("fetch.mjs"))
}

/// The adapter's types.
pub(crate) fn adapter_types() -> File {
    module("fetch.d.mts", include_str!("fetch.d.mts"))
}
