//! Cloudflare Workers as a platform: a folder for wrangler, with a Worker that is complete.

use hardtack_platform::Answer::Can;
use hardtack_platform::{
    AdoptAnswers, Answers, BakedPolicy, BotAnswers, CacheAnswers, ConsentAnswers, CookieAnswers,
    File, IdAnswers, NextStep, Packing, Platform, RenewAnswers, ScopeAnswers, SignalAnswers,
};

use crate::fetch;
use crate::js::{engine, host, host_types, module, policy};

/// Cloudflare Workers.
pub(crate) const PLATFORM: Platform = Platform {
    name: "cloudflare",
    about: "Cloudflare Workers: a folder for wrangler",
    packing: Packing::Folder(files),
    next: |built| NextStep {
        command: format!("cd {built} && npx wrangler dev"),
        effect: "runs it as Cloudflare would",
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
        baked.fill("worker.mjs", include_str!("templates/worker.mjs")),
        baked.fill("hardtack.mjs", include_str!("templates/hardtack.mjs")),
        baked.fill("hardtack.d.mts", include_str!("templates/hardtack.d.mts")),
        baked.fill("wrangler.toml", include_str!("templates/wrangler.toml")),
        policy(baked),
        engine(),
        host(),
        fetch::adapter(),
        module("cloudflare.mjs", include_str!("cloudflare.mjs")),
        host_types(),
        fetch::adapter_types(),
        module("cloudflare.d.mts", include_str!("cloudflare.d.mts")),
    ]
}
