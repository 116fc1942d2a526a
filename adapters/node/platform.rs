//! Servers on Node as a platform: a package to install.

use hardtack_platform::Answer::Can;
use hardtack_platform::{
    AdoptAnswers, Answers, BakedPolicy, BotAnswers, CacheAnswers, ConsentAnswers, CookieAnswers,
    File, IdAnswers, NextStep, Packing, Platform, RenewAnswers, ScopeAnswers, SignalAnswers,
};

use crate::js::{engine_as_text, from_here, host, host_types, module, policy};

/// Express, Connect and plain Node servers.
pub(crate) const PLATFORM: Platform = Platform {
    name: "node",
    about: "Express, Connect and plain Node servers: a package",
    packing: Packing::Folder(files),
    next: |built| NextStep {
        command: format!("npm install {}", from_here(built)),
        effect: "and `app.use(visitor())` with `import { visitor } from 'hardtack-site'`",
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
        baked.fill("index.mjs", include_str!("templates/index.mjs")),
        baked.fill("index.d.mts", include_str!("templates/index.d.mts")),
        baked.fill("package.json", include_str!("templates/package.json")),
        policy(baked),
        engine_as_text(),
        host(),
        module("node.mjs", include_str!("node.mjs")),
        host_types(),
        module("node.d.mts", include_str!("node.d.mts")),
    ]
}
